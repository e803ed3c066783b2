"""The plan inverted: the update at which the plan has a logged rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.rows import Rows

_NO_TIME = np.inf


class Interval(NamedTuple):
    """The first and the last update with the rate of each row; the first is inf if there is none."""

    first: Rates
    last: Rates


@dataclass(frozen=True, kw_only=True, eq=False)
class Branch:
    """A part of a plan on which the rate never decreases, or never increases.

    - ``times``: whole times; ``rates``: the rates there.
    - ``sign``: 1 if the rate increases, -1 if it decreases.
    - ``open``: whether the last rate is held forever.
    """

    times: Rates
    rates: Rates
    sign: int
    open: bool = False

    def interval(self, rows: Rows) -> Interval:
        """Return the updates whose planned rate is that of each row to its digits."""
        keys = self.sign * self.rates
        rates = self.sign * rows.rates
        low = np.searchsorted(keys, rates - rows.tolerances, "left")
        high = np.searchsorted(keys, rates + rows.tolerances, "right") - 1
        exists = low <= high
        last = self.times[np.clip(high, 0, keys.size - 1)]
        if self.open:
            last = np.where(high >= keys.size - 1, np.inf, last)
        first = np.where(exists, self.times[np.clip(low, 0, keys.size - 1)], _NO_TIME)
        return Interval(first, np.where(exists, last, -_NO_TIME))

    def time_of(self, rates: Rates) -> Rates:
        """Return the times at which the plan has these rates, between whole times by straight lines."""
        keys = self.sign * self.rates
        rising = np.maximum.accumulate(keys)
        times: Rates = np.interp(self.sign * rates, rising, self.times)
        return times


class Branches(NamedTuple):
    """The increase and the decrease of a plan with one peak; either may be missing."""

    up: Branch | None
    down: Branch | None


def branches(planned: Planned) -> Branches:
    """Return the two branches of a plan; those that are not monotone are left out."""
    rates = planned.updates
    if rates is None or not np.isfinite(rates).all():
        return Branches(None, None)
    times = np.arange(rates.size, dtype=np.float64)
    top = int(np.argmax(rates >= rates.max() * (1 - 1e-15)))
    up = Branch(times=times[: top + 1], rates=rates[: top + 1], sign=1) if top and _ordered(rates[: top + 1]) else None
    down = None
    if top < rates.size - 1 and _ordered(-rates[top:]):
        down = Branch(times=times[top:], rates=rates[top:], sign=-1, open=not planned.waves)
    return Branches(up, down)


def _ordered(rates: Rates) -> bool:
    return bool(np.all(np.diff(rates) >= -1e-15 * np.abs(rates).max()))
