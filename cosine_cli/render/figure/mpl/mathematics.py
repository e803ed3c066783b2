"""Check the mathematics in the names of a figure."""

from __future__ import annotations

import re

from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.plan import Plan
from cosine_cli.text import quote

_DOLLAR = re.compile(r"(?<!\\)\$")
_PLACE = re.compile(r" \(at char (\d+)\)")


def check_math(plan: Plan) -> None:
    """Raise RequestError for a name with a dollar that is not closed, or with mathematics that do not parse."""
    names = {"title": plan.title, "xlabel": plan.figure.xlabel, "ylabel": plan.figure.ylabel}
    for place, text in (*names.items(), *(("label", curve.label) for curve in plan.curves)):
        if text is not None:
            _check(text, place)


def _check(text: str, place: str) -> None:
    dollars = [match.start() for match in _DOLLAR.finditer(text)]
    if len(dollars) % 2:
        hint = "write \\$ for a dollar sign"
        raise user_error(place, f"the dollar at character {dollars[-1] + 1} is not closed", got=quote(text), hint=hint)
    for start, end in zip(dollars[::2], dollars[1::2], strict=True):
        try:
            MathTextParser("path").parse(text[start : end + 1], 72.0, FontProperties())
        except ValueError as error:
            raise _fault(text, start, place, str(error)) from None


def _fault(text: str, start: int, where: str, message: str) -> RequestError:
    """Return the error for mathematics, with the character at which they do not parse."""
    last = message.strip().splitlines()[-1].partition("Exception: ")[2]
    place = _PLACE.search(last)
    reason, at = (last[: place.start()].strip(), int(place[1])) if place else ("is not valid", 0)
    rule = f"mathematics: {reason[:1].lower()}{reason[1:]} at character {start + at + 2}"
    return user_error(where, rule, got=quote(text), hint="see matplotlib's mathtext for what it can contain")
