"""The transform from times and rates to positions on the page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from cosine_cli.render.core.clearance import Points
from cosine_cli.render.core.traces import Stroke
from cosine_cli.render.figure.margins import Box
from cosine_cli.schedules.core.arrays import Rates

HEADROOM = 1.02
"""The top of a linear axis, in peaks."""

_ROUNDING = 1e-9

LOG_HEADROOM = 1.25
"""The top of a logarithmic axis, in peaks."""


@dataclass(frozen=True, kw_only=True)
class AxesTransform:
    """The axes: a box on the page, the last time in steps, the largest rate, and ``decades`` if logarithmic.

    Rates are relative to the largest one, so that those near the limits of float64 do not overflow.

    - ``since``: the first time.
    - ``limits``: the bottom and the top if they were given.
    """

    box: Box
    until: float
    peak: float
    decades: float | None = None
    since: float = 0.0
    limits: tuple[float, float] | None = None

    @property
    def floor(self) -> float:
        """The rate at the bottom of the axes, relative to the peak."""
        if self.limits is not None:
            return self.limits[0]
        return 0.0 if self.decades is None else 10.0**-self.decades

    @property
    def ceiling(self) -> float:
        """The rate at the top of the axes, relative to the peak."""
        if self.limits is not None:
            return self.limits[1]
        return HEADROOM if self.decades is None else LOG_HEADROOM

    @property
    def range(self) -> tuple[float, float]:
        """The bottom and the top, with a tolerance for rounding errors of rates that equal a limit."""
        return self.floor * (1 - _ROUNDING), self.ceiling * (1 + _ROUNDING)

    def shows(self, time: float, share: float) -> bool:
        """Tell whether a time, and a rate relative to the peak, are inside the limits."""
        low, high = self.range if self.limits is not None else (-math.inf, math.inf)
        return not (share < low or share > high) and self.since <= time <= self.until

    def x(self, time: float) -> float:
        """Return the x coordinate of a time."""
        return self.box.left + self.box.width * ((time - self.since) / (self.until - self.since))

    def y(self, share: float) -> float:
        """Return the y coordinate of a rate relative to the peak, at least the bottom of the axes."""
        return float(self._heights(np.array([share]))[0])

    def places(self, stroke: Stroke) -> Points:
        """Return the positions of a stroke, whose rates are relative to the peak."""
        x = self.box.left + self.box.width * ((stroke.times - self.since) / (self.until - self.since))
        return np.column_stack((x, self._heights(stroke.rates)))

    def _heights(self, shares: Rates) -> Rates:
        if self.decades is None:
            height = (shares - self.floor) / (self.ceiling - self.floor)
        else:
            height = np.log10(np.maximum(shares, self.floor)) + self.decades
            height = height / (self.decades + math.log10(self.ceiling))
        return np.asarray(self.box.bottom + self.box.height * height)
