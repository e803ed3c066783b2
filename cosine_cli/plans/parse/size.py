"""Parse the size of a figure: ``8x4.5`` inches, ``84x60mm``, a width alone, or a name."""

from __future__ import annotations

import re
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.figure_settings import NAMED_SIZES
from cosine_cli.plans.parse import numbers
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.schedules.core.fields import Param
from cosine_cli.text import did_you_mean, either, question

UNITS = {"in": 1.0, "cm": 1 / 2.54, "mm": 1 / 25.4, "pt": 1 / 72}
"""The length of each unit in inches."""

_SIDE = rf"([0-9.]+(?:[eE][+-]?[0-9]+)?) ?({'|'.join(UNITS)})?"
_SIZE = re.compile(rf"{_SIDE}(?: ?[x,] ?{_SIDE})?")
_BETWEEN = re.compile("[*×,;/| ]")


def read_size(_: Param, raw: RawValue) -> tuple[float, ...]:
    """Return a width, or a width and a height, in inches.

    Raises RequestError at the place of the raw value.
    """
    if raw.text in NAMED_SIZES:
        return NAMED_SIZES[raw.text]
    sides = _sides(raw.text if raw.parts is None else _pair(raw))
    if not sides or not all(side > 0 for side in sides):
        raise _invalid(raw)
    return tuple(sides)


def _pair(raw: RawValue) -> str:
    """Return the text of a list of two sides, empty for other values."""
    items = [part.text for part in raw.parts or () if isinstance(part, RawValue)]
    return ",".join(items) if len(items) == len(raw.parts or ()) == 2 and raw.keys is None else ""  # noqa: PLR2004


def _sides(text: str) -> list[float]:
    """Return the sides in a text, none if it is not a size; a side without a unit has that of the other."""
    match = _SIZE.fullmatch(text)
    if match is None:
        return []
    width, its_unit, height, unit = match.groups()
    try:
        sides = [(width, its_unit or unit), (height, unit or its_unit)] if height else [(width, its_unit)]
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
    sides = _sides(text) if text != raw.text else []
    return question(text) if sides and all(side > 0 for side in sides) else None


def size_schema(_: Param) -> dict[str, Any]:
    """Return the JSON Schema of a size."""
    number = {"type": "number", "exclusiveMinimum": 0}
    side = {"anyOf": [number, {"type": "string", "pattern": f"^{_SIDE}$"}]}
    pair = {"type": "array", "items": side, "minItems": 2, "maxItems": 2}
    return {"anyOf": [number, {"type": "string", "pattern": f"^{_SIZE.pattern}$"}, pair, {"enum": list(NAMED_SIZES)}]}
