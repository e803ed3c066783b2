"""The warmup of a curve: its own, or the climb that a composed curve or a table begins with."""

from __future__ import annotations

import numpy as np

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.registry import is_generic
from cosine_cli.schedules.core.search import extreme_calls, highest


def climb(curve: Curve, clock: Clock) -> float:
    """Return the length of the warmup in steps, 0 without one.

    A composite curve or a table without a warmup of its own has the steps in which the rate climbs to its peak.
    """
    if curve.warmup or not is_generic(curve.name):
        return curve.warmup
    peak = highest(curve.schedule, clock.total)
    if not 0 < peak.time < clock.total:
        return 0.0
    rates = curve.schedule(extreme_calls(curve.schedule, peak.time))
    return peak.time if np.all(np.diff(rates) >= 0) else 0.0
