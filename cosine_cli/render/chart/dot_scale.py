"""The scale from times and rates to the dots of a chart, 2 x 4 per character."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosine_cli.schedules.core.arrays import Rates

ACROSS, DOWN = 2, 4
"""Columns and rows of dots per character."""

_LIFTED = 2
"""The height of 0 above the lower edge, in dots: there, lines are level with the tick labels."""


@dataclass(frozen=True, kw_only=True)
class DotScale:
    """The area of the curves in characters, and its range: the run in steps, and rates up to ``peak``.

    ``decades`` is the range below the peak of a logarithmic axis, None for a linear one.
    """

    columns: int
    rows: int
    until: float
    peak: float
    decades: float | None = None

    @property
    def edges(self) -> Rates:
        """The times at the edges of the columns of dots."""
        return np.linspace(0.0, self.until, ACROSS * self.columns + 1)

    @property
    def floor(self) -> float:
        """The rate at the bottom; lower rates are not drawn."""
        return -math.inf if self.decades is None else self.peak * 10.0**-self.decades

    def across(self, time: float) -> int:
        """Return the column of dots of a time."""
        return min(int(np.searchsorted(self.edges, time, side="right")) - 1, ACROSS * self.columns - 1)

    def down(self, rates: Rates) -> NDArray[np.int64]:
        """Return the row of dots of each rate, from the top, clipped to the area."""
        return self.down_shares(rates / self.peak if self.peak else np.zeros_like(rates))

    def down_shares(self, shares: Rates) -> NDArray[np.int64]:
        """Return the row of dots of each rate relative to the peak."""
        heights = shares
        if self.decades is not None:
            heights = 1.0 + np.log10(np.maximum(shares, 10.0**-self.decades)) / self.decades
        span = DOWN * (self.rows - 1) if self.rows > 1 else DOWN - 1
        bottom = DOWN * self.rows - (_LIFTED if self.rows > 1 else 1)
        return np.asarray(bottom - np.rint(np.clip(heights, 0.0, 1.0) * span), dtype=np.int64)

    def column(self, time: float) -> int:
        """Return the column of characters of a time."""
        return self.across(time) // ACROSS

    def row(self, share: float) -> int:
        """Return the row of characters of a rate relative to the peak, from the top."""
        return int(self.down_shares(np.array([share]))[0]) // DOWN
