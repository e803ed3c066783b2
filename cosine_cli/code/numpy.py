"""numpy: a function from an array of updates to an array of rates."""

from __future__ import annotations

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import Function, Language, function
from cosine_cli.code.core.layout import foreign, indented, module, tables
from cosine_cli.plans.plan import Plan

TITLE = "numpy"
LANGUAGE = Language(
    calls={
        **{
            name: f"np.{name}" for name in ("minimum", "maximum", "where", "floor", "sqrt", "exp", "sin", "cos", "tanh")
        },
        "count": 'np.searchsorted({}, {}, side="right")',
        "take": "{}[np.asarray({}, dtype=int)]",
        "pick": "{}[{}]",
    },
    pi="np.pi",
    branches=False,
    constant="np.full_like(t, {})",
)


def source(plan: Plan) -> str:
    """Return a module with a function a curve; run as a program it prints the rate of every update."""
    curves = coded(plan, by_epoch=False)
    functions = [function(curve.schedule, LANGUAGE, prefix=f"{curve.name}_") for curve in curves]
    return module(
        "Learning rates by update, counted from 0.",
        ["import numpy as np"],
        tables(functions, array="np.array"),
        *(_definition(curve, body) for curve, body in zip(curves, functions, strict=True)),
        _program(curves),
    )


def _definition(curve: Coded, body: Function) -> list[str]:
    return [
        f"def {curve.name}(t: np.ndarray) -> np.ndarray:",
        '    """Return the learning rates that the updates t are made with."""',
        f"    # {foreign(curve.label)}",
        "    t = np.asarray(t, dtype=np.float64)",
        *indented(body.lines),
    ]


def _program(curves: tuple[Coded, ...]) -> list[str]:
    return [
        'if __name__ == "__main__":  # the rate of each update, and what is left after the last',
        f"    updates = np.arange({curves[0].calls + 1})",
        f"    for curve in ({', '.join(curve.name for curve in curves)}{',' * (len(curves) == 1)}):",
        "        for t, rate in enumerate(curve(updates)):",
        "            print(t, rate)",
    ]
