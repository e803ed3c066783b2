"""Frameworks' schedules on the run's clock: which calls of ``step()`` a loop has made by an update."""

from __future__ import annotations

from cosine_cli.frameworks.core.catalogue import framework_of, load_framework
from cosine_cli.frameworks.core.framework import Interval
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.resolve.rescale import recast
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase


def steps_a_call(often: Interval, clock: Clock, update: str) -> int:
    """Return how many updates of a run lie between two calls of a schedule that is called so often."""
    by_step = often == "update" or (clock.unit == "step" and update == "step")
    return 1 if by_step else clock.steps_per_epoch or 1


def on_run_clock(schedule: Schedule, clock: Clock, update: str) -> Schedule:
    """Return a schedule as a loop sees it: one that is called once an epoch is held for all the epoch's updates.

    Times of the core's own schedules are the run's anyway.
    """
    if not isinstance(schedule, FrameworkSchedule):
        return schedule
    steps = steps_a_call(load_framework(framework_of(type(schedule))).calls, clock, update)
    return Staircase(every=float(steps), of=Retime(stretch=float(steps), of=schedule)) if steps > 1 else schedule


def in_calls(curve: Curve, plan: Plan, framework: str) -> tuple[Schedule, float]:
    """Return a plain curve's schedule, and the length of the run, in a framework's calls."""
    clock = plan.clock
    steps = steps_a_call(load_framework(framework).calls, clock, plan.update)
    if steps == 1:
        return curve.schedule, float(clock.total)
    calls = max(clock.total // steps, 1)
    return by_call(curve.schedule, steps, calls), float(calls)


def by_call(schedule: Schedule, steps: int, calls: int) -> Schedule:
    """Return a schedule of the run as a loop calls it once in so many steps, in calls.

    A loop that holds the rate between two calls is what the schedule is held for.
    """
    held = schedule.of if isinstance(schedule, Staircase) and schedule.every == steps else schedule
    if isinstance(held, Retime) and held.stretch == steps and not held.ahead and isinstance(held.of, FrameworkSchedule):
        return held.of
    return recast(held, float(steps), calls)
