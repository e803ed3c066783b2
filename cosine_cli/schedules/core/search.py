"""Where a curve is highest, and where it first falls to a level: found in its pieces, not by sampling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule

MOST_PIECES = 1000
"""Curves with more pieces are searched cycle by cycle, at the cost of a logarithm of their number."""

_PARTS = 64
"""Into how many parts a search cuts its interval at once: eleven rounds reach the last bit of a float."""


class Point(NamedTuple):
    """A point of a curve: a time in steps and the rate there."""

    time: float
    rate: float


def highest(schedule: Schedule, until: float) -> Point:
    """Return the highest point of the curve between 0 and ``until``, the first of them.

    >>> from cosine_cli.schedules.cosine import Cosine
    >>> from cosine_cli.schedules.warmup import Warmup
    >>> highest(Warmup(warmup=5, of=Cosine(lr=0.1, total=95)), 100)
    Point(time=5.0, rate=0.1)
    """
    times, rates = _extremes(schedule, schedule.pieces_to_end(until, MOST_PIECES))
    first = int(np.argmax(rates))
    return Point(float(times[first]), float(rates[first]))


def lowest(schedule: Schedule, *, after: float, until: float) -> float:
    """Return the lowest rate from ``after`` to ``until``, both included.

    >>> from cosine_cli.schedules.step import Step
    >>> lowest(Step(lr=1.0, step_size=30, gamma=0.5), after=0, until=100)
    0.125
    """
    _, rates = _extremes(schedule, between(schedule.pieces_to_end(until, MOST_PIECES), after, until))
    return float(min([*rates, schedule(schedule.last(until))]))


def _extremes(schedule: Schedule, pieces: Iterable[Piece]) -> tuple[Rates, Rates]:
    """Return times at which extremes can be, in their order, and the rates there, or just before the end of a piece."""
    times, ends = _turns(pieces)
    return times, schedule(np.where(ends, before(times), times))


def _turns(pieces: Iterable[Piece]) -> tuple[Rates, Rates]:
    """Return the times at which extremes can be, and which of them are the end of a piece."""
    turns: list[tuple[float, bool]] = []
    for piece in pieces:
        for part in _extreme_parts(piece):
            turns += [(part.t0, False), (part.t1, True)]
    times, ends = zip(*turns, strict=True) if turns else ((), ())
    return np.array(times, dtype=np.float64), np.array(ends, dtype=bool)


def _extreme_parts(piece: Piece) -> Iterator[Piece]:
    if piece.kind == "cycles":
        last = piece.cycles - 1
        for index in sorted({0, max(last - 1, 0), last}):  # the last one may be cut off before its lowest point
            for part in piece.cycle(index):
                yield from _extreme_parts(part)
    else:
        yield piece


def before(times: Rates) -> Rates:
    """Return the last moments before ``times``: where a curve jumps, what it was until then."""
    return np.nextafter(times, 0.0)


def first_fall(schedule: Schedule, level: float, *, after: float, until: float) -> float | None:
    """Return the first time from ``after`` to ``until`` at which the rate is at or below ``level``, None if never.

    >>> from cosine_cli.schedules.step import Step
    >>> first_fall(Step(lr=0.1, step_size=30), 0.05, after=0, until=100)
    30.0
    """
    for piece in between(schedule.pieces_to_end(until, MOST_PIECES), after, until):
        if (found := _fall(schedule, level, piece)) is not None:
            return found
    last = schedule.last(until)
    return float(last) if schedule(np.array([last]))[0] <= level else None


def _fall(schedule: Schedule, level: float, piece: Piece) -> float | None:
    if piece.kind == "cycles":
        return _fall_in_cycles(schedule, level, piece)
    first, last = schedule(np.array([piece.t0, before(np.array(piece.t1))]))
    if first <= level:
        return float(piece.t0)
    return _crossing(schedule, level, piece.t0, piece.t1) if last <= level else None


def _crossing(schedule: Schedule, level: float, above: float, below: float) -> float:
    """Narrow an interval in which the rate falls to ``level`` down to the floats beside the crossing."""
    while True:
        times = np.linspace(above, below, _PARTS + 1)
        fallen = schedule(times) <= level
        fallen[0], fallen[-1] = False, True
        first = int(np.argmax(fallen))
        if times[first - 1] == above and times[first] == below:
            return below
        above, below = float(times[first - 1]), float(times[first])


def _fall_in_cycles(schedule: Schedule, level: float, row: Piece) -> float | None:
    low, high = 0, row.cycles - 1
    if (found := _fall_in_cycle(schedule, level, row, low)) is not None:
        return found
    if _fall_in_cycle(schedule, level, row, high) is None:
        high -= 1  # the last cycle may be cut off before its fall
        if high <= low or _fall_in_cycle(schedule, level, row, high) is None:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _fall_in_cycle(schedule, level, row, middle) is None else (low, middle)
    return _fall_in_cycle(schedule, level, row, high)


def _fall_in_cycle(schedule: Schedule, level: float, row: Piece, index: int) -> float | None:
    falls = (_fall(schedule, level, piece) for piece in row.cycle(index))
    return next((fall for fall in falls if fall is not None), None)
