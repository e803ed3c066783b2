"""The rows of a log on the clock of a plan, thinned for a search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cosine_cli.schedules.core.arrays import Rates

MOST_ROWS = 2000
"""How many rows a search uses."""

_SLACK = 2e-10
"""The rounding error of a scheduler that computes each rate from the one before, relative to the highest rate."""

_PER_PLACE = 100
"""One in so many of the kept rows is on each side of a place."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """Some rows of a log.

    - ``times``: in updates; ``rates``: as logged.
    - ``tolerances``: the largest difference from a rate that is still equal to it.
    - ``peak``: the rate to which errors are relative.
    """

    times: Rates
    rates: Rates
    tolerances: Rates
    peak: float

    @classmethod
    def of(cls, times: Rates, rates: Rates, tolerances: Rates, peak: float) -> Rows:
        """Return rows; the tolerances are those of the digits."""
        return cls(times=times, rates=rates, tolerances=tolerances * (1 + 1e-6) + _SLACK * rates.max(), peak=peak)

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.times.size

    def __getitem__(self, index: NDArray[np.bool_] | NDArray[np.intp] | slice) -> Rows:
        """Return some of the rows."""
        return Rows(times=self.times[index], rates=self.rates[index], tolerances=self.tolerances[index], peak=self.peak)

    def excess(self, predicted: Rates) -> Rates:
        """Return by how much predicted rates differ beyond the digits, relative to the peak; inf if there is none."""
        difference = np.abs(predicted - self.rates)
        excess = np.where(difference <= self.tolerances, 0.0, difference / self.peak)
        return np.where(np.isnan(excess), np.inf, excess)

    def error(self, predicted: Rates) -> float:
        """Return the largest difference beyond the digits, relative to the highest rate."""
        return float(self.excess(predicted).max())

    def deviation(self, predicted: Rates) -> float:
        """Return the root mean square of the differences, which a search minimizes."""
        difference = np.where(np.isnan(predicted), self.peak, predicted - self.rates)
        return float(np.sqrt(np.mean(difference**2)))

    def deviations(self, predicted: Rates) -> Rates:
        """Return the deviation of each of several predictions, shape (k, n)."""
        difference = np.where(np.isnan(predicted), self.peak, predicted - self.rates)
        deviations: Rates = np.sqrt(np.mean(difference**2, axis=-1))
        return deviations

    def errors(self, predicted: Rates) -> Rates:
        """Return the largest difference beyond the digits of each of several predictions, shape (k, n)."""
        errors: Rates = self.excess(predicted).max(axis=-1)
        return errors

    def thinned(self, *places: int, most: int = MOST_ROWS) -> Rows:
        """Return about ``most`` rows: evenly spaced ones, and all beside the given places and the largest jumps."""
        count = len(self)
        if count <= most:
            return self
        jumps = np.argsort(np.abs(np.diff(self.rates)))[-4:]
        by = max(most // _PER_PLACE, 1)
        beside = [np.arange(max(at - by, 0), min(at + by, count)) for at in (*places, *jumps)]
        even = np.linspace(0, count - 1, most - 2 * by * len(beside)).round().astype(np.intp)
        return self[np.unique(np.concatenate([even, *beside]).astype(np.intp))]

    @cached_property
    def gaps(self) -> Rates:
        """The time from each row to the next."""
        return np.diff(self.times)
