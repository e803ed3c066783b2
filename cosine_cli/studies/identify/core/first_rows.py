"""What the rows are that come before those of a fit: a warmup that multiplies its rates, another one, or neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cosine_cli.logs.core.log import Floats, Series
from cosine_cli.studies.identify.core.fit import Fit

_LEAST_ROWS = 3
"""Any two rows are on a line."""

_MOSTLY = 0.6
"""So large a share of the differences is a rise; the last rows of a warmup may fall with the decay."""

_NEAR = 1e-5
"""How far a share may be from the line beside the rounding of its row."""


@dataclass(frozen=True, kw_only=True)
class FirstRows:
    """The rows before those of a fit.

    - ``rise``: whether their rates rise.
    - ``warmup``: how long the warmup is that multiplies the fit, in the unit of the series; None if it is another one.
    - ``start``: its first share; ``multiplies``: whether the rates of the fit change meanwhile.
    """

    rise: bool
    warmup: float | None = None
    start: float = 0.0
    multiplies: bool = True


def first_rows(fit: Fit, series: Series, first: int) -> FirstRows:
    """Return what the rows before ``first`` are.

    A warmup may have the schedule of the next time: YOLO sets its rates after the scheduler.
    """
    rates = series.rates[:first]
    rise = bool((np.diff(rates) >= 0).mean() >= _MOSTLY and rates[0] < rates.max()) if first > 1 else False
    for ahead in (0.0, 1.0) if rise and not fit.schedule.warmup_length else ():
        found = _multiplied(fit.schedule(np.maximum(series.times[:first] + fit.offset + ahead, 0.0)), series, first)
        if found is not None:
            return found
    return FirstRows(rise=rise)


def _multiplied(later: Floats, series: Series, first: int) -> FirstRows | None:
    """Return the line of the shares that the first rows have of the rates of the fit, None if they are not on one."""
    times, rates = series.times[:first], series.rates[:first]
    if (later <= 0.0).any():
        return None
    shares = rates / later
    below = shares < 1.0 - _NEAR
    if below.sum() < _LEAST_ROWS:
        return None
    slope, at_0 = np.polyfit(times[below], shares[below], 1).tolist()
    off = np.abs(np.minimum(slope * times + at_0, 1.0) * later - rates)
    if slope <= 0.0 or (off > 2.0 * series.tolerances[:first] + _NEAR * rates.max()).any():
        return None
    multiplies = bool(np.ptp(later) > _NEAR * later.max())
    if series.unit == "step" and at_0 > _NEAR:
        return FirstRows(rise=True, warmup=(1.0 - at_0) / slope, start=at_0, multiplies=multiplies)
    return FirstRows(rise=True, warmup=1.0 / slope, multiplies=multiplies)
