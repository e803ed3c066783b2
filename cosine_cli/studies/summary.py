"""The key numbers of a curve: peak, half-peak time, mean and end."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.search import first_fall, highest
from cosine_cli.schedules.core.sums import total


class Summary(NamedTuple):
    """The key numbers of a curve over a run.

    - ``peak``: the highest rate, first reached at step ``peak_at``.
    - ``half_at``: the time in steps at which the rate first falls to half its peak, None if it never does.
    - ``mean``: the mean rate of all updates that have one.
    - ``end``: the rate after the last update, None if the curve has ended before.
    """

    peak: float
    peak_at: float
    half_at: float | None
    mean: float
    end: float | None


def summarise(plan: Plan) -> tuple[Summary, ...]:
    """Return one summary per curve."""
    return tuple(_summary(curve, plan.clock_of(curve).total) for curve in plan.curves)


def _summary(curve: Curve, updates: int) -> Summary:
    schedule = curve.schedule
    peak_at, peak = highest(schedule, updates)
    half_at = first_fall(schedule, peak / 2, after=peak_at, until=updates)
    mean = total(schedule, updates) / schedule.updates_with_rate(updates)
    return Summary(peak, peak_at, half_at, mean, schedule.rate_after(updates))
