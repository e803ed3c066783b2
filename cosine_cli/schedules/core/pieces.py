"""A curve as stretches of time on which nothing sudden happens: what sums, pictures and searches are made from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

Kind = Literal["flat", "smooth", "cycles", "none"]


class Piece(NamedTuple):
    """One stretch ``[t0, t1)`` of a curve, in steps.

    - ``flat``: one value.
    - ``smooth``: monotone and free of knots (a turning point is a knot).
    - ``cycles``: too many knots to list. The stretch repeats with ``period``, each cycle cut into the
      pieces ``inside`` (times from the cycle's start). From one cycle to the next every such piece moves
      one way only, so that the first and the last cycle hold the extremes. ``t1`` may cut the last one off.
      They are ``uneven`` where rounding decides to which cycle a step at the boundary of two belongs.
    - ``none``: no rate, NaN; a rate follows it.
    """

    t0: float
    t1: float
    kind: Kind
    period: float = 0.0
    inside: tuple[Piece, ...] = ()
    uneven: bool = False

    @property
    def in_step(self) -> bool:
        """Whether every cycle begins at a binary fraction of a step, and rounding moves no step to another one."""
        return (64 * self.period).is_integer() and not self.uneven

    def moved(self, shift: float) -> Piece:
        """Return the piece, ``shift`` later."""
        return self._replace(t0=self.t0 + shift, t1=self.t1 + shift)

    def stretched(self, factor: float) -> Piece:
        """Return the piece, every time in it multiplied by ``factor``."""
        inside = tuple(piece.stretched(factor) for piece in self.inside)
        return Piece(self.t0 * factor, self.t1 * factor, self.kind, self.period * factor, inside, self.uneven)


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


def _cycles_from(piece: Piece, start: float, stop: float) -> Iterator[Piece]:
    """Cut the cycle that ``start`` falls into out of the row, since a row begins with a whole one."""
    done = math.floor((start - piece.t0) / piece.period)
    opened = piece.t0 + done * piece.period
    closed = min(opened + piece.period, piece.t1)
    yield from between((inner.moved(opened) for inner in piece.inside), start, min(closed, stop))
    if closed < min(piece.t1, stop):
        yield piece._replace(t0=closed, t1=min(piece.t1, stop))
