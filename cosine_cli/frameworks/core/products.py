"""The pieces of a product of curves: between the knots of the curves and the turns of the product."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece, PieceKind
from cosine_cli.schedules.core.schedule import Schedule

_MOST_KNOTS = 100_000
_PARTS = 64


def product_pieces(factors: Sequence[Schedule], until: float, at_most: int) -> list[Piece]:
    """Return the pieces from 0 to ``until`` of the product of ``factors``, none of which is below 0."""
    rows = [piece for factor in factors for piece in factor.pieces(until, at_most) if piece.kind == "cycles"]
    if any((row.t1 - row.t0) / row.period * len(row.parts) > _MOST_KNOTS for row in rows):
        period = max(row.period for row in rows)  # with that many drops, turns between two of them are not visible
        return [Piece(0.0, until, "cycles", period, (Piece(0.0, period, "smooth"),))]
    listed = [factor.pieces(until, _MOST_KNOTS) for factor in factors]
    edges = sorted({edge for pieces in listed for piece in pieces for edge in (piece.t0, piece.t1)})
    product: list[Piece] = []
    for start, end in itertools.pairwise(edges):
        middle = (start + end) / 2.0
        kinds: set[PieceKind] = {piece.kind for pieces in listed for piece in pieces if piece.t0 <= middle < piece.t1}
        cuts = [start, *_turns(factors, start, end), end] if kinds != {"flat"} else [start, end]
        product += [
            Piece(a, b, "flat" if kinds == {"flat"} else "smooth") for a, b in itertools.pairwise(cuts) if a < b
        ]
    return product


def _turns(factors: Sequence[Schedule], start: float, end: float) -> Iterator[float]:
    """Yield the times between two knots at which the product turns."""
    inside = np.array([start, (start + end) / 2.0, np.nextafter(end, start)])
    ways = {float(way) for factor in factors for way in np.sign(np.diff(factor(inside)))} - {0.0}
    if len(ways) < 2:  # noqa: PLR2004 - all rise, or all fall
        return
    times = np.linspace(start, np.nextafter(end, start), _PARTS + 1)
    for i in np.flatnonzero(_turned(_product(factors, times))):
        yield _narrowed(factors, float(times[i]), float(times[i + 2]))


def _narrowed(factors: Sequence[Schedule], low: float, high: float) -> float:
    """Return the turn of the product between ``low`` and ``high``, as exactly as its digits allow."""
    while True:
        times = np.linspace(low, high, _PARTS + 1)
        turned = np.flatnonzero(_turned(_product(factors, times)))
        if len(turned) != 1 or times[turned[0] + 2] - times[turned[0]] >= high - low:
            return (low + high) / 2.0
        low, high = float(times[turned[0]]), float(times[turned[0] + 2])


def _turned(rates: Rates) -> Rates:
    ways = np.sign(np.diff(rates))
    return np.asarray(ways[:-1] * ways[1:] < 0)


def _product(factors: Sequence[Schedule], times: Rates) -> Rates:
    product = np.ones_like(times)
    for factor in factors:
        product *= factor(times)
    return product
