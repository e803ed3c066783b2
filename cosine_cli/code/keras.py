"""Keras: its own schedules where they come near enough, else a LearningRateSchedule with a function."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.code.core import counted
from cosine_cli.code.core.curves import Coded
from cosine_cli.code.core.emit import WIDTH, Function, Language
from cosine_cli.code.core.layout import indented, module, tables
from cosine_cli.plans.model.plan import Plan

TITLE = "Keras"
FRAMEWORK = "keras"
_OPS = ("minimum", "maximum", "where", "floor", "sqrt", "exp", "sin", "cos", "tanh")
LANGUAGE = Language(
    calls={
        **{name: f"ops.{name}" for name in _OPS},
        "count": 'ops.searchsorted({}, {}, side="right")',
        "gather": 'ops.take({}, ops.cast({}, "int32"))',
        "pick": "ops.take({}, {})",
    },
    pi="math.pi",
    branches=False,
    constant="ops.full_like(t, {})",
    depth=2,
    single=True,
    array="ops.array",
)


def source(plan: Plan, *, within: float) -> str:
    """Return a module with a schedule a curve, which any optimizer of Keras takes as its learning rate."""
    made = counted.all_made(plan, FRAMEWORK, LANGUAGE, within)
    functions = counted.functions(made)
    uses_pi = any("math." in line for body in functions for line in body.lines)
    imports = [
        *(["import math", ""] if uses_pi else []),
        *(["from keras import ops"] if functions else []),
        "from keras.optimizers import schedules",
    ]
    return module(
        "Learning-rate schedules for Keras: keras.optimizers.Adam(learning_rate=...).",
        imports,
        tables(functions, array=LANGUAGE.array),
        *counted.blocks(made, "schedules.", _function),
        _program(made),
    )


def _function(one: counted.Made, body: Function) -> list[str]:
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
        *_made(one.curve.name, f"{name}()"),
    ]


def _program(made: Sequence[counted.Made]) -> list[str]:
    """Return the program that prints all rates; no backend compiles as the others do, so it calls the schedules."""
    return [
        'if __name__ == "__main__":  # the rate of each update, and the one after the last',
        "    # Called here one by one: fit() compiles them, which can change the last digits.",
        *(line for one in made for line in _printing(one.curve)),
    ]


def _printing(curve: Coded) -> list[str]:
    return [
        f"    for update in range({counted.printed(curve)}):",
        f"        print(update, float({curve.name}(update)))",
    ]


def _made(name: str, schedule: str) -> list[str]:
    """Return the assignment of a schedule to a name, in brackets where it does not fit a line."""
    line = f"{name} = {schedule}"
    return [line] if len(line) <= WIDTH else [f"{name} = (", f"    {schedule}", ")"]
