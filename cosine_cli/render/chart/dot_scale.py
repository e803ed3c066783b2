"""From times and rates to the dots of a chart: two across and four down a character."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosine_cli.schedules.core.arrays import Rates

ACROSS, DOWN = 2, 4
"""The dots of one character."""

_LIFTED = 2
"""How many dots 0 lies above the lower edge: there, and as far below the upper edge, a line meets its tick's text."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """The area of the curves, in characters, and what it spans: the run in steps, and the rates up to a peak.

    ``decades`` makes the rates logarithmic: that many below the peak.
    """

    columns: int
    rows: int
    until: float
    peak: float
    decades: float | None = None

    @property
    def edges(self) -> Rates:
        """The times between which the columns of dots lie."""
        return np.linspace(0.0, self.until, ACROSS * self.columns + 1)

    @property
    def floor(self) -> float:
        """The rate at the bottom, below which nothing is drawn."""
        return -math.inf if self.decades is None else self.peak * 10.0**-self.decades

    def across(self, time: float) -> int:
        """Return the column of dots that a time falls in."""
        return min(int(np.searchsorted(self.edges, time, side="right")) - 1, ACROSS * self.columns - 1)

    def down(self, rates: Rates) -> NDArray[np.int64]:
        """Return the row of dots, from the top, that each rate falls in; what lies outside is held at the edge."""
        return self.down_shares(rates / self.peak if self.peak else np.zeros_like(rates))

    def down_shares(self, shares: Rates) -> NDArray[np.int64]:
        """Return the same of rates given as shares of the peak."""
        heights = shares
        if self.decades is not None:
            heights = 1.0 + np.log10(np.maximum(shares, 10.0**-self.decades)) / self.decades
        span = DOWN * (self.rows - 1) if self.rows > 1 else DOWN - 1
        bottom = DOWN * self.rows - (_LIFTED if self.rows > 1 else 1)
        return np.asarray(bottom - np.rint(np.clip(heights, 0.0, 1.0) * span), dtype=np.int64)

    def column(self, time: float) -> int:
        """Return the column of characters that a time falls in."""
        return self.across(time) // ACROSS

    def row(self, share: float) -> int:
        """Return the row of characters, from the top, that a share of the peak falls in."""
        return int(self.down_shares(np.array([share]))[0]) // DOWN
