"""Plain Python: a function that needs nothing but the standard library."""

from __future__ import annotations

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import function
from cosine_cli.code.core.layout import module, tables
from cosine_cli.code.core.plain import LANGUAGE, definition, imports
from cosine_cli.plans.plan import Plan

TITLE = "plain Python"


def source(plan: Plan) -> str:
    """Return a module with a function a curve; run as a program it prints the rate of every update."""
    curves = coded(plan, by_epoch=False)
    functions = [function(curve.schedule, LANGUAGE, prefix=f"{curve.name}_") for curve in curves]
    return module(
        "Learning rates by update, counted from 0.",
        imports(functions),
        tables(functions),
        *(definition(curve, body) for curve, body in zip(curves, functions, strict=True)),
        _program(curves),
    )


def _program(curves: tuple[Coded, ...]) -> list[str]:
    rates = ", ".join(f"{curve.name}(t)" for curve in curves)
    return [
        'if __name__ == "__main__":  # the rate of each update, and what is left after the last',
        f"    for t in range({curves[0].calls + 1}):",
        f"        print(t, {rates})",
    ]
