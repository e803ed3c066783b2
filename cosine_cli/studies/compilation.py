"""What compilation changes: the rates of a compiled loop against those of a call outside of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from cosine_cli.frameworks.core.float32 import Float32Schedule
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.schedule import Schedule

LEAST = 1e-6
"""What part of the peak rates must differ by: the six digits of a table show no less."""

_MOST_COMPARED = 10_000
_MOST_KNOTS = 1000
"""Runs of at most so many updates are compared at each; of longer ones so many, and those beside so many knots."""


class Effect(NamedTuple):
    """The first update that uses another rate than a call outside of a compiled loop gives, and both rates."""

    update: int
    compiled: float
    called: float


def effect(schedule: Schedule, updates: int) -> Effect | None:
    """Return what compilation changes of a curve over a run, None where that is less than ``LEAST`` of the peak.

    Updates at which either is NaN are left out.
    """
    other = _uncompiled(schedule)
    if other is schedule:
        return None
    times = _times(schedule, updates)
    compiled, called = schedule(times), other(times)
    apart = np.abs(compiled - called) > LEAST * np.nanmax(np.abs(compiled), initial=0.0)
    if not apart.any():
        return None
    first = int(np.argmax(apart))
    return Effect(int(times[first]), float(compiled[first]), float(called[first]))


def _times(schedule: Schedule, updates: int) -> Rates:
    if updates <= _MOST_COMPARED:
        return np.arange(updates + 1.0)
    knots = np.array(schedule.knots(float(updates), _MOST_KNOTS) or ())
    beside = np.concatenate([np.ceil(knots) + shift for shift in (-1.0, 0.0, 1.0)])
    spread = np.linspace(0.0, updates, _MOST_COMPARED)
    every = np.concatenate([np.arange(float(_MOST_KNOTS)), spread, beside])
    return np.unique(np.clip(np.floor(every), 0.0, updates))


@dataclass(frozen=True, kw_only=True)
class _Called(Schedule):
    """A framework's schedule as it is without a compiler."""

    of: Float32Schedule

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the formula, which does not know of rounding."""
        return self.of.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates of calls outside of a compiled loop."""
        return self.of.eager(t)


def _uncompiled(schedule: Schedule) -> Schedule:
    """Return a curve with its framework's schedules as they are without a compiler; itself where it has none."""
    if isinstance(schedule, Float32Schedule):
        return _Called(of=schedule)
    if isinstance(schedule, FrameworkSchedule):
        return schedule
    declared = {field.name: getattr(schedule, field.name) for field in params(type(schedule))}
    changed = {name: _without(value) for name, value in declared.items()}
    if all(changed[name] is value for name, value in declared.items()):
        return schedule
    return replace(schedule, **changed)


def _without(value: Any) -> Any:
    if isinstance(value, Schedule):
        return _uncompiled(value)
    if isinstance(value, tuple) and any(isinstance(part, Schedule) for part in value):
        parts = tuple(_uncompiled(part) for part in value)
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    return value
