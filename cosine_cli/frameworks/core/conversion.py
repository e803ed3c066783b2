"""Conversion of core schedules to a framework's: tables of entries, and the arithmetic that they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.catalogue import name_of
from cosine_cli.schedules.core.fields import params
from cosine_cli.schedules.core.ops import NUMPY
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
    from cosine_cli.schedules.wsd import Wsd

Conversion = Callable[[Any, float], FrameworkSchedule | None]
"""From a core schedule and the length of the run, in calls, to a framework's schedule; None if it has none."""

_MOST_FACTORS = 1000
_RATES = ("lr", "min_lr", "warmup_start", "values", "factor")


def entry(cls: type[FrameworkSchedule], /, **parameters: Any) -> Conversion:
    """Return the conversion to a class, by its parameters.

    Each is the name of the core schedule's parameter, a function of the core schedule, or a number or None.
    """

    def convert(schedule: Schedule, run: float) -> FrameworkSchedule:
        del run
        return cls(**{name: _value(schedule, source) for name, source in parameters.items()})

    return convert


def _value(schedule: Schedule, source: Any) -> Any:
    if callable(source):
        return source(schedule)
    return getattr(schedule, source) if isinstance(source, str) else source


def constant_text(value: str) -> Callable[[Schedule], str]:
    """Return a parameter of :func:`entry` that is this text, not the name of a parameter."""
    return lambda _: value


def converted(table: Mapping[str, Conversion], schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return a core schedule as the table, by the names of core schedules, converts it; None if it does not."""
    conversion = table.get(name_of(type(schedule)))
    return conversion(schedule, run) if conversion else None


def quotient(rate: float, to: float) -> float:
    """Return a rate as a multiple of another, without the rounding error of the quotient in its last digits.

    >>> 0.01 / 0.1, quotient(0.001 / 0.1, 0.1)
    (0.09999999999999999, 0.1)
    """
    return float(f"{rate / to:.15g}")


def min_lr_share(schedule: Any) -> float:
    """Return the lowest rate as a share of the peak."""
    return quotient(schedule.min_lr, schedule.lr)


def warmup_line(schedule: Warmup | Wsd | WarmupHoldCosine, start: float, target: float) -> tuple[float, float]:
    """Return the rate of update 0 and the time from it to the target, of a linear or exponential warmup."""
    length = schedule.warmup
    if schedule.warmup_from != "first":
        return start, length
    first = shapes.warmup_rate(NUMPY, schedule.warmup_shape, start, target, np.array([min(1.0 / length, 1.0)]))
    return float(first[0]), max(length - 1.0, 0.0)


def without_decay(schedule: Wsd) -> Schedule:
    """Return ``wsd`` with a decay of 0 as the constant that it is, after its warmup."""
    constant = Constant(lr=schedule.lr)
    if not schedule.warmup:
        return constant
    warmup = {field.name: getattr(schedule, field.name) for field in params(Warmup) if field.name != "of"}
    return Warmup(**warmup, of=constant)


def float32_decay(per: float, factor: float, run: float) -> tuple[float, float]:
    """Return the time and the factor of an exponential decay so that 32 bits are enough for the factor.

    Over a long run these are the whole run and its factor: a factor per step is so near to 1 that its rounding error
    would add up.
    """
    over_run = factor ** (run / per)
    return (run, float(f"{over_run:.9g}")) if run / per > _MOST_FACTORS and over_run > 0.0 else (per, factor)


def unscaled(schedule: Schedule, factor: float = 1.0) -> Schedule:
    """Return the same rates without ``scale``: each schedule has its own rates multiplied."""
    if isinstance(schedule, Scale):
        return unscaled(schedule.of, factor * schedule.factor)
    changes = {
        field.name: _unscaled(field.name, getattr(schedule, field.name), factor) for field in params(type(schedule))
    }
    return replace(schedule, **changes)


def _unscaled(name: str, value: Any, factor: float) -> Any:
    if isinstance(value, Schedule):
        return unscaled(value, factor)
    if isinstance(value, tuple) and value and isinstance(value[0], Schedule):
        return tuple(unscaled(part, factor) for part in value)
    if factor == 1.0 or name not in _RATES:
        return value
    if isinstance(value, tuple):
        return tuple(_unscaled(name, part, factor) for part in value)
    return quotient(value * factor, 1.0)
