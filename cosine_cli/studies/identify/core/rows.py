"""The rows of a log as a fit needs them: times, rates, and how far a rate may be from its row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.log import Floats, Series

_ARITHMETIC = 2e-10
"""Rounding errors of a scheduler in double precision, relative to the peak: it may sum up many small steps."""

_SINGLE_ARITHMETIC = 4e-7
"""The same in single precision."""

_SINGLE = 2.0**-24
"""The largest relative error of a number in single precision."""

_KEPT_AT_ENDS = 150
"""The first and the last rows are all kept: warmups begin there, and floors."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """The rows of a series that have a rate.

    - ``allowed``: the largest difference between a row and the rate that it shows, shape (n,).
    """

    times: Floats
    rates: Floats
    allowed: Floats

    @property
    def peak(self) -> float:
        """The highest rate."""
        return float(self.rates.max())

    @property
    def span(self) -> float:
        """The time between the first and the last row."""
        return float(self.times[-1] - self.times[0])

    def __len__(self) -> int:
        return len(self.times)

    def part(self, index: slice | NDArray[np.intp] | NDArray[np.bool_]) -> Rows:
        """Return some of the rows."""
        return Rows(times=self.times[index], rates=self.rates[index], allowed=self.allowed[index])

    def thinned(self, count: int) -> Rows:
        """Return about ``count`` of the rows, evenly spaced, and all of the first and the last."""
        if len(self) <= count:
            return self
        ends = min(_KEPT_AT_ENDS, count // 6)
        even = np.linspace(0, len(self) - 1, count - 2 * ends).round().astype(np.intp)
        return self.part(np.unique(np.concatenate((even, np.arange(ends), np.arange(len(self) - ends, len(self))))))


def rows_of(series: Series) -> Rows:
    """Return the rows of a series whose rate is a number."""
    finite = np.isfinite(series.times) & np.isfinite(series.rates)
    rates, digits = series.rates[finite], series.tolerances[finite]
    peak = float(np.abs(rates).max()) if len(rates) else 0.0
    single = len(rates) > 0 and np.allclose(digits, _SINGLE * np.abs(rates), rtol=0.5, atol=0.0)
    arithmetic = _SINGLE_ARITHMETIC if single else _ARITHMETIC
    return Rows(times=series.times[finite], rates=rates, allowed=1.0001 * digits + arithmetic * peak)


def joined(first: Rows, second: Rows) -> Rows:
    """Return rows and later rows."""
    return Rows(
        times=np.concatenate((first.times, second.times)),
        rates=np.concatenate((first.rates, second.rates)),
        allowed=np.concatenate((first.allowed, second.allowed)),
    )
