"""A curve in four numbers: its peak, when it is down to half of it, its mean, its end."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.search import first_fall, highest
from cosine_cli.schedules.core.sums import total


class Summary(NamedTuple):
    """What a curve comes to over a run.

    - ``peak``: the highest rate, and ``peak_at`` the step at which it is first reached.
    - ``half_at``: the time in steps at which the rate first falls to half its own peak, None if it never does.
    - ``mean``: the mean rate over the updates made; of a curve that ends, over those that have a rate.
    - ``end``: the rate left after the last update; None where the curve has ended before that.
    """

    peak: float
    peak_at: float
    half_at: float | None
    mean: float
    end: float | None


def summarise(plan: Plan) -> tuple[Summary, ...]:
    """Return a summary a curve."""
    return tuple(_summary(curve, plan.clock.total) for curve in plan.curves)


def _summary(curve: Curve, updates: int) -> Summary:
    schedule = curve.schedule
    peak_at, peak = highest(schedule, updates)
    half_at = first_fall(schedule, peak / 2, after=peak_at, until=updates)
    mean = total(schedule, updates) / schedule.updates_with_rate(updates)
    return Summary(peak, peak_at, half_at, mean, schedule.left_after(updates))
