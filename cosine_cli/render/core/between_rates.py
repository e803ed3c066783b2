"""The parts of a curve between two rates, where the limits of an axis cut it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.core.traces import Riser, Stroke


def between_rates(stroke: Stroke, bottom: float, top: float) -> list[Stroke]:
    """Return the parts of a polyline from rate ``bottom`` to ``top``, cut where it crosses them.

    >>> [part] = between_rates(Stroke(np.array([0.0, 10.0]), np.array([0.0, 1.0])), 0.5, 2.0)
    >>> part.times, part.rates
    (array([ 5., 10.]), array([0.5, 1. ]))
    """
    cut = with_crossings(with_crossings(stroke, bottom), top)
    inside = (cut.rates >= bottom) & (cut.rates <= top)
    return _runs(cut, inside[:-1] & inside[1:])


def band_between_rates(low: Stroke, high: Stroke, bottom: float, top: float) -> list[tuple[Stroke, Stroke]]:
    """Return the parts of a band from rate ``bottom`` to ``top``, given its edges with the same times."""
    times = np.unique(
        np.concatenate([with_crossings(edge, rate).times for edge in (low, high) for rate in (bottom, top)])
    )
    lows, highs = np.interp(times, low.times, low.rates), np.interp(times, high.times, high.rates)
    middles = (times[1:] + times[:-1]) / 2
    shown = (np.interp(middles, low.times, low.rates) < top) & (np.interp(middles, high.times, high.rates) > bottom)
    lowers = _runs(Stroke(times, np.clip(lows, bottom, top)), shown)
    uppers = _runs(Stroke(times, np.clip(highs, bottom, top)), shown)
    return list(zip(lowers, uppers, strict=True))


def jump_between_rates(jump: Riser, bottom: float, top: float) -> Riser | None:
    """Return the part of a jump from rate ``bottom`` to ``top``, None if there is none."""
    if min(jump.before, jump.after) > top or max(jump.before, jump.after) < bottom:
        return None
    return jump._replace(before=min(max(jump.before, bottom), top), after=min(max(jump.after, bottom), top))


def clipped(stroke: Stroke, bottom: float, top: float) -> Stroke:
    """Return a polyline that follows ``bottom`` and ``top`` where it would be outside of them."""
    times, rates = with_crossings(with_crossings(stroke, bottom), top)
    return Stroke(times, np.clip(rates, bottom, top))


def with_crossings(stroke: Stroke, rate: float) -> Stroke:
    """Return a polyline with a point at each crossing of ``rate``."""
    above = stroke.rates - rate
    at = np.flatnonzero(above[:-1] * np.sign(above[1:]) < 0)
    (before, after), times = (above[at], above[at + 1]), stroke.times
    crossings = times[at] + (times[at + 1] - times[at]) * (before / (before - after))
    crossings = np.clip(crossings, times[at], times[at + 1])
    return Stroke(np.insert(times, at + 1, crossings), np.insert(stroke.rates, at + 1, rate))


def _runs(stroke: Stroke, segments: NDArray[np.bool_]) -> list[Stroke]:
    """Return the parts of a polyline that consist of consecutive chosen ``segments``, a mask."""
    ends = np.flatnonzero(np.diff(segments.astype(np.int8), prepend=0, append=0)).tolist()
    return [Stroke(stroke.times[a : b + 1], stroke.rates[a : b + 1]) for a, b in list(pairwise(ends))[::2]]
