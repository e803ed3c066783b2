"""What optax and Keras share, whose schedules are functions of the count of updates."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cosine_cli.code.core.codegen_curves import CodegenCurve, codegen_curves
from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.formatting import lines
from cosine_cli.code.core.framework_calls import constructor_call
from cosine_cli.code.core.function_body import rate_function
from cosine_cli.code.core.generated import Generated, generate
from cosine_cli.plans.model.plan import Plan


def generate_schedules(plan: Plan, framework: str, language: Language, within: float) -> list[Generated]:
    """Return the code of each curve."""

    def function(curve: CodegenCurve) -> Function:
        return rate_function(curve, language, within=within)

    return [generate(curve, framework, within, function) for curve in codegen_curves(plan, by_epoch=False)]


def functions(generated: Sequence[Generated]) -> list[Function]:
    """Return the functions that are needed."""
    return [one.body for one in generated if one.body is not None]


def blocks(
    generated: Sequence[Generated], prefix: str, definition: Callable[[Generated, Function], list[str]]
) -> list[list[str]]:
    """Return one block per curve: a call of the framework's schedule, prefixed, or the result of ``definition``."""
    return [_assignment(one, prefix) if one.body is None else definition(one, one.body) for one in generated]


def _assignment(one: Generated, prefix: str) -> list[str]:
    if one.framework_schedule is None:
        raise ValueError(one)
    return [*one.comment, *lines(f"{one.curve.name} = ", constructor_call(one.framework_schedule, prefix=prefix))]


def printed(curve: CodegenCurve) -> int:
    """Return how many rates a program prints: those of all updates, and the one after the last."""
    return curve.calls + (not curve.ended)
