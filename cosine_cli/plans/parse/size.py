"""Parse the size of a figure: ``8x4.5`` inches, ``84x60mm``, a width alone, or a name."""

from __future__ import annotations

import re
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.figure_settings import NAMED_SIZES
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.schedules.core.fields import Param
from cosine_cli.text import did_you_mean, either, question

UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}
"""The length of each unit in inches."""

_SIZE = re.compile(
    r"([0-9.]+(?:[eE][+-]?[0-9]+)?)(in|cm|mm|pt)?(?: ?[x,] ?([0-9.]+(?:[eE][+-]?[0-9]+)?))? ?(in|cm|mm|pt)?"
)
_BETWEEN = re.compile("[*×,;/| ]")
_PATTERN = f"^{_SIZE.pattern}$"


def read_size(_: Param, raw: RawValue) -> tuple[float, ...]:
    """Return a width, or a width and a height, in inches.

    Raises RequestError at the place of the raw value.
    """
    if raw.parts is not None and raw.keys is None:
        sides = [side for part in raw.parts for side in _sides(part)]
        if len(sides) == 2 and all(side > 0 for side in sides):  # noqa: PLR2004
            return tuple(sides)
        raise _invalid(raw)
    if raw.text in NAMED_SIZES:
        return NAMED_SIZES[raw.text]
    sides = _sides(raw)
    if not sides or not all(side > 0 for side in sides):
        raise _invalid(raw)
    return tuple(sides)


def _sides(raw: RawValue | CurveSpec) -> list[float]:
    """Return the sides in a text, none if it is not a size."""
    match = None if isinstance(raw, CurveSpec) else _SIZE.fullmatch(raw.text)
    if match is None:
        return []
    width, own, height, unit = match.groups()
    try:
        sides = [(width, own or unit), (height, unit or own)] if height else [(width, own or unit)]
        return [numbers.parse_number(side) * UNITS[unit or "in"] for side, unit in sides]
    except numbers.MisreadError:
        return []


def _invalid(raw: RawValue) -> RequestError:
    rule = f"must be a width, or a width x a height, in inches, cm, mm or pt; or {either(NAMED_SIZES)}"
    hint = did_you_mean(raw.text, NAMED_SIZES) or _respelled(raw) or "as in 8x4.5, 84mm or 84x60mm"
    return user_error(raw.where, rule, got=raw.echo, hint=hint)


def _respelled(raw: RawValue) -> str | None:
    """Return the question for a size with another sign between its sides."""
    text = "x".join(part for part in _BETWEEN.split(raw.text.strip("[](){} ")) if part)
    sides = _sides(raw._replace(text=text)) if text != raw.text else []
    return question(text) if sides and all(side > 0 for side in sides) else None


def size_schema(_: Param) -> dict[str, Any]:
    """Return the JSON Schema of a size."""
    side = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": _PATTERN}]}
    return {
        "anyOf": [side, {"type": "array", "items": side, "minItems": 2, "maxItems": 2}, {"enum": list(NAMED_SIZES)}]
    }
