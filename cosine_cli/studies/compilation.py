"""The effect of compilation: rates in a compiled loop compared with those of direct calls."""

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
"""The smallest difference that counts, relative to the peak: tables show six digits."""

_MOST_COMPARED = 10_000
_MOST_KNOTS = 1000
"""The largest number of updates that are compared, and of knots whose neighbours are added in longer runs."""


class Effect(NamedTuple):
    """The first update whose rate differs from that of a direct call, and both rates."""

    update: int
    compiled: float
    called: float


def effect(schedule: Schedule, updates: int) -> Effect | None:
    """Return the effect of compilation on a curve over a run, None if it is below ``LEAST`` of the peak.

    Updates at which either rate is NaN are ignored.
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
    """A framework's schedule without compilation."""

    of: Float32Schedule

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the formula, which does not know of rounding."""
        return self.of.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates of calls outside of a compiled loop."""
        return self.of.eager(t)


def _uncompiled(schedule: Schedule) -> Schedule:
    """Return a curve with its framework schedules uncompiled; the curve itself if it does not contain any."""
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
