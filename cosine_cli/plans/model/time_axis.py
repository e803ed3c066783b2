"""The time axis of a plan: all its clocks in the unit that the user reads."""

from __future__ import annotations

import math
from dataclasses import replace

from cosine_cli.plans.model.clock import CONTENT, Clock, TimeUnit, shared_conversions
from cosine_cli.plans.model.plan import Plan


def on_time_axis(plan: Plan) -> Plan:
    """Return the plan with its clocks in the unit of its time axis; the plan itself if it does not have one.

    Only what is shown changes: schedules have their times in steps.
    """
    if not plan.axis:
        return plan
    unit = plan.axis[0]
    if not plan.runs:
        return replace(plan, clock=plan.clock.in_unit(unit))
    curves = [replace(curve, clock=plan.clock_of(curve).in_unit(unit)) for curve in plan.curves]
    clocks = [curve.clock for curve in curves if curve.clock is not None]
    bases = [curve.base and replace(curve.base, clock=curve.clock) for curve in curves]
    curves = [replace(curve, base=base) for curve, base in zip(curves, bases, strict=True)]
    runs = tuple(replace(run, clock=run.clock.in_unit(unit)) for run in plan.runs)
    return replace(plan, clock=_common(clocks, unit), curves=tuple(curves), runs=runs)


def _common(clocks: list[Clock], unit: TimeUnit) -> Clock:
    """Return the clock of the longest run, or if the runs have different steps, one whose step is the unit.

    It has the conversions that all runs share.
    """
    longest = max(clocks, key=lambda clock: clock.length)
    if len({clock.per_step(unit) for clock in clocks}) == 1:
        return replace(longest, of_runs=True, **shared_conversions(clocks))
    length = round(longest.length) if unit in CONTENT else math.ceil(longest.length)
    return Clock(unit=unit, length=length, steps_per_epoch=None, of_runs=True)
