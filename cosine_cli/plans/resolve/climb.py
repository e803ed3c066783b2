"""The warmup of a curve: its own, or the climb that a composed curve or a table begins with."""

from __future__ import annotations

import numpy as np

from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.registry import is_generic
from cosine_cli.schedules.core.search import extreme_calls, highest

_ROUNDING = 1e-9


def climb(curve: Curve, clock: Clock) -> float:
    """Return the length of the warmup in steps, 0 without one.

    A composite curve or a table without a warmup of its own has the steps in which the rate climbs to its peak. In a
    program that counts a step before it sets the rate, it is that of the schedule, which is one step ahead.
    """
    inner, ahead = curve.params.get("of"), curve.params.get("ahead")
    if isinstance(inner, Curve) and isinstance(ahead, Time) and clock.steps(ahead) == 1:
        return climb(inner, clock)
    if curve.warmup or not is_generic(curve.name):
        return curve.warmup
    peak = highest(curve.schedule, clock.total)
    if not 0 < peak.time < clock.total:
        return 0.0
    rates = curve.schedule(extreme_calls(curve.schedule, peak.time))
    climbs = rates[0] < peak.rate * (1 - _ROUNDING) and np.all(np.diff(rates) >= 0)
    return peak.time if climbs else 0.0
