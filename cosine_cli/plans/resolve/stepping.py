"""Frameworks' schedules on the run's clock: how many calls of ``step()`` precede an update."""

from __future__ import annotations

from dataclasses import replace

from cosine_cli.frameworks.core.discovery import framework_of, load_framework
from cosine_cli.frameworks.core.framework import Interval
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.registry import is_framework_name
from cosine_cli.plans.resolve.rescale import rescale
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase


def steps_per_call(often: Interval, clock: Clock, update: str) -> int:
    """Return the number of updates between two calls of a schedule."""
    by_step = often == "update" or (clock.unit == "step" and update == "step")
    return 1 if by_step else clock.steps_per_epoch or 1


def is_called_every_update(curve: Curve) -> bool:
    """Return whether a curve is a framework's schedule that is called after every update, whatever ``update`` is."""
    return is_framework_name(curve.name) and load_framework(curve.name.partition(".")[0]).calls == "update"


def on_run_clock(schedule: Schedule, clock: Clock, update: str) -> Schedule:
    """Return a schedule as a training loop sees it: one called once per epoch is constant within the epoch.

    Schedules of the core are returned unchanged.
    """
    if not isinstance(schedule, FrameworkSchedule):
        return schedule
    steps = steps_per_call(load_framework(framework_of(type(schedule))).calls, clock, update)
    return Staircase(every=float(steps), of=Retime(stretch=float(steps), of=schedule)) if steps > 1 else schedule


def in_calls(curve: Curve, plan: Plan, framework: str) -> tuple[Schedule, float]:
    """Return a curve's schedule and the length of the run, both counted in a framework's calls."""
    clock = plan.clock
    steps = steps_per_call(load_framework(framework).calls, clock, plan.update)
    if steps == 1:
        return curve.schedule, float(clock.total)
    calls = max(clock.total // steps, 1)
    return by_call(curve.schedule, steps, calls), float(calls)


def by_call(schedule: Schedule, steps: int, calls: int) -> Schedule:
    """Return a schedule as a function of calls, each of which lasts ``steps`` steps.

    A schedule that is only held between the calls is returned without the holding.
    """
    held = schedule.of if isinstance(schedule, Staircase) and schedule.every == steps else schedule
    if isinstance(held, Retime) and held.stretch == steps and not held.ahead and isinstance(held.of, FrameworkSchedule):
        return held.of
    return rescale(held, float(steps), calls)


def updated(curve: Curve, update: str, clock: Clock) -> Curve:
    """Return the curve as a training loop sees it that updates the rate every step or every epoch.

    A framework's schedule is unchanged: its own calls decide.
    """
    if update == "step" or is_framework_name(curve.name):
        return curve
    return replace(curve, schedule=Staircase(every=float(clock.steps_per_epoch or 1), of=curve.schedule))
