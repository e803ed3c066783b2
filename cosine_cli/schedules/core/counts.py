"""The number of updates with a rate at or above a level, by pieces, in time that does not grow with the run.

A monotone piece crosses the level at one step, which bisection finds. At the same place in all cycles of a row, the
rate is monotone from cycle to cycle too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES
from cosine_cli.schedules.core.sums import MOST_DIRECT, MOST_UNEVEN, joint, joint_cycles, last_cycles, sum_terms

_MOST_AT_ONCE = 2**16
"""At most so many cycles, or places in a cycle, are searched individually, all at once."""

_CYCLE_END = 256
_HALVINGS = 64

Above = Callable[[Rates], NDArray[np.bool_]]


def count_at_least(schedule: Schedule, level: float, *, after: float = 0.0, until: int) -> float:
    """Return how many of the updates from ``after`` to ``until - 1`` have a rate of at least ``level``.

    It is exact except in rows of very many and very long decreasing cycles, which count fractions of a step.

    >>> from cosine_cli.schedules.linear import Linear
    >>> count_at_least(Linear(lr=1.0, total=10**12), 0.25, until=10**12)
    750000000001.0
    """

    def above(t: Rates) -> NDArray[np.bool_]:
        return np.asarray(schedule(t) >= level)

    if until - after <= MOST_DIRECT:
        return float(np.count_nonzero(above(np.arange(math.ceil(after), until, dtype=np.float64))))
    return _count(above, between(schedule.pieces_to_end(until, MOST_PIECES), after, until))


def _count(above: Above, pieces: Iterable[Piece]) -> float:
    pieces = list(pieces)
    plain = [(piece.t0, piece.t1) for piece in pieces if piece.kind != "cycles"]
    opened, closed = np.array(plain, dtype=np.float64).reshape(-1, 2).T
    rows = (_in_cycles(above, piece) for piece in pieces if piece.kind == "cycles")
    return math.fsum([float(_in_stretches(above, np.ceil(opened), np.ceil(closed)).sum()), *rows])


def _in_stretches(above: Above, first: Rates, stop: Rates) -> Rates:
    """Return how many whole numbers in each ``[first, stop)`` are above the level; each changes at most once."""
    low, high = first, np.maximum(stop - 1.0, first)
    begins, ends = above(low), above(high)
    low = np.where(begins == ends, high, low)
    while (high - low > 1.0).any():
        middle = low + np.floor((high - low) / 2.0)
        same = above(middle) == begins
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    like_first = np.where(begins == ends, stop, high) - first
    return np.where(stop > first, np.where(begins, like_first, stop - first - like_first), 0.0)


def _in_cycles(above: Above, row: Piece) -> float:
    first, last = math.ceil(row.t0), math.ceil(row.t1)
    # If cycles do not begin at binary fractions of a step, rounding decides on which side of a boundary a step is.
    joined = joint(row) if row.in_step else 0
    if not joined and last - first <= MOST_UNEVEN:
        return float(np.count_nonzero(above(np.arange(float(first), float(last)))))
    if row.bounds is not None:
        return _in_unequal_cycles(above, row)
    length = max(joined, 1) * row.period
    cycles, pieces = joint_cycles(row, joined) if joined else _cycles_in_time(row)
    rest = _count(above, pieces)
    if joined and length <= min(cycles, _MOST_AT_ONCE):
        places = first + np.arange(length)
        counts = _in_stretches(
            lambda i: above(places + i * length), np.zeros(len(places)), np.full(len(places), cycles)
        )
        return rest + float(counts.sum())
    parts = [part for index in range(max(joined, 1)) for part in row.cycle(index)]
    return rest + math.fsum(_in_part(above, part, length, cycles) for part in parts)


def _cycles_in_time(row: Piece) -> tuple[int, list[Piece]]:
    """Return how many whole cycles a row has, and the pieces of the remaining one."""
    whole = math.floor((row.t1 - row.t0) / row.period)
    return whole, list(between(last_cycles(row, whole), row.t0, row.t1))


def _in_unequal_cycles(above: Above, row: Piece) -> float:
    """Return the count over a row of cycles of different lengths, part by part, for all cycles at once."""
    count = row.cycles - 1  # the last one may be truncated
    index = np.arange(float(count))
    starts, stops, stretches = row.starts(index), row.starts(index + 1.0), row.stretches(index)
    counted = [_count(above, row.cycle(count))]
    for k, part in enumerate(row.parts):
        if part.kind == "cycles":
            counts = _rows_in(above, row, k)
            counted.append(sum_terms(counts, count, end=_CYCLE_END))
            continue
        closed = stops if k + 1 == len(row.parts) else starts + part.t1 * stretches
        counted.append(float(_in_stretches(above, np.ceil(starts + part.t0 * stretches), np.ceil(closed)).sum()))
    return math.fsum(counted)


def _rows_in(above: Above, row: Piece, part: int) -> Callable[[Rates], Rates]:
    """Return a function from the number of a cycle to the count over the row that is one of its parts."""

    def counts(i: Rates) -> Rates:
        return np.array([_in_cycles(above, list(row.cycle(int(index)))[part]) for index in i.tolist()])

    return counts


def _in_part(above: Above, part: Piece, period: float, cycles: int) -> float:
    """Return the count over one part of so many cycles, given that of the first."""
    if part.kind == "cycles":
        return _in_rows(above, part, period, cycles)
    if cycles <= _MOST_AT_ONCE:
        starts = np.arange(cycles) * period
        return float(_in_stretches(above, np.ceil(part.t0 + starts), np.ceil(part.t1 + starts)).sum())
    last = part.moved((cycles - 1) * period)
    counts = {_count(above, [part]), _count(above, [last])}
    # A part changes monotonically from cycle to cycle: if both ends agree, so do all between them.
    return counts.pop() * cycles if period.is_integer() and len(counts) == 1 else _averaged(above, part, period, cycles)


def _in_rows(above: Above, row: Piece, period: float, cycles: int) -> float:
    """Return the count over a row that repeats in each of so many cycles."""

    def counts(i: Rates) -> Rates:
        return np.array([_in_cycles(above, row.moved(index * period)) for index in i.tolist()])

    first, last = counts(np.array([0.0, cycles - 1.0])).tolist()
    return first * cycles if period.is_integer() and first == last else sum_terms(counts, cycles, end=_CYCLE_END)


def _averaged(above: Above, part: Piece, period: float, cycles: int) -> float:
    """Return the count over one part of very many cycles, assuming that steps are evenly distributed within them."""

    def at_end(i: Rates, end: float) -> NDArray[np.bool_]:
        return above(part.t0 + i * period) if end == part.t0 else above(np.nextafter(part.t1 + i * period, 0.0))

    def whole(i: Rates) -> NDArray[np.bool_]:
        return at_end(i, part.t0) & at_end(i, part.t1)

    def none(i: Rates) -> NDArray[np.bool_]:
        return ~(at_end(i, part.t0) | at_end(i, part.t1))

    start, stop = np.zeros(1), np.array([float(cycles)])
    filled, empty = (int(_in_stretches(test, start, stop)[0]) for test in (whole, none))
    before = filled if whole(start)[0] else empty if none(start)[0] else 0
    steps = part.t1 - part.t0 if not period.is_integer() else math.ceil(part.t1) - math.ceil(part.t0)
    partly = cycles - filled - empty
    return filled * steps + sum_terms(lambda i: _shares(above, part, (before + i) * period), partly, end=_CYCLE_END)


def _shares(above: Above, part: Piece, starts: Rates) -> Rates:
    """Return for how many steps, including fractions, one part is above the level, in the cycles at ``starts``."""
    opened, closed = part.t0 + starts, part.t1 + starts
    low, high = opened, np.nextafter(closed, 0.0)
    begins = above(low)
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2.0
        same = above(middle) == begins
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.where(begins, low - opened, closed - low)
