"""From times and rates to places on the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cosine_cli.render.figure.margins import Box
from cosine_cli.render.figure.paths import Stroke
from cosine_cli.render.figure.primitives import Points
from cosine_cli.schedules.core.arrays import Rates

HEADROOM = 1.02
"""The top of a linear axis, in peaks."""

LOG_HEADROOM = 1.25
DECADES = 4.0
"""A logarithmic axis goes from 1e-4 to 1.25 of the peak."""

_MOST_DECADES = 40.0
_SLACK = 1e-9


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The axes: a box on the page, the run's length in steps, the largest peak; ``decades`` makes it logarithmic.

    All is computed as a share of the peak, so that rates near the ends of float64 do no harm.
    """

    box: Box
    until: float
    peak: float
    decades: float | None = None

    @property
    def floor(self) -> float:
        """The rate at the bottom of the axes, as a share of the peak."""
        return 0.0 if self.decades is None else 10.0**-self.decades

    def x(self, time: float) -> float:
        """Return how far right a time stands."""
        return self.box.left + self.box.width * (time / self.until)

    def y(self, share: float) -> float:
        """Return how high a share of the peak stands; what is below the axes stands at their bottom."""
        return float(self._heights(np.array([share]))[0])

    def places(self, stroke: Stroke) -> Points:
        """Return the places of the points of a stroke, its rates given as shares of the peak."""
        x = self.box.left + self.box.width * (stroke.times / self.until)
        return np.column_stack((x, self._heights(stroke.rates)))

    def _heights(self, shares: Rates) -> Rates:
        if self.decades is None:
            return np.asarray(self.box.bottom + self.box.height * (shares / HEADROOM))
        above = np.log10(np.maximum(shares, self.floor)) + self.decades
        return np.asarray(self.box.bottom + self.box.height * (above / (self.decades + math.log10(LOG_HEADROOM))))


def decades(peaks: Sequence[float]) -> float:
    """Return how many decades a logarithmic axis has: four, or as many as show the lowest peak.

    >>> decades([0.1, 0.1]), decades([0.1, 1e-7])
    (4.0, 7.0)
    """
    lowest = min((peak for peak in peaks if peak > 0), default=1.0)
    if lowest >= max(peaks):
        return DECADES
    # The quotient of the two could overflow.
    depth = math.ceil(math.log10(max(peaks)) - math.log10(lowest) - _SLACK) + 1.0
    return min(max(DECADES, depth), _MOST_DECADES)
