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

MEASURES = ("sum", "mean", "final", "peak")

_FACTOR = next(param for param in params(Scale) if param.name == "factor")


def matched(plan: Plan, by: str) -> Plan:
    """Return the plan with each curve multiplied by a factor, to match the first of its group.

    Raises RequestError for a curve whose value is 0, or that does not have a rate at the end.
    """
    values = [_measured(curve.schedule, plan.clock_of(curve).total, by) for curve in plan.curves]
    for curve, value in zip(plan.curves, values, strict=True):
        if not value:
            rule = f"the {by}{' rate' if by == 'final' else ''} of a curve must be above 0 to be matched"
            raise user_error(f"--match {by}", rule, got=f"0 for {quote(curve.label)}")
        if math.isnan(value):
            rule = "curves must last to the end of the run"
            raise user_error(f"--match {by}", rule, got=f"{quote(curve.label)}, which has no rate there")
    # Curves match the first one of their group, so that groups keep their ratios.
    count = max(len(plan.groups), 1)
    factors = [values[index % count] / value for index, value in enumerate(values)]
    return replace(plan, curves=_scaled(plan.curves, factors, by), groups=(), panels=())


def _measured(schedule: Schedule, updates: int, by: str) -> float:
    if by == "final":
        return float(schedule(updates))
    if by == "peak":
        return highest(schedule, updates).rate
    summed = total(schedule, updates)
    return summed if by == "sum" else summed * (updates / schedule.updates_with_rate(updates))


def _scaled(curves: Sequence[Curve], factors: Sequence[float], by: str) -> tuple[Curve, ...]:
    for curve, factor in zip(curves, factors, strict=True):
        if not _FACTOR.accepts(factor) or not _FACTOR.accepts(factor * curve.schedule.peak):
            rule = "curves must be near enough to each other for a factor between them"
            raise user_error(f"--match {by}", rule, got=f"{factor:g} for {quote(curve.label)}")
    return tuple(_times(curve, factor) for curve, factor in zip(curves, factors, strict=True))


def _times(curve: Curve, factor: float) -> Curve:
    schedule = curve.schedule if factor == 1.0 else Scale(factor=factor, of=curve.schedule)
    return replace(curve, schedule=schedule, factor=(curve.factor or 1.0) * factor, base=curve.base or curve)
