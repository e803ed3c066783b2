"""Curves that change only once in many rows, as a scheduler that is stepped once per epoch: the stairs as rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cosine_cli.logs.core.log import Floats
from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.levels import Levels, levels_of, time_between
from cosine_cli.studies.identify.core.rows import Rows
from cosine_cli.studies.identify.core.short_numbers import whole_numbers

_LEAST_STAIRS = 5
_MOST_PER_ROW = 0.6
_TIMES = ("total", "warmup", "decay", "stable", "hold", "cycle", "timescale", "per", "step_size")


def stairs_of(rows: Rows) -> Iterator[tuple[Rows, float, tuple[float, float]]]:
    """Yield the stairs of rows as rows whose times count stairs, with the length of a stair and its range."""
    levels = levels_of(rows)
    if not _LEAST_STAIRS <= len(levels.starts) <= _MOST_PER_ROW * len(rows) or not levels.are_jumps:
        return
    bounds = levels.bounds
    for first in range(4):
        numbers = np.arange(len(bounds)) + 1.0 + first
        low, high = float((bounds[:, 0] / numbers).max()), float((bounds[:, 1] / numbers).min())
        if low < high:
            stairs = _stairs(levels, first)
            yield stairs, _length(low, high), (float(np.nextafter(low, np.inf)), high)
            return
    yield from _uneven(levels, bounds)


def _uneven(levels: Levels, bounds: Floats) -> Iterator[tuple[Rows, float, tuple[float, float]]]:
    """Yield stairs of which some have no row: each is numbered by the time at which it begins."""
    shortest = float(np.diff(levels.times).min())
    for length in _lengths(bounds, shortest):
        numbers = np.asarray(np.floor(levels.times / length), dtype=np.float64)
        if len(np.unique(numbers)) == len(numbers):
            part = levels.rows.part(levels.starts)
            yield Rows(times=numbers, rates=part.rates, allowed=part.allowed), length, (length, length)
            return


def _lengths(bounds: Floats, shortest: float) -> Iterator[float]:
    """Yield whole lengths, the longest first, of which each change is a multiple, as far as the rows show."""
    for length in range(int(min(shortest * 1.5, 20000.0)), 1, -1):
        if (np.floor(bounds[:, 0] / length) < np.floor(bounds[:, 1] / length)).all():
            yield float(length)


def _length(low: float, high: float) -> float:
    whole = whole_numbers(float(np.nextafter(low, np.inf)), high, near=0.5 * (low + high))
    return whole[0] if whole else time_between(low, high)


def _stairs(levels: Levels, first: int) -> Rows:
    part = levels.rows.part(levels.starts)
    return Rows(times=np.arange(len(part), dtype=np.float64) + float(first), rates=part.rates, allowed=part.allowed)


def in_steps(curve: Curve, length: float) -> Curve | None:
    """Return a curve whose time counts stairs as one that is sampled once per stair; None if no spec can have it."""
    if curve.ahead or (curve.offset and curve.values.get("warmup")) or curve.name.startswith("torch."):
        return None
    values = {name: value * length if name in _TIMES else value for name, value in curve.values.items()}
    if "milestones" in values:
        return None
    return replace(curve, values=values, every=length, ahead=curve.offset * length, offset=0.0)
