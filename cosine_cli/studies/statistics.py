"""Summary statistics of curves."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.counts import count_at_least
from cosine_cli.schedules.core.jumps import largest_jump
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import first_fall, highest, lowest
from cosine_cli.schedules.core.slopes import slopes
from cosine_cli.schedules.core.sums import total
from cosine_cli.studies.declared import needs_length, settable

HIGH = 0.1
"""Rates from this fraction of the peak on are high."""

_AT_LEVEL = 1 - 1e-12
"""The tolerance for rounding in products of factors and in the recursions of frameworks."""

_AT_FLOOR = 2.0**-50
"""The tolerance at the floor: smaller, since a cosine comes close to its floor long before it reaches it."""


class Statistics(NamedTuple):
    """Statistics of a curve over a run; times and slopes are in the plan's unit.

    - ``peak``: the highest rate, first reached at ``peak_at``; ``final``: the rate after the last update.
    - ``mean``, ``sum``, ``sum_of_squares``: of the rates of all updates that have one; the two shares refer to the
      same updates, and ``final`` is None if the curve ends before the run.
    - ``half_at``: the time at which the rate first falls to half its peak, None if it never does.
    - ``share_from_tenth``: the fraction of updates with at least a tenth of the peak.
    - ``share_at_floor``: the fraction of updates at the lowest rate that follows the peak.
    - ``slope_at_start``, ``slope_at_end``: per unit of time, None if the curve is vertical.
    - ``largest_jump``: the rate after it minus that before, and ``jump_at`` its time; None without jumps.
    - ``parameters``: the number of parameters that a user can set.
    - ``needs_length``: whether the length of the run must be known in advance.
    """

    peak: float
    peak_at: float
    final: float | None
    mean: float
    sum: float
    sum_of_squares: float
    half_at: float | None
    share_from_tenth: float
    share_at_floor: float
    slope_at_start: float | None
    slope_at_end: float | None
    largest_jump: float | None
    jump_at: float | None
    parameters: int
    needs_length: bool


def statistics(plan: Plan) -> tuple[Statistics, ...]:
    """Return the statistics of each curve, at a cost that does not grow with the run."""
    return tuple(_numbers(curve, plan.clock_of(curve)) for curve in plan.curves)


def _numbers(curve: Curve, clock: Clock) -> Statistics:
    schedule, updates = curve.schedule, clock.total
    made = schedule.updates_with_rate(updates)
    peak_at, peak = highest(schedule, updates)
    half_at = first_fall(schedule, peak / 2, after=peak_at, until=updates)
    summed = total(schedule, updates)
    start, end = slopes(schedule, updates)
    jump = largest_jump(schedule, updates)
    return Statistics(
        peak=peak,
        peak_at=clock.units(peak_at),
        final=schedule.rate_after(updates),
        mean=summed / made,
        sum=summed,
        sum_of_squares=_sum_of_squares(schedule, updates, peak),
        half_at=None if half_at is None else clock.units(half_at),
        share_from_tenth=count_at_least(schedule, HIGH * peak * _AT_LEVEL, until=updates) / made,
        share_at_floor=_at_floor(schedule, peak_at, updates) / made,
        slope_at_start=None if start is None else start * clock.unit_steps,
        slope_at_end=None if end is None else end * clock.unit_steps,
        largest_jump=None if jump is None else jump.size,
        jump_at=None if jump is None else clock.units(jump.time),
        parameters=settable(curve),
        needs_length=needs_length(curve),
    )


def _sum_of_squares(schedule: Schedule, updates: int, peak: float) -> float:
    """Return the sum of squared rates, computed relative to the peak, since the square of a rate can overflow."""
    with np.errstate(over="ignore"):  # of a rate far below 0 it still may
        return total(schedule, updates, of=lambda rates: np.square(rates / peak)) * peak * peak if peak else 0.0


def _at_floor(schedule: Schedule, peak_at: float, updates: int) -> float:
    """Return the number of updates at the lowest rate that follows the peak."""
    floor = lowest(schedule, after=peak_at, until=updates)
    above = math.nextafter(floor + abs(floor) * _AT_FLOOR, math.inf)
    later = schedule.updates_with_rate(updates) - schedule.updates_with_rate(math.ceil(peak_at))
    return later - count_at_least(schedule, above, after=peak_at, until=updates)
