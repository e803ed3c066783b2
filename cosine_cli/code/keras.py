"""Keras: its own schedules where they give the rates, else a LearningRateSchedule with a function."""

from __future__ import annotations

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import Function, Language, function
from cosine_cli.code.core.layout import comment, foreign, indented, lines, module, tables
from cosine_cli.code.core.natives import Found, call, find, why_not
from cosine_cli.plans.plan import Plan

TITLE = "Keras"
FRAMEWORK = "keras"
_OPS = ("minimum", "maximum", "where", "floor", "sqrt", "exp", "sin", "cos", "tanh")
LANGUAGE = Language(
    calls={
        **{name: f"ops.{name}" for name in _OPS},
        "count": 'ops.searchsorted({}, {}, side="right")',
        "take": 'ops.take({}, ops.cast({}, "int32"))',
        "pick": "ops.take({}, {})",
    },
    pi="math.pi",
    branches=False,
    constant="ops.full_like(t, {})",
)


def source(plan: Plan) -> str:
    """Return a module with a schedule a curve, which any optimizer of Keras takes as its learning rate."""
    curves = coded(plan, by_epoch=False)
    found = [find(curve, FRAMEWORK) for curve in curves]
    bodies = [
        None if one.exact else function(curve.schedule, LANGUAGE, prefix=f"{curve.name}_")
        for curve, one in zip(curves, found, strict=True)
    ]
    functions = [body for body in bodies if body is not None]
    uses_pi = any("math." in line for body in functions for line in body.lines)
    imports = [
        *(["import math", ""] if uses_pi else []),
        *(["from keras import ops"] if functions else []),
        "from keras.optimizers import schedules",
    ]
    parts = zip(curves, found, bodies, strict=True)
    return module(
        "Learning-rate schedules for Keras: keras.optimizers.Adam(learning_rate=...).",
        imports,
        tables(functions, array="ops.array"),
        *(_function(curve, one, body) if body is not None else _native(curve, one) for curve, one, body in parts),
        _program(curves),
    )


def _native(curve: Coded, found: Found) -> list[str]:
    if found.native is None:
        raise ValueError(curve)
    return [
        f"# {foreign(curve.label)}",
        *comment("Its own schedule: Keras gives these rates over the run, to the precision of its 32-bit floats."),
        *lines(f"{curve.name} = ", call(found.native, prefix="schedules.")),
    ]


def _function(curve: Coded, found: Found, body: Function) -> list[str]:
    name = "".join(part.capitalize() for part in curve.name.split("_"))
    return [
        f"class {name}(schedules.LearningRateSchedule):",
        '    """Learning rates by update, counted from 0."""',
        "",
        "    def __call__(self, step):",
        f"        # {foreign(curve.label)}",
        *indented(comment(f"A function: {why_not(found, FRAMEWORK)}"), 2),
        '        t = ops.cast(step, "float32")',
        *indented(body.lines, 2),
        "",
        "    def get_config(self):",
        "        return {}",
        "",
        "",
        f"{curve.name} = {name}()",
    ]


def _program(curves: tuple[Coded, ...]) -> list[str]:
    return [
        'if __name__ == "__main__":  # the rate of each update, and what is left after the last',
        f"    for schedule in ({', '.join(curve.name for curve in curves)}{',' * (len(curves) == 1)}):",
        f"        for t in range({curves[0].calls + 1}):",
        "            print(t, float(schedule(t)))",
    ]
