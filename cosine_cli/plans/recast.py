"""A curve's schedule on another clock, from its parameters as they were said."""

from __future__ import annotations

from typing import Any

from cosine_cli.plans.clock import Clock
from cosine_cli.plans.named import load
from cosine_cli.plans.plan import Curve
from cosine_cli.plans.setting import LASTS, WARMUP
from cosine_cli.plans.times import in_steps
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.warmup import Warmup


def recast(curve: Curve, clock: Clock) -> Schedule:
    """Return the schedule of a curve in the steps of ``clock``."""
    declared = params(load(curve.name))
    values = {p.name: _recast(curve.params[p.name], clock) for p in declared if p.name in curve.params}
    for lasting in (p.name for p in declared if p.of_members):
        values[lasting] = tuple(in_steps(member.params[LASTS.name], clock) for member in curve.params["of"])
    schedule = load(curve.name)(**values)
    ramp = {name: in_steps(curve.params[name], clock) for name in WARMUP if name in curve.params and name not in values}
    return Warmup(**ramp, of=schedule) if ramp else schedule


def _recast(value: Any, clock: Clock) -> Any:
    if isinstance(value, Curve):
        return recast(value, clock)
    if isinstance(value, tuple) and value and isinstance(value[0], Curve):
        return tuple(recast(member, clock) for member in value)
    return in_steps(value, clock)
