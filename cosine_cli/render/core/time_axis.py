"""The ticks of a time axis in the unit of its clock."""

from __future__ import annotations

import math

from cosine_cli.plans.model.clock import CONTENT, Clock
from cosine_cli.render.core.ticks import Tick, time_ticks, time_ticks_between

_DIGITS = 3
"""The significant digits of the length of an axis in samples or tokens, as everywhere."""


def ticks_of(clock: Clock, since: float, until: float, most: float, *, limited: bool = False) -> list[Tick]:
    """Return the ticks from ``since`` to ``until``, both in the unit of the clock, in about ``most`` intervals.

    Samples and tokens are whole multiples of a step, so their ends are rounded, as in 100B for 23841 steps of 4M.

    - ``limited``: whether the axis has limits; otherwise it begins at 0.

    >>> clock = Clock(unit="token", length=99_996_401_664, steps_per_epoch=None)
    >>> [tick.text for tick in ticks_of(clock, 0, clock.length, 6)]
    ['0', '20B', '40B', '60B', '80B', '100B']
    """
    if clock.unit not in CONTENT:
        return _ticks(since, until, most, whole=clock.whole, limited=limited)
    decimals = _DIGITS - 1 - math.floor(math.log10(until - since))
    start, stop = (round(float(time), decimals) for time in (since, until))
    rounded = _ticks(start, stop, most, whole=start.is_integer() and stop.is_integer(), limited=limited)
    ends = {start: since, stop: until}
    return [Tick(ends.get(tick.value, tick.value), tick.text.replace("G", "B")) for tick in rounded]


def _ticks(since: float, until: float, most: float, *, whole: bool, limited: bool) -> list[Tick]:
    if limited:
        return time_ticks_between(since, until, most, whole=whole)
    return time_ticks(until, most, whole=whole)
