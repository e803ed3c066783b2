"""What a curve requires from its user, according to the declaration of its schedule."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.model.curve_options import DURATION
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.registry import load
from cosine_cli.schedules.core.fields import params, share


def settable(curve: Curve) -> int:
    """Return the number of parameters that a user can set, including those of inner curves and of a warmup."""
    return sum(map(_settable, curve.params.values()))


def _settable(value: Any) -> int:
    if isinstance(value, Curve):
        return settable(value)
    members = isinstance(value, tuple) and any(isinstance(part, Curve) for part in value)
    return sum(map(_settable, value)) if members else 1


def needs_length(curve: Curve) -> bool:
    """Tell whether the length of the run must be known before it begins.

    That is the case if the schedule declares a decay or phases that fill the run, whatever values are given.
    Otherwise, it is if a value depends on the run, as a share of it or through its default: ``step`` needs the length
    by default, and ``step:step_size=30`` does not. Defaults that only plans use, such as "as many cycles as begin
    within the run", do not count.
    """
    schedule = load(curve.name)
    if schedule.phases or any(param.default == share(1.0) for param in params(schedule)):
        return True
    alone = {field.name for field in fields(schedule) if field.default is not MISSING}
    # Notes are the origins of values: a share of the run, or a default derived from it.
    from_the_run = any(name in curve.specified or name not in alone for name in curve.notes)
    return from_the_run or any(_inside_needs(curve, value) for value in curve.params.values())


def _inside_needs(curve: Curve, value: Any) -> bool:
    if isinstance(value, Curve):
        return _lasts_with_the_run(curve) and needs_length(value)
    if not isinstance(value, tuple) or not value or not isinstance(value[-1], Curve):
        return False
    *first, last = value
    return any(DURATION.name not in member.specified for member in first) or needs_length(last)


def _lasts_with_the_run(curve: Curve) -> bool:
    """Tell whether an inner curve becomes longer with the run, which it does not if it fills a cycle."""
    given = {name: value.value if isinstance(value, Time) else value for name, value in curve.params.items()}
    inner_run = load(curve.name).inner_run
    return inner_run(given, 1.0) != inner_run(given, 2.0)
