"""What the targets share whose schedules are functions of the count of updates: optax and Keras."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cosine_cli.code.core.curves import Coded, coded
from cosine_cli.code.core.emit import Function, Language
from cosine_cli.code.core.layout import foreign, lines, remarks
from cosine_cli.code.core.natives import Found, call, find, remark
from cosine_cli.code.core.rates import rates
from cosine_cli.plans.plan import Plan
from cosine_cli.studies.compilation import effect


class Made(NamedTuple):
    """How one curve is made.

    - ``found``: what the framework has for it.
    - ``body``: the function that its rates come from, None where the framework has it all.
    - ``remarks``: which way was taken and why, as comments.
    """

    curve: Coded
    found: Found
    body: Function | None
    remarks: list[str]


def all_made(plan: Plan, framework: str, language: Language) -> list[Made]:
    """Return how each curve is made: by the framework's own schedule where it is exact, else from a function."""
    return [_made(curve, framework, language) for curve in coded(plan, by_epoch=False)]


def _made(curve: Coded, framework: str, language: Language) -> Made:
    found = find(curve, framework)
    said = remark(curve, found, framework, "A function")
    body = None if found.exact else rates(curve, language)
    return Made(curve, found, body, remarks([*said, *(body.remarks if body else _compiled(curve))]))


def _compiled(curve: Coded) -> list[str]:
    """Say where the framework's own schedule gives another rate to whoever calls it outside of a compiled loop."""
    found = effect(curve.schedule, curve.calls)
    said = "A compiled training loop uses another rate than a call of this gives, first at update"
    return [f"{said} {found.update}."] if found else []


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
    return [f"# {foreign(one.curve.label)}", *one.remarks, *lines(f"{one.curve.name} = ", made)]


def printed(curve: Coded) -> int:
    """Return how many rates a program prints: those of all updates, and what is left after the last."""
    return curve.calls + (not curve.ended)
