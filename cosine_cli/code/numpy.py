"""numpy: a function from an array of updates to an array of rates."""

from __future__ import annotations

from cosine_cli.code.core.codegen_curves import CodegenCurve, codegen_curves
from cosine_cli.code.core.emit import ARRAY_FUNCTIONS, Function, Language
from cosine_cli.code.core.formatting import comment, indented, module_text, tables
from cosine_cli.code.core.function_body import rate_function
from cosine_cli.plans.model.plan import Plan

TITLE = "numpy"
LANGUAGE = Language(
    calls={
        **{name: f"np.{name}" for name in ARRAY_FUNCTIONS},
        "count": 'np.searchsorted({}, {}, side="right")',
        "gather": "{}[{}.astype(int)]",
        "pick": "{}[{}]",
    },
    pi="np.pi",
    array="np.array",
    branches=False,
    constant="np.full_like(t, {})",
)


def source(plan: Plan, *, within: float) -> str:
    """Return a module with one function per curve; run as a program it prints the rate of every update."""
    del within  # there is no schedule to use
    curves = codegen_curves(plan, by_epoch=False)
    functions = [rate_function(curve, LANGUAGE) for curve in curves]
    return module_text(
        "Learning rates by update, counted from 0.",
        ["import numpy as np"],
        tables(functions, array=LANGUAGE.array),
        *(_definition(curve, body) for curve, body in zip(curves, functions, strict=True)),
        _program(curves),
    )


def _definition(curve: CodegenCurve, body: Function) -> list[str]:
    return [
        f"def {curve.name}(t: np.ndarray) -> np.ndarray:",
        '    """Return the learning rates of the updates t, counted from 0."""',
        *indented(comment(body.remarks, curve.label_comment)),
        "    t = np.asarray(t, dtype=np.float64)",
        *indented(body.lines),
    ]


def _program(curves: tuple[CodegenCurve, ...]) -> list[str]:
    return [
        'if __name__ == "__main__":  # the rate of each update, and the one after the last',
        *(line for curve in curves for line in _printing(curve)),
    ]


def _printing(curve: CodegenCurve) -> list[str]:
    return [
        f"    for t, lr in enumerate({curve.name}(np.arange({curve.calls + (not curve.ended)}))):",
        "        print(t, lr)",
    ]
