"""The slopes of a curve at both ends of a run."""

from __future__ import annotations

import math

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import MOST_PIECES, before

_HALVINGS, _ORDERS = 100, 8
_ROUNDING = 2.0**-50
_STEEP = 1e-4
"""A slope whose error is above this part of it, or of the mean slope of the piece, is regarded as vertical."""


def slopes(schedule: Schedule, until: float) -> tuple[float | None, float | None]:
    """Return the slopes per step after time 0 and before ``until``, each None if the curve is vertical there.

    If the curve ends before ``until``, the second is the slope before its end.

    >>> from cosine_cli.schedules.linear import Linear
    >>> slopes(Linear(lr=1.0, total=64), 128)
    (-0.015625, 0.0)
    """
    pieces = schedule.pieces_to_end(until, MOST_PIECES)
    first, last = pieces[0], pieces[-1]
    while first.kind == "cycles":
        first = next(first.cycle(0))
    while last.kind == "cycles":
        parts = [part for index in (max(last.cycles - 2, 0), last.cycles - 1) for part in last.cycle(index)]
        last = parts[-1] if parts else Piece(last.t0, last.t1, "smooth")  # cycles shorter than the rounding error
    return _slope(schedule, first, at=first.t0, into=1.0), _slope(schedule, last, at=_end(schedule, last), into=-1.0)


def _end(schedule: Schedule, piece: Piece) -> float:
    """Return the end of a piece, or the last float before it if the curve jumps there."""
    last = float(before(np.array(piece.t1)))
    until, at = schedule([last, piece.t1])
    return piece.t1 if math.isclose(until, at, abs_tol=_ROUNDING * schedule.peak) else last


def _slope(schedule: Schedule, piece: Piece, *, at: float, into: float) -> float | None:
    """Return the slope at one end of a piece, from differences over decreasing distances ``into`` it."""
    if piece.kind == "flat":
        return 0.0
    span = piece.t1 - piece.t0
    distances = into * math.ldexp(0.5, math.frexp(span)[1]) * 0.5 ** np.arange(1.0, _HALVINGS)
    distances = distances[at + distances != at]
    if not distances.size:  # the curve ends with its first update
        return 0.0
    rates = schedule(at + distances)
    end = float(schedule(at))
    highest = max(float(rates.max(initial=end)), end)
    changes = rates - end
    # Larger distances, with more than half of the change, say little about the end.
    near = int(np.argmax(np.abs(changes) <= np.abs(changes).max() / 2.0))
    distances, rates, changes = distances[near:], rates[near:], changes[near:]
    # Rounding is relative to the rates, or the smallest observed change if that is smaller.
    rounding = min(np.abs(changes[changes != 0.0]).min(initial=np.inf), _ROUNDING * highest)
    with np.errstate(over="ignore", invalid="ignore"):
        noise = (_ROUNDING * (rates + end) + rounding) / np.abs(distances)
        slope, error = _limit(changes / distances, noise)
    if not math.isfinite(slope) or error > _STEEP * max(abs(slope), highest / span):
        return None
    return slope if abs(slope) > max(10.0 * error, _ROUNDING * highest / span) else 0.0


def _limit(values: Rates, noise: Rates) -> tuple[float, float]:
    """Return the limit of values at distances that are halved each time, by Richardson extrapolation, and its error."""
    limit, error = float(values[-1]), float("inf")
    finest = values
    for order in range(1, min(_ORDERS, len(values) - 1) + 1):
        finer = (2.0**order * finest[1:] - finest[:-1]) / (2.0**order - 1.0)
        errors = np.maximum(np.abs(finer - finest[1:]), np.abs(finer - finest[:-1])) + noise[order:]
        best = int(np.argmin(errors))
        if errors[best] < error:
            limit, error = float(finer[best]), float(errors[best])
        finest = finer
    return limit, error
