"""Durations with a unit, as in ``100ba``, ``0.1dur``, ``2e12T`` and ``1ep``."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.model.clock import MOST_STEPS
from cosine_cli.plans.parse.numbers import MisreadError, parse_number
from cosine_cli.text import either


class Duration(NamedTuple):
    """A number of units; the unit of a bare number is an empty string."""

    value: float
    unit: str


def duration(config: MappingReader, name: str, units: Collection[str], example: str) -> Duration:
    """Return the value of a key as a duration, its unit in upper or lower case; raise RequestError for another unit."""
    text = config.word(name).strip()
    unit = max((unit for unit in units if text.lower().endswith(unit.lower())), key=len, default=None)
    rule = f"{name} must be a number and one of {either(filter(None, units))}, as in {example}"
    if unit is None:
        raise config.invalid(name, rule)
    try:
        value = parse_number(text[: len(text) - len(unit)].rstrip())
    except MisreadError:
        raise config.invalid(name, rule) from None
    if not 0 <= value <= MOST_STEPS:
        raise config.invalid(name, f"{name} must be from 0 to 2^53 {unit}".rstrip())
    return Duration(value, unit)
