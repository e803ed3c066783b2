"""The lowest and the highest rate of a curve in each column of a picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.schedules.core.arrays import Rates, together
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES, before, in_order, with_neighbors


def envelope(schedule: Schedule, edges: Rates) -> tuple[Rates, Rates]:
    """Return the lowest and the highest rate in each column between two ``edges``: ``(N + 1,)`` in, ``(N,)`` out twice.

    They cover all times between the edges, so that even the shortest spike of a restart is included. After the end of
    a curve the lowest is inf and the highest -inf.

    >>> from cosine_cli.schedules.step import Step
    >>> low, high = envelope(Step(lr=0.1, step_size=1, gamma=0.5), np.array([0.0, 2.0, 4.0]))
    >>> high
    array([0.1  , 0.025])
    """
    low, high = np.full(len(edges) - 1, np.inf), np.full(len(edges) - 1, -np.inf)
    for times in together(_turns(schedule.pieces_to_end(float(edges[-1]), MOST_PIECES), edges)):
        times = times[(times >= edges[0]) & (times < edges[-1])]  # noqa: PLW2901 - the others are in no column
        columns = np.searchsorted(edges, times, side="right") - 1
        rates = schedule(times)
        known = ~np.isnan(rates)
        np.minimum.at(low, columns[known], rates[known])
        np.maximum.at(high, columns[known], rates[known])
    return low, high


def _turns(pieces: list[Piece], edges: Rates) -> Iterator[Rates]:
    """Yield times that include the extremes of every column: its edges, and the ends of all pieces in it."""
    yield edges[:-1]
    yield before(edges[1:])
    listed = [piece for piece in pieces if piece.kind != "cycles"]
    if listed:  # evaluated at once, since a thousand pieces one by one take seconds
        yield with_neighbors(in_order(time for piece in listed for time in (piece.t0, piece.t1))).ravel()
    for piece in pieces:
        if piece.kind == "cycles":
            yield from _turns_of_cycles(piece, edges)


def _turns_of_cycles(row: Piece, edges: Rates) -> Iterator[Rates]:
    """Yield the turns of the first and the last cycles of each column, which contain its extremes."""
    yield before(np.array([row.t1]))
    inner = edges[(edges >= row.t0) & (edges <= row.t1)]
    first = row.cycles_at(np.concatenate(([row.t0], inner, [row.t1])))
    index = in_order(np.concatenate((np.maximum(first - 1.0, 0.0), first, first + 1.0)).tolist())
    starts, stretches = row.starts(index), row.stretches(index)
    for part in row.parts:  # each begins where the previous one ends
        times = with_neighbors(starts + part.t0 * stretches).ravel()
        yield times[(times >= row.t0) & (times < row.t1)]
