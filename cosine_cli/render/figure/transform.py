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

LOG_HEADROOM = 1.25
"""The top of a logarithmic axis, in peaks."""


@dataclass(frozen=True, kw_only=True)
class AxesTransform:
    """The axes: a box on the page, the length of the run in steps, the largest peak, and ``decades`` if logarithmic.

    Rates are relative to the peak, so that those near the limits of float64 do not overflow.
    """

    box: Box
    until: float
    peak: float
    decades: float | None = None

    @property
    def floor(self) -> float:
        """The rate at the bottom of the axes, relative to the peak."""
        return 0.0 if self.decades is None else 10.0**-self.decades

    def x(self, time: float) -> float:
        """Return the x coordinate of a time."""
        return self.box.left + self.box.width * (time / self.until)

    def y(self, share: float) -> float:
        """Return the y coordinate of a rate relative to the peak, at least the bottom of the axes."""
        return float(self._heights(np.array([share]))[0])

    def places(self, stroke: Stroke) -> Points:
        """Return the positions of a stroke, whose rates are relative to the peak."""
        x = self.box.left + self.box.width * (stroke.times / self.until)
        return np.column_stack((x, self._heights(stroke.rates)))

    def _heights(self, shares: Rates) -> Rates:
        if self.decades is None:
            return np.asarray(self.box.bottom + self.box.height * (shares / HEADROOM))
        above = np.log10(np.maximum(shares, self.floor)) + self.decades
        return np.asarray(self.box.bottom + self.box.height * (above / (self.decades + math.log10(LOG_HEADROOM))))
