"""optax: its own schedules where they come near enough, else a function of the count that JAX compiles."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core import counted
from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.layout import indented, module, tables
from cosine_cli.plans.model.plan import Plan

TITLE = "optax"
FRAMEWORK = "optax"
_OPS = ("minimum", "maximum", "where", "floor", "sqrt", "exp", "sin", "cos", "tanh")
LANGUAGE = Language(
    calls={
        **{name: f"jnp.{name}" for name in _OPS},
        "count": 'jnp.searchsorted({}, {}, side="right")',
        "gather": "{}[{}.astype(int)]",
        "pick": "{}[{}]",
    },
    pi="jnp.pi",
    branches=False,
    constant="jnp.full_like(t, {})",
    single=True,
    array="jnp.array",
)


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a schedule a curve, which any optimizer of optax takes as its learning rate."""
    made = counted.all_made(plan, FRAMEWORK, LANGUAGE, within)
    functions = counted.functions(made)
    imports = [
        "import jax",
        *(["import jax.numpy as jnp"] if functions else []),
        *(["import optax"] if len(functions) < len(made) else []),
    ]
    return module(
        "Learning-rate schedules for optax: optax.adam(learning_rate=...).",
        imports,
        tables(functions, array=LANGUAGE.array),
        *counted.blocks(made, "optax.", _function),
        _program(made),
    )


def _function(one: counted.Made, body: Function) -> list[str]:
    return [
        f"def {one.curve.name}(count):",
        '    """Return the learning rate of update number count, from 0."""',
        *indented(one.comment),
        "    t = jnp.asarray(count, jnp.float32)",
        *indented(body.lines),
    ]


def _program(made: Sequence[counted.Made]) -> list[str]:
    """Return the program that prints all rates as a training loop compiles them."""
    return [
        'if __name__ == "__main__":  # the rate of each update, and the one after the last',
        *(line for one in made for line in _printing(one.curve)),
    ]


def _printing(curve: Coded) -> list[str]:
    return [
        f"    rate = jax.jit({curve.name})",
        f"    for update in range({counted.printed(curve)}):",
        "        print(update, float(rate(update)))",
    ]
