"""Pieces of phases followed by the pieces of another curve, and of a decay that repeats."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.pieces import Piece, PieceKind, between


def concat(
    phases: Sequence[tuple[float, PieceKind]], rest: Callable[[float], list[Piece]], until: float, *, ahead: float = 0.0
) -> list[Piece]:
    """Return the pieces of phases, each given by its end and its kind, followed by those that ``rest`` returns.

    ``rest`` takes a time on its own clock, on which ``ahead`` steps have passed when it starts, and returns its pieces
    up to that time.
    """
    start = phases[-1][0]
    pieces = shapes.in_phases(phases, until)
    if start >= until:
        return pieces
    shift = start - ahead
    return [*pieces, *between((piece.moved(shift) for piece in rest(until - shift)), start, until)]


def repeated_decay(length: float, until: float, at_most: int) -> list[Piece]:
    """Return the pieces of a decay that starts again after every ``length``."""
    count = math.ceil(until / length)
    if count > at_most:
        return [Piece(0.0, until, "cycles", length, (Piece(0.0, length, "smooth"),))]
    edges = [min(i * length, until) for i in range(count + 1)]
    return [Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b]
