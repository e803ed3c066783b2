"""Plain Python: a function that needs only the standard library."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from cosine_cli.code.core.codegen_curves import CodegenCurve, codegen_curves
from cosine_cli.code.core.emit import Function
from cosine_cli.code.core.formatting import Call, comment, indented, lines, module_text, tables
from cosine_cli.code.core.function_body import rate_function
from cosine_cli.code.core.python_functions import LANGUAGE, definition, imports
from cosine_cli.plans.model.plan import Plan

TITLE = "plain Python"


def source(plan: Plan, *, within: float) -> str:
    """Return a module with one function per curve; run as a program it prints the rate of every update."""
    del within  # there is no schedule to use
    curves = codegen_curves(plan, by_epoch=False)
    functions = [rate_function(curve, LANGUAGE) for curve in curves]
    return module_text(
        "Learning rates by update, counted from 0.",
        imports(functions),
        tables(functions),
        *(_definition(curve, body) for curve, body in zip(curves, functions, strict=True)),
        _program(curves),
    )


def _definition(curve: CodegenCurve, body: Function) -> list[str]:
    returned = "the learning rate of update t, counted from 0"
    return definition(curve.name, body, time="t", returned=returned, comment=comment(body.remarks, curve.label_comment))


def _program(curves: tuple[CodegenCurve, ...]) -> list[str]:
    runs = ([*of_run] for _, of_run in groupby(curves, key=attrgetter("run")))
    return [
        'if __name__ == "__main__":  # the rate of each update, and the one after the last',
        *(line for of_run in runs for line in _printing(of_run)),
    ]


def _printing(curves: Sequence[CodegenCurve]) -> list[str]:
    """Return the loop over the updates of one run."""
    printed = Call("print(", (("", "t"), *(("", f"{curve.name}(t)") for curve in curves)), ")")
    return [
        f"    for t in range({max(curve.calls + (not curve.ended) for curve in curves)}):",
        *indented(lines("", printed, depth=2), 2),
    ]
