"""Pieces behind other pieces, and plain curves as a framework that says less would say them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.pieces import Piece, PieceKind, between
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.scale import Scale

_MOST_FACTORS = 1000
_RATES = ("lr", "min_lr", "warmup_start", "values", "factor")


def behind(
    phases: Sequence[tuple[float, PieceKind]], rest: Callable[[float], list[Piece]], until: float, *, ahead: float = 0.0
) -> list[Piece]:
    """Return the pieces of phases, each given by its end and its kind, and behind them those that ``rest`` gives.

    ``rest`` is asked for its pieces up to a time on its own clock, on which ``ahead`` steps have passed at its start.
    """
    start = phases[-1][0]
    found = shapes.in_phases(phases, until)
    if start >= until:
        return found
    shift = start - ahead
    return [*found, *between((piece.moved(shift) for piece in rest(until - shift)), start, until)]


def descents(length: float, until: float, at_most: int) -> list[Piece]:
    """Return the pieces of descents that begin again after every ``length``."""
    count = math.ceil(until / length)
    if count > at_most:
        return [Piece(0.0, until, "cycles", length, (Piece(0.0, length, "smooth"),))]
    edges = [min(i * length, until) for i in range(count + 1)]
    return [Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b]


def quotient(rate: float, to: float) -> float:
    """Return a rate as a multiple of another, without the rounding of the quotient in its last digits.

    >>> 0.01 / 0.1, quotient(0.001 / 0.1, 0.1)
    (0.09999999999999999, 0.1)
    """
    return float(f"{rate / to:.15g}")


def in_32_bits(per: float, factor: float, run: float) -> tuple[float, float]:
    """Return the time and the factor of a decay that 32 bits hold: over a long run, those of the whole run.

    A factor a step is so near to 1 that its rounding would add up.
    """
    over_run = factor ** (run / per)
    return (run, float(f"{over_run:.9g}")) if run / per > _MOST_FACTORS and over_run > 0.0 else (per, factor)


def unscaled(schedule: Schedule, factor: float = 1.0) -> Schedule:
    """Return the same rates without ``scale``: each schedule with its own rates multiplied."""
    if isinstance(schedule, Scale):
        return unscaled(schedule.of, factor * schedule.factor)
    changes = {
        field.name: _unscaled(field.name, getattr(schedule, field.name), factor) for field in params(type(schedule))
    }
    return replace(schedule, **changes)


def _unscaled(name: str, value: Any, factor: float) -> Any:
    if isinstance(value, Schedule):
        return unscaled(value, factor)
    if isinstance(value, tuple) and value and isinstance(value[0], Schedule):
        return tuple(unscaled(one, factor) for one in value)
    if factor == 1.0 or name not in _RATES:
        return value
    if isinstance(value, tuple):
        return tuple(_unscaled(name, one, factor) for one in value)
    return quotient(value * factor, 1.0)
