"""Curves as dots, and dots as characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.chart.dot_scale import ACROSS, DOWN, DotScale
from cosine_cli.render.core.traces import Riser, trace
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.schedule import Schedule

Places = NDArray[np.int64]
Dots = NDArray[np.bool_]
"""An array ``(DOWN * rows, ACROSS * columns)`` of the dots that are set, the first row at the top."""

_EMPTY = 0x2800
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""The bit of each dot in a braille character; Unicode added the fourth row later."""


class DotCurve(NamedTuple):
    """The dots of one curve: solid ones, and light ones where it jumps or within a band.

    - ``restarts``: whether it restarts.
    """

    solid: Dots
    light: Dots
    restarts: bool

    @property
    def dots(self) -> Dots:
        """All dots."""
        return self.solid | self.light


class Columns(NamedTuple):
    """Parts of a curve in one column of dots each: the column, and the first and the last row."""

    at: Places
    first: Places
    last: Places


def draw_curve(schedule: Schedule, scale: DotScale) -> DotCurve:
    """Return the dots of a schedule: in each column all from the lowest to the highest rate, except for jumps."""
    traced = trace(schedule, scale.until, ACROSS * scale.columns)
    columns = _columns(schedule, scale, [jump.time for jump in traced.jumps])
    starts, stops = scale.edges[columns.at], scale.edges[columns.at + 1]
    swinging = np.zeros(len(columns.at), dtype=np.bool_)
    for band in traced.bands:
        swinging |= (starts >= band.edges[0]) & (stops <= band.edges[-1])
    solid, light = _blank(scale), _risers(traced.jumps, scale)
    for at, first, last, swings in zip(*map(np.ndarray.tolist, (*columns, swinging)), strict=True):
        if swings:
            solid[[first, last], at] = True
            light[first + (first + at) % 2 : last : 2, at] = True
        else:
            solid[first : last + 1, at] = True
    return DotCurve(solid, light, bool(traced.restarts))


def draw_points(schedule: Schedule, times: Rates, scale: DotScale) -> DotCurve:
    """Return one dot for the rate of a schedule at each time."""
    rates = schedule(times)
    seen = np.isfinite(rates) & (rates > scale.floor)
    columns = np.minimum(np.searchsorted(scale.edges, times[seen], side="right"), ACROSS * scale.columns) - 1
    solid = _blank(scale)
    solid[scale.down(rates[seen]), columns] = True
    return DotCurve(solid, _blank(scale), restarts=False)


def _columns(schedule: Schedule, scale: DotScale, jumps: Sequence[float]) -> Columns:
    """Return the parts of the curve in each column, without NaN and rates off the axis.

    Columns are split at jumps.
    """
    edges = np.array(sorted({*scale.edges.tolist(), *jumps}))  # np.unique would load numpy.ma
    end = schedule(np.array([scale.until]))
    low, high = (np.concatenate((rates, end)) for rates in envelope(schedule, edges))
    at = np.append(np.searchsorted(scale.edges, edges[:-1], side="right") - 1, ACROSS * scale.columns - 1)
    seen = np.isfinite(low) & np.isfinite(high) & (high > scale.floor)
    return Columns(at[seen], scale.down(high[seen]), scale.down(low[seen]))


def _risers(jumps: Sequence[Riser], scale: DotScale) -> Dots:
    """Return every second dot between the two sides of each jump."""
    dots = _blank(scale)
    for jump in jumps:
        first, last = sorted(scale.down(np.array([jump.before, jump.after])).tolist())
        dots[first + 2 - first % 2 : last : 2, scale.across(jump.time)] = True
    return dots


def _blank(scale: DotScale) -> Dots:
    return np.zeros((DOWN * scale.rows, ACROSS * scale.columns), dtype=np.bool_)


def braille(dots: Dots) -> NDArray[np.int64]:
    """Return the code point of each character ``(rows, columns)``; a blank for no dots.

    >>> chr(braille(np.eye(4, 2, dtype=bool))[0, 0])
    '⠑'
    """
    codes = (_by_cell(dots) * _BITS).sum(axis=(2, 3))
    return np.where(codes > 0, codes + _EMPTY, ord(" "))


def touched(dots: Dots) -> Dots:
    """Return a mask of the characters with a dot, ``(rows, columns)``."""
    return np.asarray(_by_cell(dots).any(axis=(2, 3)))


def _by_cell(dots: Dots) -> Dots:
    rows, columns = dots.shape[0] // DOWN, dots.shape[1] // ACROSS
    return dots.reshape(rows, DOWN, columns, ACROSS).swapaxes(1, 2)
