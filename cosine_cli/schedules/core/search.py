"""The highest and lowest points of a curve and its first fall to a level, by its pieces and not by sampling."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule

MOST_PIECES = 1000
"""Curves with more pieces are searched by cycles, in time logarithmic in their number."""

_PARTS = 64
"""A search divides its interval into so many parts at once: eleven rounds reach the last bit of a float."""

_BESIDE = np.arange(-4.0, 5.0)


class Point(NamedTuple):
    """A point of a curve: a time in steps and the rate there."""

    time: float
    rate: float


def highest(schedule: Schedule, until: float) -> Point:
    """Return the first highest point of the curve between 0 and ``until``.

    >>> from cosine_cli.schedules.cosine import Cosine
    >>> from cosine_cli.schedules.warmup import Warmup
    >>> highest(Warmup(warmup=5, of=Cosine(lr=0.1, total=95)), 100)
    Point(time=5.0, rate=0.1)
    """
    times, rates = _turns(schedule, schedule.pieces_to_end(until, MOST_PIECES))
    highest_of_each = rates.max(axis=1)
    first = int(np.argmax(highest_of_each))
    return Point(float(times[first]), float(highest_of_each[first]))


def lowest(schedule: Schedule, *, after: float, until: float) -> float:
    """Return the lowest rate from ``after`` to ``until``, inclusive.

    >>> from cosine_cli.schedules.step import Step
    >>> lowest(Step(lr=1.0, step_size=30, gamma=0.5), after=0, until=100)
    0.125
    """
    _, rates = _turns(schedule, list(between(schedule.pieces_to_end(until, MOST_PIECES), after, until)))
    return float(np.fmin(rates.min(initial=np.inf), schedule(schedule.last(until))))  # which may be in a gap


def extreme_calls(schedule: Schedule, until: float) -> Rates:
    """Return the first and the last whole time of each piece up to ``until``, between which it is monotone.

    Times in a gap are excluded.

    >>> from cosine_cli.schedules.multistep import Multistep
    >>> extreme_calls(Multistep(lr=1.0, milestones=(2.5, 7)), 10)
    array([ 0.,  2.,  3.,  6.,  7.,  9., 10.])
    """
    pieces = schedule.pieces_to_end(until, MOST_PIECES)
    parts = [part for piece in pieces for part in _extreme_parts(piece)]
    calls = in_order(call for part in parts for call in (math.ceil(part.t0), math.ceil(part.t1) - 1.0))
    last = np.floor(schedule.last(until))
    calls = np.append(calls[(calls >= 0.0) & (calls < last)], last)
    for gap in schedule.gaps(until):
        calls = calls[(calls < gap.t0) | (calls >= gap.t1)]
    return calls


def _turns(schedule: Schedule, pieces: list[Piece]) -> tuple[Rates, Rates]:
    """Return the times at which extremes can occur, sorted, and the rates at the floats around each (N, 9)."""
    parts = [part for piece in pieces for part in _extreme_parts(piece)]
    times = in_order(time for part in parts for time in (part.t0, part.t1))
    if not times.size:
        return times, np.empty((0, len(_BESIDE)))
    around = np.clip(with_neighbors(times), times[0], before(times[-1]))
    for gap in (piece for piece in pieces if piece.kind == "none"):
        nearer = np.where(times <= gap.t0, before(np.array(gap.t0)), gap.t1)[:, None]
        around = np.where((around >= gap.t0) & (around < gap.t1), nearer, around)
    return times, schedule(around)


def _extreme_parts(piece: Piece) -> Iterator[Piece]:
    if piece.kind == "cycles":
        last = piece.cycles - 1
        for index in sorted({0, max(last - 1, 0), last}):  # the last one may be truncated before its lowest point
            for part in piece.cycle(index):
                yield from _extreme_parts(part)
    elif piece.kind != "none":
        yield piece


def in_order(times: Iterable[float]) -> Rates:
    """Return the times sorted, without duplicates; np.unique would import numpy.ma, which is slow."""
    return np.array(sorted(set(times)), dtype=np.float64)


def with_neighbors(times: Rates) -> Rates:
    """Return each time with the floats around it, ``(N,)`` in, ``(N, 9)`` out, since rounding may move a knot."""
    floats: Rates = times[:, None] + _BESIDE * np.spacing(times)[:, None]
    return floats


def before(times: Rates) -> Rates:
    """Return the last floats before ``times``, at which a curve that jumps there still has its previous rate."""
    return np.nextafter(times, 0.0)


def first_fall(schedule: Schedule, level: float, *, after: float, until: float) -> float | None:
    """Return the first time from ``after`` to ``until`` at which the rate is at or below ``level``, None if never.

    >>> from cosine_cli.schedules.step import Step
    >>> first_fall(Step(lr=0.1, step_size=30), 0.05, after=0, until=100)
    30.0
    """
    for piece in _falling(schedule, level, [*between(schedule.pieces_to_end(until, MOST_PIECES), after, until)]):
        if (time := _fall(schedule, level, piece)) is not None:
            return time
    last = schedule.last(until)
    return float(last) if schedule(np.array([last]))[0] <= level else None


def _falling(schedule: Schedule, level: float, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Return the pieces that fall to a level, with one call of the schedule, since many short calls are slow."""
    starts, stops = (np.array([getattr(piece, end) for piece in pieces]) for end in ("t0", "t1"))
    lowest = np.minimum(schedule(starts), schedule(before(stops)))
    return (piece for piece, low in zip(pieces, lowest, strict=True) if piece.kind == "cycles" or not low > level)


def _fall(schedule: Schedule, level: float, piece: Piece) -> float | None:
    if piece.kind == "none":
        return None
    if piece.kind == "cycles":
        return _fall_in_cycles(schedule, level, piece)
    first, last = schedule(np.array([piece.t0, before(np.array(piece.t1))]))
    if first <= level:
        return float(piece.t0)
    return _crossing(schedule, level, piece.t0, piece.t1) if last <= level else None


def _crossing(schedule: Schedule, level: float, above: float, below: float) -> float:
    """Narrow an interval in which the rate falls to ``level`` down to two adjacent floats."""
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
    if (time := _fall_in_cycle(schedule, level, row, low)) is not None:
        return time
    if _fall_in_cycle(schedule, level, row, high) is None:
        high -= 1  # the last cycle may be truncated before its fall
        if high <= low or _fall_in_cycle(schedule, level, row, high) is None:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _fall_in_cycle(schedule, level, row, middle) is None else (low, middle)
    return _fall_in_cycle(schedule, level, row, high)


def _fall_in_cycle(schedule: Schedule, level: float, row: Piece, index: int) -> float | None:
    falls = (_fall(schedule, level, piece) for piece in row.cycle(index))
    return next((fall for fall in falls if fall is not None), None)
