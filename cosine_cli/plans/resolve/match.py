"""Curves rescaled to an equal sum, mean, final rate or peak, for comparison at an equal budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from cosine_cli.errors import user_error
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import highest
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.scale import Scale
from cosine_cli.text import quote

_FACTOR = next(param for param in params(Scale) if param.name == "factor")


def matched(plan: Plan, measure: str, *, where: str) -> Plan:
    """Return the plan with each curve multiplied by a factor, to match the first of its group; in panels too.

    - ``where``: the place of the match in error messages.

    Raises RequestError for a curve whose value is 0, or that does not have a rate at the end.
    """
    if any(run.groups for run in plan.runs):
        raise user_error(where, "cannot match several runs if one has parameter groups")
    return replace(
        plan,
        curves=_matched(plan.curves, plan, measure, where),
        panels=tuple(replace(panel, curves=_matched(panel.curves, plan, measure, where)) for panel in plan.panels),
        match=measure,
    )


def _matched(curves: Sequence[Curve], plan: Plan, measure: str, where: str) -> tuple[Curve, ...]:
    """Return the curves rescaled over their own runs, each to the first one of its group: groups keep their ratios."""
    count = max(len(plan.groups), 1)
    values = [_measured(curve.schedule, plan.clock_of(curve).total, measure) for curve in curves]
    for curve, value in zip(curves, values, strict=True):
        if not value:
            rule = f"the {measure}{' rate' if measure == 'final' else ''} of a curve must be above 0 to be matched"
            raise user_error(where, rule, got=f"0 for {quote(curve.label)}")
        if math.isnan(value):
            rule = "curves must last to the end of the run"
            raise user_error(where, rule, got=f"{quote(curve.label)}, which has no rate there")
    factors = [values[index % count] / value for index, value in enumerate(values)]
    return tuple(_times(curve, factor, where) for curve, factor in zip(curves, factors, strict=True))


def _measured(schedule: Schedule, updates: int, measure: str) -> float:
    if measure == "final":
        return float(schedule(updates))
    if measure == "peak":
        return highest(schedule, updates).rate
    summed = total(schedule, updates)
    return summed if measure == "sum" else summed / schedule.updates_with_rate(updates)


def _times(curve: Curve, factor: float, where: str) -> Curve:
    if not _FACTOR.accepts(factor) or not _FACTOR.accepts(factor * curve.schedule.peak):
        rule = "curves must be near enough to each other for a factor between them"
        raise user_error(where, rule, got=f"{factor:g} for {quote(curve.label)}")
    schedule = curve.schedule if factor == 1.0 else Scale(factor=factor, of=curve.schedule)
    return replace(curve, schedule=schedule, factor=(curve.factor or 1.0) * factor, base=curve.base or curve)
