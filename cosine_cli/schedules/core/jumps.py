"""The largest jump of a curve, which is at the end of a piece; a row of cycles has too many to examine all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES, with_neighbors

_SHORT = 2.0**-20
"""A jump is at least half of the change over this part of the adjacent pieces; a steep slope is not."""

_LEAST = 1e-13
"""A jump below this part of the peak is rounding."""

_EQUAL = 1 - 1e-9
_MOST_CYCLES = 2**53
"""Beyond this number a float cannot distinguish two cycles."""

_SAMPLED = 64


class Jump(NamedTuple):
    """A time in steps, and the rate from there on minus the rate before."""

    time: float
    size: float


def largest_jump(schedule: Schedule, until: float) -> Jump | None:
    """Return the first of the largest jumps, up or down, before ``until``; None if there are none.

    >>> from cosine_cli.schedules.step import Step
    >>> largest_jump(Step(lr=1.0, step_size=30, gamma=0.25), 100)
    Jump(time=30.0, size=-0.75)
    """
    candidates = np.array(list(_candidates(schedule, schedule.pieces_to_end(until, MOST_PIECES))))
    times, spans = candidates.T
    sizes = _sizes(schedule, times, np.minimum(spans, np.append(spans[1:], np.inf)))
    inside = times < schedule.last(until)
    times, sizes = times[inside], sizes[inside]
    if not times.size:
        return None
    if not (np.abs(sizes) > _LEAST * schedule.peak).any():
        return None
    largest = _first_largest(sizes)
    return Jump(float(times[largest]), float(sizes[largest]))


def _candidates(schedule: Schedule, pieces: Iterable[Piece]) -> Iterator[tuple[float, float]]:
    """Yield the ends and lengths of pieces; of a row, only those around the cycle with the largest jump."""
    for piece in pieces:
        if piece.kind == "cycles":
            yield from _in_cycles(schedule, piece)
        else:
            yield piece.t1, piece.t1 - piece.t0


def _in_cycles(schedule: Schedule, row: Piece) -> Iterator[tuple[float, float]]:
    low, high = 0, min(row.cycles - 1, _MOST_CYCLES)
    while high - low > _SAMPLED:
        # Cycles change gradually from one to the next, so the largest of a sample is near the largest of all.
        indices = np.unique(np.rint(np.linspace(float(low), float(high), _SAMPLED + 1)))
        sizes = np.max([np.abs(_sizes_at(schedule, row, part, indices)) for part in row.parts], axis=0)
        best = _first_largest(sizes)
        low, high = int(indices[max(best - 1, 0)]), int(indices[min(best + 1, len(indices) - 1)])
    near = range(low, high + 1)
    nested = any(part.kind == "cycles" for part in row.parts)
    for index in sorted({0, row.cycles - 1}) if nested else near:
        yield from _candidates(schedule, row.cycle(index))
    yield row.t1, (row.parts[-1].t1 - row.parts[-1].t0)


def _sizes_at(schedule: Schedule, row: Piece, part: Piece, indices: Rates) -> Rates:
    """Return the jumps at the end of one part of the cycles with these numbers, 0 after the end of the row."""
    times = row.starts(indices) + part.t1 * row.stretches(indices)
    sizes = _sizes(schedule, times, np.full(len(times), min(inner.t1 - inner.t0 for inner in row.parts)))
    return np.where(times < row.t1, sizes, 0.0)


def _sizes(schedule: Schedule, times: Rates, spans: Rates) -> Rates:
    """Return the jump at each time, 0 for a steep slope; ``spans`` are at most as long as the adjacent pieces."""
    last = schedule.ends
    rates = schedule(np.clip(with_neighbors(times), 0.0, last))
    largest = np.abs(np.diff(rates)).argmax(axis=1)[:, None]
    before, after = (np.take_along_axis(rates, index, axis=1)[:, 0] for index in (largest, largest + 1))
    sizes = after - before
    steep_before = np.abs(after - schedule(np.maximum(times - spans * _SHORT, 0.0)))
    steep_after = np.abs(schedule(np.minimum(times + spans * _SHORT, last)) - before)
    return np.where(np.abs(sizes) >= np.maximum(steep_before, steep_after) / 2.0, sizes, 0.0)


def _first_largest(sizes: Rates) -> int:
    """Return the index of the first jump that is the largest up to rounding."""
    return int(np.argmax(np.abs(sizes) >= np.abs(sizes).max() * _EQUAL))
