"""A curve as stretches of time on which nothing sudden happens: what sums, pictures and searches are made from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates

PieceKind = Literal["flat", "smooth", "cycles", "none"]


@dataclass(frozen=True, eq=False)
class Bounds:
    """Where cycles of different lengths begin, from the start of the first, and where the last ends: ``(n + 1,)``."""

    times: Rates

    def scaled(self, factor: float) -> Bounds:
        """Return the same on a clock that is so many times as slow."""
        return Bounds(self.times * factor)

    def after(self, count: int) -> Bounds:
        """Return the bounds without the first ``count`` cycles."""
        return Bounds(self.times[count:] - self.times[count])


class Piece(NamedTuple):
    """One stretch ``[t0, t1)`` of a curve, in steps.

    - ``flat``: one value.
    - ``smooth``: monotone and free of knots (a turning point is a knot).
    - ``cycles``: too many knots to list. The stretch repeats with ``period``, each cycle cut into the
      pieces ``inside`` (times from the cycle's start). From one cycle to the next every such piece moves
      one way only, so that the first and the last cycle hold the extremes. ``t1`` may cut the last one off.
      They are ``uneven`` where rounding decides to which cycle a step at the boundary of two belongs.
      With ``bounds`` each cycle has a length of its own, and ``period`` and ``inside`` are those of the first, of
      which the others are stretched copies.
    - ``none``: no rate, NaN; a rate follows it.
    """

    t0: float
    t1: float
    kind: PieceKind
    period: float = 0.0
    inside: tuple[Piece, ...] = ()
    bounds: Bounds | None = None
    uneven: bool = False

    @property
    def in_step(self) -> bool:
        """Whether every cycle begins at a binary fraction of a step, and rounding moves no step to another one."""
        return self.bounds is None and (64 * self.period).is_integer() and not self.uneven

    @property
    def cycles(self) -> int:
        """How many cycles a row of cycles has, a cut-off last one included."""
        if self.bounds is None:
            return max(math.ceil((self.t1 - self.t0) / self.period), 1)
        return max(int(np.searchsorted(self.bounds.times[:-1], self.t1 - self.t0)), 1)

    def starts(self, index: Rates) -> Rates:
        """Return when the cycles with these numbers begin; with the number behind the last, when that ends."""
        if self.bounds is None:
            return self.t0 + index * self.period
        return self.t0 + self.bounds.times[np.clip(index, 0, len(self.bounds.times) - 1).astype(np.intp)]

    def stretches(self, index: Rates) -> Rates:
        """Return how many times as long as the first the cycles with these numbers are."""
        if self.bounds is None:
            return np.ones_like(index)
        return (self.starts(index + 1.0) - self.starts(index)) / self.period

    def cycles_at(self, times: Rates) -> Rates:
        """Return the numbers of the cycles that run at these times."""
        if self.bounds is None:
            return np.floor((times - self.t0) / self.period)
        return np.searchsorted(self.bounds.times, times - self.t0, side="right").astype(np.float64) - 1.0

    def moved(self, shift: float) -> Piece:
        """Return the piece, ``shift`` later."""
        return self._replace(t0=self.t0 + shift, t1=self.t1 + shift)

    def stretched(self, factor: float) -> Piece:
        """Return the piece, every time in it multiplied by ``factor``."""
        inside = tuple(piece.stretched(factor) for piece in self.inside)
        bounds = None if self.bounds is None else self.bounds.scaled(factor)
        return Piece(self.t0 * factor, self.t1 * factor, self.kind, self.period * factor, inside, bounds, self.uneven)

    def cycle(self, index: int) -> Iterator[Piece]:
        """Yield the pieces of one cycle of a row of cycles, in their place."""
        numbers = np.array([index, index + 1], dtype=np.float64)
        start, stop = self.starts(numbers).tolist()
        stretch = float(self.stretches(numbers[:1])[0])
        inside = self.inside if stretch == 1.0 else tuple(inner.stretched(stretch) for inner in self.inside)
        *parts, last = (inner.moved(start) for inner in inside)
        # Where one cycle stops the next one starts, to the bit: a step between them would be lost or counted twice.
        yield from between([*parts, last._replace(t1=stop)], start, self.t1)

    def cycles_from(self, index: int) -> Piece:
        """Return the row without the cycles before one of them."""
        start = float(self.starts(np.array([float(index)]))[0])
        if self.bounds is None:
            return self._replace(t0=start)
        stretch = float(self.stretches(np.array([float(index)]))[0])
        inside = tuple(inner.stretched(stretch) for inner in self.inside)
        period = self.period * stretch
        return self._replace(t0=start, period=period, inside=inside, bounds=self.bounds.after(index))


def decay_then_floor(end: float, until: float) -> list[Piece]:
    """Return the pieces of a decay that ends at ``end``, up to ``until``."""
    if end >= until:
        return [Piece(0.0, until, "smooth")]
    return [Piece(0.0, end, "smooth"), Piece(end, until, "flat")]


def between(pieces: Iterable[Piece], start: float, stop: float) -> Iterator[Piece]:
    """Yield what lies in ``[start, stop)`` of pieces in their order."""
    for piece in pieces:
        if piece.t1 <= start or piece.t0 >= stop:
            continue
        if piece.kind == "cycles" and piece.t0 < start:
            yield from _cycles_from(piece, start, stop)
        else:
            yield piece._replace(t0=max(piece.t0, start), t1=min(piece.t1, stop))


def _cycles_from(row: Piece, start: float, stop: float) -> Iterator[Piece]:
    """Cut the cycle that ``start`` falls into out of the row, since a row begins with a whole one."""
    done = int(row.cycles_at(np.array([start]))[0])
    yield from between(row.cycle(done), start, stop)
    closed = float(row.starts(np.array([done + 1.0]))[0])
    if closed < min(row.t1, stop):
        yield row.cycles_from(done + 1)._replace(t1=min(row.t1, stop))
