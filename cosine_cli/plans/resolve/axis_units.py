"""Resolve the units of a time axis, and refuse those to which a run cannot be converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import CONTENT, TimeUnit
from cosine_cli.plans.model.options import TimeAxis
from cosine_cli.plans.model.time_axis import on_time_axis
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.run_budget import gives_steps_per_epoch
from cosine_cli.plans.resolve.times import GIVE_STEPS, give_content
from cosine_cli.schedules.core.fields import params
from cosine_cli.text import visible

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan

_MOST = 2


def axis_units(raw: RawValue) -> tuple[TimeUnit, ...]:
    """Return the unit of the time axis and that of a second one.

    Raises RequestError for more units, for one that is given twice, and for an unknown one.
    """
    units: tuple[TimeUnit, ...] = read(params(TimeAxis)[0], raw)
    if len(units) > _MOST or len(set(units)) < len(units):
        rule = "must be one unit, or two that differ"
        raise user_error(raw.where, rule, got=raw.echo, hint="as in token,step")
    return units


def with_axis(plan: Plan, raw: RawValue | None, requests: Sequence[Request]) -> Plan:
    """Return the plan with the units of its time axis, None for those of the run.

    - ``requests``: the request of each run.

    Raises RequestError for a unit to which a run cannot be converted.
    """
    if raw is None:
        return plan
    units = axis_units(raw)
    for run, request in zip(plan.runs or (plan,), requests, strict=True):
        counted = gives_steps_per_epoch(request.run)
        for unit in units:
            _check_converts(unit, run, raw, counted=counted)
    found = replace(plan, axis=units)
    clock = on_time_axis(found).clock
    if not all(map(clock.converts, units)):
        rule = f"{units[1]}s cannot be shown beside {units[0]}s: they differ between the runs"
        raise user_error(raw.where, rule, got=raw.echo, hint=f"pass --axis {units[0]}")
    return found


def _check_converts(unit: TimeUnit, run: Plan, raw: RawValue, *, counted: bool) -> None:
    """Raise for a unit to which a run cannot be converted; ``counted``: whether its steps per epoch are given."""
    clock = run.clock
    if unit == clock.unit:
        return
    of_run = f" of {visible(run.name)}" if run.name else ""
    if unit in CONTENT and clock.per_step(unit) is None:
        rule = f"cannot be {unit}: the {unit}s per step{of_run} are not known"
        raise user_error(raw.where, rule, got=raw.echo, hint=give_content(unit, clock))
    if "epoch" in (unit, clock.unit) and (
        clock.steps_per_epoch is None or (clock.steps_per_epoch == 1 and not counted)
    ):
        rule = f"cannot be {unit}: the steps per epoch{of_run} are not known"
        raise user_error(raw.where, rule, got=raw.echo, hint=GIVE_STEPS)
