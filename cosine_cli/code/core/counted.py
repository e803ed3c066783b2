"""What the targets share whose schedules are functions of the count of updates: optax and Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.layout import comment, lines
from cosine_cli.code.core.natives import Found, call, find, remark
from cosine_cli.code.core.rates import rates
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.plans.model.plan import Plan
from cosine_cli.studies.compilation import effect


class Made(NamedTuple):
    """How one curve is made.

    - ``found``: what the framework has for it.
    - ``body``: the function that its rates come from, None where the framework has it all.
    - ``comment``: which way was taken and why.
    """

    curve: Coded
    found: Found
    body: Function | None
    comment: list[str]


def all_made(plan: Plan, framework: str, language: Language, within: float) -> list[Made]:
    """Return how each curve is made: by the framework's own schedule where it is near enough, else from a function."""
    return [_made(curve, framework, language, within) for curve in coded(plan, by_epoch=False)]


def _made(curve: Coded, framework: str, language: Language, within: float) -> Made:
    found = find(curve, framework, within)
    raw = remark(curve, found, framework, "A function")
    if found.native is None:
        body = rates(curve, language, within=within)
        return Made(curve, found, body, comment([*raw, *body.remarks], curve.told_label))
    return Made(curve, found, None, comment([*raw, *_compiled(found.native, curve.calls)], curve.told_label))


def _compiled(native: FrameworkSchedule, calls: int) -> list[str]:
    """Say where the framework's own schedule gives another rate to whoever calls it outside of a compiled loop."""
    found = effect(native, calls)
    raw = "A compiled training loop uses another rate than a call of this gives, first at update"
    return [f"{raw} {found.update}."] if found else []


def functions(made: Sequence[Made]) -> list[Function]:
    """Return the functions that are needed."""
    return [one.body for one in made if one.body is not None]


def blocks(made: Sequence[Made], prefix: str, definition: Callable[[Made, Function], list[str]]) -> list[list[str]]:
    """Return a block a curve: the framework's own schedule, whose name has ``prefix``, or what ``definition`` makes."""
    return [_native(one, prefix) if one.body is None else definition(one, one.body) for one in made]


def _native(one: Made, prefix: str) -> list[str]:
    if one.found.native is None:
        raise ValueError(one)
    made = call(one.found.native, prefix=prefix)
    return [*one.comment, *lines(f"{one.curve.name} = ", made)]


def printed(curve: Coded) -> int:
    """Return how many rates a program prints: those of all updates, and the one after the last."""
    return curve.calls + (not curve.ended)
