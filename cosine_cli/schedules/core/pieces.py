"""A curve as pieces between its jumps and kinks, on which sums, pictures and searches are based."""

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
    """The starts of cycles of different lengths, and the end of the last, from the first start: ``(n + 1,)``."""

    times: Rates

    def scaled(self, factor: float) -> Bounds:
        """Return the bounds, every time multiplied by ``factor``."""
        return Bounds(self.times * factor)

    def after(self, count: int) -> Bounds:
        """Return the bounds without the first ``count`` cycles."""
        return Bounds(self.times[count:] - self.times[count])


class Piece(NamedTuple):
    """One stretch ``[t0, t1)`` of a curve, in steps.

    - ``flat``: one value.
    - ``smooth``: monotone and free of knots (a turning point is a knot).
    - ``cycles``: a row of cycles with too many knots to list. It repeats with ``period``; each cycle consists of the
      pieces ``parts`` (times from the cycle's start). From one cycle to the next each of them changes in one
      direction, so that the first and the last cycle contain the extremes. ``t1`` may truncate the last one.
      The row is ``uneven`` if rounding decides to which of two cycles a step at their boundary belongs.
      With ``bounds`` the cycles have different lengths, and ``period`` and ``parts`` are those of the first; the
      others are stretched copies of it.
    - ``none``: the rate is NaN; a rate follows.
    """

    t0: float
    t1: float
    kind: PieceKind
    period: float = 0.0
    parts: tuple[Piece, ...] = ()
    bounds: Bounds | None = None
    uneven: bool = False

    @property
    def in_step(self) -> bool:
        """Whether every cycle begins at a binary fraction of a step, so that no step is rounded into another."""
        return self.bounds is None and (64 * self.period).is_integer() and not self.uneven

    @property
    def cycles(self) -> int:
        """The number of cycles of a row, including a truncated last one."""
        if self.bounds is None:
            return max(math.ceil((self.t1 - self.t0) / self.period), 1)
        return max(int(np.searchsorted(self.bounds.times[:-1], self.t1 - self.t0)), 1)

    def starts(self, index: Rates) -> Rates:
        """Return the starts of the cycles with these numbers; for the number after the last, its end."""
        if self.bounds is None:
            return self.t0 + index * self.period
        return self.t0 + self.bounds.times[np.clip(index, 0, len(self.bounds.times) - 1).astype(np.intp)]

    def stretches(self, index: Rates) -> Rates:
        """Return the lengths of the cycles with these numbers over that of the first."""
        if self.bounds is None:
            return np.ones_like(index)
        return (self.starts(index + 1.0) - self.starts(index)) / self.period

    def cycles_at(self, times: Rates) -> Rates:
        """Return the numbers of the cycles that contain these times."""
        if self.bounds is None:
            return np.floor((times - self.t0) / self.period)
        return np.searchsorted(self.bounds.times, times - self.t0, side="right").astype(np.float64) - 1.0

    def moved(self, shift: float) -> Piece:
        """Return the piece shifted by ``shift``."""
        return self._replace(t0=self.t0 + shift, t1=self.t1 + shift)

    def stretched(self, factor: float) -> Piece:
        """Return the piece with every time multiplied by ``factor``."""
        parts = tuple(part.stretched(factor) for part in self.parts)
        bounds = None if self.bounds is None else self.bounds.scaled(factor)
        return Piece(self.t0 * factor, self.t1 * factor, self.kind, self.period * factor, parts, bounds, self.uneven)

    def cycle(self, index: int) -> Iterator[Piece]:
        """Yield the pieces of one cycle of a row, at its time."""
        numbers = np.array([index, index + 1], dtype=np.float64)
        start, stop = self.starts(numbers).tolist()
        stretch = float(self.stretches(numbers[:1])[0])
        stretched = self.parts if stretch == 1.0 else tuple(part.stretched(stretch) for part in self.parts)
        *parts, last = (part.moved(start) for part in stretched)
        # A cycle ends exactly where the next one starts; otherwise a step between them would be lost or counted twice.
        yield from between([*parts, last._replace(t1=stop)], start, self.t1)

    def cycles_from(self, index: int) -> Piece:
        """Return the row without its first ``index`` cycles."""
        start = float(self.starts(np.array([float(index)]))[0])
        if self.bounds is None:
            return self._replace(t0=start)
        stretch = float(self.stretches(np.array([float(index)]))[0])
        parts = tuple(part.stretched(stretch) for part in self.parts)
        period = self.period * stretch
        return self._replace(t0=start, period=period, parts=parts, bounds=self.bounds.after(index))


def between(pieces: Iterable[Piece], start: float, stop: float) -> Iterator[Piece]:
    """Yield the parts of consecutive pieces within ``[start, stop)``."""
    for piece in pieces:
        if piece.t1 <= start or piece.t0 >= stop:
            continue
        if piece.kind == "cycles" and piece.t0 < start:
            yield from _cycles_from(piece, start, stop)
        else:
            yield piece._replace(t0=max(piece.t0, start), t1=min(piece.t1, stop))


def _cycles_from(row: Piece, start: float, stop: float) -> Iterator[Piece]:
    """Yield the pieces of the cycle that contains ``start``, then a row of the following cycles."""
    done = int(row.cycles_at(np.array([start]))[0])
    yield from between(row.cycle(done), start, stop)
    closed = float(row.starts(np.array([done + 1.0]))[0])
    if closed < min(row.t1, stop):
        yield row.cycles_from(done + 1)._replace(t1=min(row.t1, stop))
