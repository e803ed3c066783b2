"""optax: its own schedules if they are near enough, else a function of the count that JAX compiles."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core import count_schedules
from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import ARRAY_FUNCTIONS, Function, Language
from cosine_cli.code.core.formatting import indented, module_text, tables
from cosine_cli.code.core.generated import Generated
from cosine_cli.plans.model.plan import Plan

TITLE = "optax"
FRAMEWORK = "optax"
LANGUAGE = Language(
    calls={
        **{name: f"jnp.{name}" for name in ARRAY_FUNCTIONS},
        "count": 'jnp.searchsorted({}, {}, side="right")',
        "gather": "{}[{}.astype(int)]",
        "pick": "{}[{}]",
    },
    pi="jnp.pi",
    branches=False,
    constant="jnp.full_like(t, {})",
    float32=True,
    array="jnp.array",
)


def source(plan: Plan, *, within: float) -> str:
    """Return a module with one schedule per curve, which any optimizer of optax takes as its learning rate."""
    generated = count_schedules.generate_schedules(plan, FRAMEWORK, LANGUAGE, within)
    functions = count_schedules.functions(generated)
    imports = [
        "import jax",
        *(["import jax.numpy as jnp"] if functions else []),
        *(["import optax"] if len(functions) < len(generated) else []),
    ]
    return module_text(
        "Learning-rate schedules for optax: optax.adam(learning_rate=...).",
        imports,
        tables(functions, array=LANGUAGE.array),
        *count_schedules.blocks(generated, "optax.", _function),
        _program(generated),
    )


def _function(one: Generated, body: Function) -> list[str]:
    return [
        f"def {one.curve.name}(count):",
        '    """Return the learning rate of update number count, from 0."""',
        *indented(one.comment),
        "    t = jnp.asarray(count, jnp.float32)",
        *indented(body.lines),
    ]


def _program(generated: Sequence[Generated]) -> list[str]:
    """Return the program that prints all rates as a training loop compiles them."""
    return [
        'if __name__ == "__main__":  # the rate of each update, and the one after the last',
        *(line for one in generated for line in _printing(one.curve)),
    ]


def _printing(curve: CodegenCurve) -> list[str]:
    return [
        f"    rate = jax.jit({curve.name})",
        f"    for update in range({count_schedules.printed(curve)}):",
        "        print(update, float(rate(update)))",
    ]
