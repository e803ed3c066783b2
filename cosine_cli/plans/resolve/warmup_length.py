"""The warmup of a curve: its own, or the increase to the peak that a composite curve or a table begins with."""

from __future__ import annotations

import numpy as np

from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.registry import is_generic
from cosine_cli.schedules.core.search import extreme_calls, highest

_ROUNDING = 1e-9


def warmup_length(curve: Curve, clock: Clock) -> float:
    """Return the length of the warmup in steps, 0 without one.

    For a composite curve or a table without a warmup of its own, it is the number of steps in which the rate increases
    to its peak. For a schedule one step ahead, as in programs that count a step before they set the rate, it is the
    length in that schedule.
    """
    inner, ahead = curve.params.get("of"), curve.params.get("ahead")
    if isinstance(inner, Curve) and isinstance(ahead, Time) and clock.steps(ahead) == 1:
        return warmup_length(inner, clock)
    if curve.warmup or not is_generic(curve.name):
        return curve.warmup
    peak = highest(curve.schedule, clock.total)
    if not 0 < peak.time < clock.total:
        return 0.0
    rates = curve.schedule(extreme_calls(curve.schedule, peak.time))
    increases = rates[0] < peak.rate * (1 - _ROUNDING) and np.all(np.diff(rates) >= 0)
    return peak.time if increases else 0.0
