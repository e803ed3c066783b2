"""The outline of a curve: where it rises, where it is at its peak, where it falls, and where its floor begins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cosine_cli.studies.identify.core.levels import Levels
from cosine_cli.studies.identify.core.rows import Rows, joined

_LEAST_TAIL = 3

_NEAR_LINE = 0.03
"""Rising rows can be as far from a line, relative to the peak: stairs and missed updates are."""

_SEARCHED = 2000
"""Rows on which parameters are found."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Outline:
    """The phases of rows.

    - ``rows``: the rows of the search; ``all_rows``: those before they were thinned.
    - ``first``, ``last``: the first and the last row at the peak, up to rounding.
    - ``tail``: the first row at the floor, ``len(rows)`` if fewer than three rows are.
    """

    rows: Rows
    all_rows: Rows
    first: int
    last: int
    tail: int

    @property
    def rising(self) -> Rows:
        """The rows before the peak."""
        return self.rows.part(slice(0, self.first))

    @property
    def falling(self) -> Rows:
        """The rows from the last at the peak to the first at the floor."""
        return self.rows.part(slice(self.last, self.tail + 1))

    @property
    def drops_at_once(self) -> bool:
        """Whether no row is between the last at the peak and the first at the floor: rows show no shape of a decay."""
        return self.tail == self.last + 1

    @property
    def floor(self) -> float | None:
        """The rate of the tail, None if there is none."""
        return float(self.rows.rates[-1]) if self.tail < len(self.rows) else None

    def edge_rows(self, levels: Levels) -> Rows:
        """Return the rising rows, and the first and the last row of each level."""
        edges = levels.edges()
        if not self.first or not self.rises_once:
            return edges
        return joined(self.rising, edges)

    @cached_property
    def rises_once(self) -> bool:
        """Whether the rate never falls before the peak."""
        return _monotone(self.rows.part(slice(0, self.first + 1)), sign=1.0)

    @cached_property
    def falls_once(self) -> bool:
        """Whether the rate never rises after the peak."""
        return _monotone(self.rows.part(slice(self.first, None)), sign=-1.0)

    @cached_property
    def ramp(self) -> tuple[float, float] | None:
        """The slope of the line through the rising rows and its rate at time 0; None if it is far from a line."""
        rising = self.rising
        if not len(rising):
            return None
        if len(rising) == 1:
            return _ramp_of_one(rising, self)
        slope, at_0 = np.polyfit(rising.times, rising.rates, 1, w=1.0 / rising.allowed)
        near = np.abs(rising.rates - slope * rising.times - at_0) <= _NEAR_LINE * self.rows.peak + rising.allowed
        return (float(slope), float(at_0)) if slope > 0 and near.all() else None

    @cached_property
    def ramp_is_line(self) -> bool:
        """Whether the rising rows are on a line to all their digits."""
        if self.ramp is None:
            return False
        slope, at_0 = self.ramp
        rising = self.rising
        return bool((np.abs(rising.rates - slope * rising.times - at_0) <= 1.5 * rising.allowed).all())


def _ramp_of_one(rising: Rows, outline: Outline) -> tuple[float, float]:
    time, rate = float(rising.times[0]), float(rising.rates[0])
    if time > 0.0 and rate > 0.0:
        return rate / time, 0.0
    end = float(outline.rows.times[outline.first])
    slope = (outline.rows.peak - rate) / (end - time)
    return slope, rate - slope * time


def _monotone(rows: Rows, *, sign: float) -> bool:
    room = rows.allowed[1:] + rows.allowed[:-1]
    return bool((sign * np.diff(rows.rates) >= -room).all())


def outline_of(all_rows: Rows) -> Outline:
    """Return the outline of rows."""
    rows = all_rows.thinned(_SEARCHED)
    highest = int(rows.rates.argmax())
    at_peak = np.flatnonzero(rows.rates >= rows.rates[highest] - rows.allowed - rows.allowed[highest])
    final = rows.rates[-1] + rows.allowed + rows.allowed[-1]
    above = np.flatnonzero(rows.rates > final)
    tail = int(above[-1]) + 1 if len(above) else 0
    first, last = int(at_peak[0]), int(at_peak[-1])
    if len(rows) - tail < _LEAST_TAIL or tail <= last:
        tail = len(rows)
    return Outline(rows=rows, all_rows=all_rows, first=first, last=last, tail=tail)
