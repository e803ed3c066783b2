"""The trace of a schedule on a picture: strokes without jumps, the jumps between them, and bands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule

_SAMPLES = 201
_MOST_SAMPLES = 2400
_FEWEST_SAMPLES = 13
"""Samples of a smooth piece; the maximum for all pieces of a curve; the minimum for each."""

_MOST_PIECES = 1000
"""The largest number of pieces of a run of which a part is shown, before they are merged into cycles."""

_NARROWEST = 3
"""In columns: a curve whose pieces are narrower on average is drawn as a band."""

_JUMP = 1e-6
"""The smallest relative difference of a jump: rounding errors are not jumps."""

_STEPPED = 0.3
"""The smallest fraction of the run on plateaus for a curve to be called stepped."""


class Stroke(NamedTuple):
    """A section of a curve without jumps: times in steps ``(N,)`` and rates ``(N,)``."""

    times: Rates
    rates: Rates


class Riser(NamedTuple):
    """A jump: a time in steps, and the rates before it and from it on."""

    time: float
    before: float
    after: float


class Band(NamedTuple):
    """The lowest and the highest rate in each of N columns, between N + 1 times."""

    edges: Rates
    low: Rates
    high: Rates


@dataclass(frozen=True, kw_only=True)
class Trace:
    """Everything that is drawn of a curve.

    - ``restarts``: the times at which it restarts, beginning with 0; empty if it never does.
    - ``stepped``: whether it consists of plateaus.
    - ``end``: the rate after the last step, or at the end of the curve.
    - ``ends_at``: the time at which it ends before the last step, or None.
    - ``ends_in_nan``: whether it is NaN from there on.
    - ``gaps``: the intervals in which it is NaN.
    - ``numbered``: whether ``restarts`` are all restarts, and not the first ones of many.
    """

    strokes: tuple[Stroke, ...]
    jumps: tuple[Riser, ...]
    bands: tuple[Band, ...]
    restarts: tuple[float, ...]
    stepped: bool
    end: float
    ends_at: float | None = None
    ends_in_nan: bool = False
    gaps: tuple[tuple[float, float], ...] = ()
    numbered: bool = True

    @property
    def outline(self) -> Stroke:
        """The upper edge of the whole curve, in the order of time."""
        bands = [Stroke(np.repeat(b.edges, 2)[1:-1], np.repeat(b.high, 2)) for b in self.bands]
        parts = sorted([*self.strokes, *bands], key=lambda part: part.times[0]) or [Stroke(np.empty(0), np.empty(0))]
        return Stroke(np.concatenate([p.times for p in parts]), np.concatenate([p.rates for p in parts]))


def trace(schedule: Schedule, until: float, columns: int) -> Trace:
    """Return the trace of a schedule from step 0 to ``until`` on a picture with this many columns."""
    most = _most_pieces(columns)
    pieces = schedule.pieces_to_end(until, most)
    if len(pieces) > most:
        pieces = [Piece(0.0, schedule.last(until), "cycles")]
    return _traced(schedule, pieces, (0.0, until), columns)


def trace_between(schedule: Schedule, window: tuple[float, float], run: float, columns: int) -> Trace:
    """Return the trace of a schedule within a ``window`` of its run; restarts and style are those of the whole run."""
    start, stop = window
    inside = between(schedule.pieces_to_end(min(stop, run), _MOST_PIECES), start, stop)
    most = _most_pieces(columns)
    pieces = [part for piece in inside for part in _unrolled(piece, most)]
    if len(pieces) > most:
        pieces = [Piece(start, min(schedule.last(run), stop), "cycles")]
    whole = trace(schedule, run, columns)
    part = _traced(schedule, pieces, (start, min(stop, run)), columns)
    jumps = tuple(jump for jump in part.jumps if jump.time < stop or stop >= run)
    return replace(part, jumps=jumps, restarts=whole.restarts, stepped=whole.stepped, numbered=whole.numbered)


def _most_pieces(columns: int) -> int:
    return max(columns // _NARROWEST, 2)


def _unrolled(piece: Piece, most: int) -> Iterator[Piece]:
    """Yield the pieces of each cycle of a row, or the row itself if these are more than ``most``."""
    if piece.kind != "cycles" or not piece.period:
        yield piece
        return
    count = int(piece.cycles_at(np.array([math.nextafter(piece.t1, 0.0)]))[0]) + 1
    if count * max(len(piece.parts), 1) > most:
        yield piece
        return
    for index in range(count):
        yield from between(piece.cycle(index), piece.t0, piece.t1)


def _traced(schedule: Schedule, pieces: Sequence[Piece], window: tuple[float, float], columns: int) -> Trace:
    start, until = window
    last = schedule.last(until)
    end = float(schedule(np.array([last]))[0])
    listed = [piece for piece in pieces if piece.kind in ("flat", "smooth")]
    strokes, jumps = _joined(_sampled(schedule, listed), end, until)
    return Trace(
        strokes=tuple(strokes),
        jumps=tuple(jumps),
        bands=tuple(_band(schedule, piece, until - start, columns) for piece in pieces if piece.kind == "cycles"),
        restarts=_restarts(jumps) or _begins_again(schedule, pieces),
        stepped=_share(listed, "flat") > _STEPPED * (until - start),
        end=end,
        ends_at=last if last < until else None,
        ends_in_nan=schedule.ends_in_nan,
        gaps=tuple((piece.t0, piece.t1) for piece in pieces if piece.kind == "none"),
        numbered=all(piece.kind != "cycles" for piece in pieces),
    )


def _share(pieces: Sequence[Piece], kind: str) -> float:
    return sum(piece.t1 - piece.t0 for piece in pieces if piece.kind == kind)


def _sampled(schedule: Schedule, pieces: Sequence[Piece]) -> list[Stroke]:
    """Return one stroke per piece; all rates are computed at once."""
    smooth = sum(piece.kind == "smooth" for piece in pieces)
    count = max(min(_SAMPLES, _MOST_SAMPLES // max(smooth, 1)), _FEWEST_SAMPLES)
    shares = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, count))
    times = [_times(piece, shares) for piece in pieces]
    if not times:
        return []
    # The last sample of a piece is its left limit: at t1 the next piece begins.
    request = [np.append(t[:-1], np.nextafter(t[-1], 0.0)) for t in times]
    ends = np.cumsum([len(t) for t in times])[:-1]
    # A curve that ends has its last rate at its end; rounding could put a sample of a short piece after it.
    rates = np.split(schedule(np.minimum(np.concatenate(request), schedule.ends)), ends)
    return [Stroke(t, rate) for t, rate in zip(times, rates, strict=True)]


def _times(piece: Piece, shares: Rates) -> Rates:
    if piece.kind == "flat":
        return np.array([piece.t0, piece.t1])
    times = piece.t0 + (piece.t1 - piece.t0) * shares
    times[-1] = piece.t1
    return times


def _joined(pieces: Sequence[Stroke], end: float, until: float) -> tuple[list[Stroke], list[Riser]]:
    """Return the strokes between jumps, and the jumps, including one to the final rate."""
    jumps: list[Riser] = []
    runs: list[list[Stroke]] = []
    for piece in pieces:
        if runs and (gap := _gap(runs[-1][-1], piece)) is None:
            runs[-1].append(piece)
            continue
        if runs and gap is not None and gap.time == piece.times[0]:
            jumps.append(gap)
        runs.append([piece])
    if pieces and pieces[-1].times[-1] == until and _jumps(pieces[-1], end):
        jumps.append(Riser(until, float(pieces[-1].rates[-1]), end))
    strokes = [Stroke(np.concatenate([p.times for p in r]), np.concatenate([p.rates for p in r])) for r in runs]
    return strokes, jumps


def _gap(left: Stroke, right: Stroke) -> Riser | None:
    """Return the jump between two strokes, or None; across a band, its time is the end of the left stroke."""
    after = float(right.rates[0])
    if left.times[-1] != right.times[0] or _jumps(left, after):
        return Riser(float(left.times[-1]), float(left.rates[-1]), after)
    return None


def _jumps(left: Stroke, after: float) -> bool:
    """Tell whether a curve jumps to ``after``; the steep end of a root is not a jump."""
    steep, before = (float(rate) for rate in left.rates[-2:])
    return abs(after - before) > max(_JUMP * max(before, after), abs(before - steep))


def _restarts(jumps: Sequence[Riser]) -> tuple[float, ...]:
    rising = [jump.time for jump in jumps if jump.after > jump.before]
    return (0.0, *rising) if rising else ()


def _begins_again(schedule: Schedule, pieces: Sequence[Piece]) -> tuple[float, ...]:
    """Return the beginnings of the first two cycles, if the rate rises from one to the next."""
    for piece in pieces:
        again = piece.t0 + piece.period
        if piece.period and again < piece.t1:
            before, after = schedule(np.array([np.nextafter(again, 0.0), again]))
            if after > before:
                return (piece.t0, again)
    return ()


def _band(schedule: Schedule, piece: Piece, length: float, columns: int) -> Band:
    count = max(round(columns * (piece.t1 - piece.t0) / length), 1)
    edges = np.linspace(piece.t0, piece.t1, count + 1)
    low, high = envelope(schedule, edges)
    return Band(edges, low, high)


def above(stroke: Stroke, floor: float) -> list[Stroke]:
    """Return the parts of a stroke above ``floor``, cut where the polyline crosses it."""
    high = stroke.rates > floor
    if high.all():
        return [stroke]
    turns = np.flatnonzero(high[1:] != high[:-1]) + 1
    bounds = [0, *turns.tolist(), len(high)]
    return [_cut(stroke, first, last, floor) for first, last in pairwise(bounds) if high[first]]


def _cut(stroke: Stroke, first: int, last: int, floor: float) -> Stroke:
    times, rates = stroke.times[first:last], stroke.rates[first:last]
    if first > 0:
        times, rates = np.append(_meets(stroke, first - 1, floor), times), np.append(floor, rates)
    if last < len(stroke.times):
        times, rates = np.append(times, _meets(stroke, last - 1, floor)), np.append(rates, floor)
    return Stroke(times, rates)


def _meets(stroke: Stroke, index: int, floor: float) -> float:
    (t0, t1), (r0, r1) = stroke.times[index : index + 2], stroke.rates[index : index + 2]
    return float(t0 + (t1 - t0) * ((floor - r0) / (r1 - r0)))
