"""How steep a curve is at both ends of a run."""

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
"""A slope that is not known better than to this part of itself, or of the stretch's own, is that of a vertical."""


def slopes(schedule: Schedule, until: float) -> tuple[float | None, float | None]:
    """Return the slopes, a step, behind time 0 and before ``until``; None where the curve is vertical there.

    Of a curve that ends before that the second is the one before its end.

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
        last = parts[-1] if parts else Piece(last.t0, last.t1, "smooth")  # cycles of less than a rounding
    return _slope(schedule, first, at=first.t0, into=1.0), _slope(schedule, last, at=_end(schedule, last), into=-1.0)


def _end(schedule: Schedule, piece: Piece) -> float:
    """Return the end of a piece, or the last moment before it where the curve jumps there."""
    last = float(before(np.array(piece.t1)))
    until, at = schedule([last, piece.t1])
    return piece.t1 if math.isclose(until, at, abs_tol=_ROUNDING * schedule.peak) else last


def _slope(schedule: Schedule, piece: Piece, *, at: float, into: float) -> float | None:
    """Return the slope at one end of a piece, by differences over ever shorter distances ``into`` it."""
    if piece.kind == "flat":
        return 0.0
    span = piece.t1 - piece.t0
    distances = into * math.ldexp(0.5, math.frexp(span)[1]) * 0.5 ** np.arange(1.0, _HALVINGS)
    distances = distances[at + distances != at]
    if not distances.size:  # a curve that ends with its first update
        return 0.0
    rates = schedule(at + distances)
    end = float(schedule(at))
    highest = max(float(rates.max(initial=end)), end)
    changes = rates - end
    # Beyond the distance at which half of the change is made, a curve says little about its end.
    near = int(np.argmax(np.abs(changes) <= np.abs(changes).max() / 2.0))
    distances, rates, changes = distances[near:], rates[near:], changes[near:]
    # Rounding is relative to the rates, unless the smallest change that they show is larger.
    rounding = min(np.abs(changes[changes != 0.0]).min(initial=np.inf), _ROUNDING * highest)
    with np.errstate(over="ignore", invalid="ignore"):
        noise = (_ROUNDING * (rates + end) + rounding) / np.abs(distances)
        slope, error = _limit(changes / distances, noise)
    if not math.isfinite(slope) or error > _STEEP * max(abs(slope), highest / span):
        return None
    return slope if abs(slope) > max(10.0 * error, _ROUNDING * highest / span) else 0.0


def _limit(values: Rates, noise: Rates) -> tuple[float, float]:
    """Return the limit of values at distances that halve, by Richardson's extrapolation, and its error."""
    found, error = float(values[-1]), float("inf")
    finest = values
    for order in range(1, min(_ORDERS, len(values) - 1) + 1):
        finer = (2.0**order * finest[1:] - finest[:-1]) / (2.0**order - 1.0)
        errors = np.maximum(np.abs(finer - finest[1:]), np.abs(finer - finest[:-1])) + noise[order:]
        best = int(np.argmin(errors))
        if errors[best] < error:
            found, error = float(finer[best]), float(errors[best])
        finest = finer
    return found, error
