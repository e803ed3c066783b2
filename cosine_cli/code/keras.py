"""Keras: its own schedules if they are near enough, else a LearningRateSchedule with a function."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core import count_schedules
from cosine_cli.code.core.codegen_curves import CodegenCurve
from cosine_cli.code.core.emit import ARRAY_FUNCTIONS, WIDTH, Function, Language
from cosine_cli.code.core.formatting import indented, module_text, tables
from cosine_cli.code.core.generated import Generated
from cosine_cli.plans.model.plan import Plan

TITLE = "Keras"
FRAMEWORK = "keras"
LANGUAGE = Language(
    calls={
        **{name: f"ops.{name}" for name in ARRAY_FUNCTIONS},
        "count": 'ops.searchsorted({}, {}, side="right")',
        "gather": 'ops.take({}, ops.cast({}, "int32"))',
        "pick": "ops.take({}, {})",
    },
    pi="math.pi",
    branches=False,
    constant="ops.full_like(t, {})",
    depth=2,
    float32=True,
    array="ops.array",
)


def source(plan: Plan, *, within: float) -> str:
    """Return a module with one schedule per curve, which any optimizer of Keras takes as its learning rate."""
    generated = count_schedules.generate_schedules(plan, FRAMEWORK, LANGUAGE, within)
    functions = count_schedules.functions(generated)
    uses_pi = any("math." in line for body in functions for line in body.lines)
    imports = [
        *(["import math", ""] if uses_pi else []),
        *(["from keras import ops"] if functions else []),
        "from keras.optimizers import schedules",
    ]
    return module_text(
        "Learning-rate schedules for Keras: keras.optimizers.Adam(learning_rate=...).",
        imports,
        tables(functions, array=LANGUAGE.array),
        *count_schedules.blocks(generated, "schedules.", _function),
        _program(generated),
    )


def _function(one: Generated, body: Function) -> list[str]:
    name = one.curve.class_name
    return [
        f"class {name}(schedules.LearningRateSchedule):",
        '    """The learning rate of each update, counted from 0."""',
        "",
        "    def __call__(self, step):",
        *indented(one.comment, 2),
        '        t = ops.cast(step, "float32")',
        *indented(body.lines, 2),
        "",
        "    def get_config(self):",
        "        return {}",
        "",
        "",
        *_assignment(one.curve.name, f"{name}()"),
    ]


def _program(generated: Sequence[Generated]) -> list[str]:
    """Return the program that prints all rates; no backend compiles as the others do, so it calls the schedules."""
    return [
        'if __name__ == "__main__":  # the rate of each update, and the one after the last',
        "    # Called here one by one: fit() compiles them, which can change the last digits.",
        *(line for one in generated for line in _printing(one.curve)),
    ]


def _printing(curve: CodegenCurve) -> list[str]:
    return [
        f"    for update in range({count_schedules.printed(curve)}):",
        f"        print(update, float({curve.name}(update)))",
    ]


def _assignment(name: str, schedule: str) -> list[str]:
    """Return the assignment of a schedule to a name, in parentheses if it does not fit a line."""
    line = f"{name} = {schedule}"
    return [line] if len(line) <= WIDTH else [f"{name} = (", f"    {schedule}", ")"]
