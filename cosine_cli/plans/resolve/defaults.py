"""Default values: a number, a share of the run, or a function of other parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cosine_cli.plans.model.clock import Clock, Time, TimeUnit
from cosine_cli.plans.resolve.context import Resolved
from cosine_cli.schedules.core.fields import Derived, OneUnit, Param, Share
from cosine_cli.schedules.core.kinds import Kind


class TimeBudget(NamedTuple):
    """The time available to a curve, in steps.

    - ``whole``: with its warmup.
    - ``left``: without its warmup.
    - ``unit``: unit of bare numbers in the curve's spec.
    """

    clock: Clock
    whole: float
    left: float
    unit: TimeUnit

    def of(self, param: Param) -> float:
        """Return the time that a share of a parameter refers to: ``left`` for a length, ``whole`` for a moment."""
        return self.left if param.kind is Kind.LENGTH else self.whole


def default(param: Param, budget: TimeBudget, others: Mapping[str, Any]) -> Resolved:
    """Return the default of a parameter; ``others`` are the values it may be computed from, in steps.

    A default warmup shorter than one update is 0: given explicitly it would be an error.
    """
    resolved = _declared(param, budget, others)
    if param.name == "warmup" and param.accepts(0.0) and budget.clock.steps(resolved.value) < 1:
        return resolved._replace(value=Time(0.0, budget.clock.unit), note=f"{resolved.note}, less than one update")
    return resolved


def _declared(param: Param, budget: TimeBudget, others: Mapping[str, Any]) -> Resolved:
    declared = param.default
    if isinstance(declared, Share):
        times = tuple(dict.fromkeys(_part(part, param, budget) for part in declared.parts))
        return Resolved(times if param.many else times[0], _note(declared, param, budget), follows=True)
    if isinstance(declared, Derived):
        value = declared.rule(others, budget.left)
        return Resolved(budget.clock.time(value) if param.time else value, f"default: {declared}", follows=True)
    if isinstance(declared, OneUnit):
        return Resolved(Time(1.0, budget.clock.unit if budget.clock.steps_per_epoch is None else budget.unit))
    return Resolved(Time(declared, budget.clock.unit) if param.time and isinstance(declared, float) else declared)


def _part(part: float, param: Param, budget: TimeBudget) -> Time:
    """Return a share of the available time; a phase that must exist is at least one update."""
    if param.default.fits:
        return _fitting(part, budget.of(param), budget.clock, least=param.default.at_least)
    return _share(part, budget.of(param), budget.clock)


def _share(part: float, steps: float, clock: Clock) -> Time:
    """Return a share of ``steps`` in whole units, at least one; a share of 1 is exact."""
    if part == 1.0:
        return clock.time(steps)
    units = clock.units(steps)
    return Time(float(min(max(round(units * part), 1), max(int(units), 1))), clock.unit)


def _fitting(part: float, steps: float, clock: Clock, *, least: float) -> Time:
    """Return a share of ``steps`` in whole units or, if it is less than one, in whole steps, at least ``least``."""
    if round(clock.units(steps) * part):
        return _share(part, steps, clock)
    return clock.time(max(float(round(steps * part)), least))


def _note(declared: Share, param: Param, budget: TimeBudget) -> str:
    if declared.parts == (1.0,) and budget.left < budget.whole:
        return "default: the run minus the warmup"
    if budget.of(param) == budget.clock.total:
        return f"default: {declared}"
    return f"default: {str(declared).removesuffix('the run')}its own run"
