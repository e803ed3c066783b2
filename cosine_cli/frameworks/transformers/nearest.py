"""Transformers' equivalent of each core schedule; a warmup is part of each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cosine_cli.frameworks.core.conversion import min_lr_share, unscaled, without_decay
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
from cosine_cli.frameworks.transformers.cosine import (
    GetCosineScheduleWithWarmup,
    GetCosineWithHardRestartsScheduleWithWarmup,
    GetCosineWithMinLrScheduleWithWarmup,
)
from cosine_cli.frameworks.transformers.decays import (
    GetConstantSchedule,
    GetConstantScheduleWithWarmup,
    GetInverseSqrtSchedule,
    GetLinearScheduleWithWarmup,
    GetPolynomialDecayScheduleWithWarmup,
)
from cosine_cli.frameworks.transformers.wsd import GetWsdSchedule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.catalogue import name_of
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from cosine_cli.schedules.flat_cosine import FlatCosine
    from cosine_cli.schedules.hard_restarts import HardRestarts
    from cosine_cli.schedules.inverse_sqrt import InverseSqrt
    from cosine_cli.schedules.linear import Linear
    from cosine_cli.schedules.linear_to_zero import LinearToZero
    from cosine_cli.schedules.noam import Noam
    from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
    from cosine_cli.schedules.sgdr import Sgdr
    from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
    from cosine_cli.schedules.wsd import Wsd


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return Transformers' equivalent of a core schedule, whose times count updates; None if there is none."""
    schedule = unscaled(schedule)
    warmup = schedule if isinstance(schedule, Warmup) else None
    inner = warmup.of if warmup else schedule
    conversion = _NEAREST.get(name_of(type(inner)))
    return conversion(inner, warmup, run) if conversion else None


def _length(warmup: Warmup | None) -> float:
    return warmup.warmup if warmup else 0.0


def _constant(schedule: Constant, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    if warmup is None:
        return GetConstantSchedule(lr=schedule.lr)
    return GetConstantScheduleWithWarmup(lr=schedule.lr, num_warmup_steps=warmup.warmup)


def _linear(schedule: Linear | LinearToZero, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    low = getattr(schedule, "min_lr", 0.0)
    if low:
        return _polynomial(Polynomial(lr=schedule.lr, total=schedule.total, min_lr=low, power=1.0), warmup, run)
    start = _length(warmup)
    return GetLinearScheduleWithWarmup(
        lr=schedule.lr, num_warmup_steps=start, num_training_steps=start + schedule.total
    )


def _polynomial(schedule: Polynomial, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    if schedule.min_lr >= schedule.lr:
        return _constant(Constant(lr=schedule.lr), warmup, run)
    start = _length(warmup)
    return GetPolynomialDecayScheduleWithWarmup(
        lr=schedule.lr,
        num_warmup_steps=start,
        num_training_steps=start + schedule.total,
        lr_end=schedule.min_lr,
        power=schedule.power,
    )


def _cosine(schedule: Cosine, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    start = _length(warmup)
    end = start + schedule.total
    if run > end and (not start or not schedule.min_lr):  # the others climb back up there
        return _wsd_of(schedule, warmup, decay=schedule.total)
    if schedule.min_lr:
        return GetCosineWithMinLrScheduleWithWarmup(
            lr=schedule.lr, num_warmup_steps=start, num_training_steps=end, min_lr=schedule.min_lr
        )
    return GetCosineScheduleWithWarmup(lr=schedule.lr, num_warmup_steps=start, num_training_steps=end)


def _restarts(schedule: HardRestarts | Restarts | Sgdr, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    restarts = schedule if isinstance(schedule, Restarts) else schedule.of
    if not isinstance(restarts, Restarts) or not isinstance(restarts.of, Cosine) or restarts.cycle_mult != 1.0:
        return None
    start = _length(warmup)
    cycles = min(restarts.cycles, math.floor(max(run - start, 0.0) / restarts.cycle) + 1)
    total = getattr(schedule, "total", cycles * restarts.cycle)
    return GetCosineWithHardRestartsScheduleWithWarmup(
        lr=restarts.of.lr, num_warmup_steps=start, num_training_steps=start + total, num_cycles=cycles
    )


def _inverse_sqrt(schedule: InverseSqrt, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return GetInverseSqrtSchedule(lr=schedule.lr, num_warmup_steps=_length(warmup), timescale=schedule.timescale)


def _noam(schedule: Noam, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    return None if warmup else GetInverseSqrtSchedule(lr=schedule.peak, num_warmup_steps=schedule.warmup)


def _wsd(schedule: Wsd, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    if not schedule.decay:
        return nearest(without_decay(schedule), run)
    decay_type = schedule.decay_shape if schedule.decay_shape in ("cosine", "1-sqrt") else "linear"
    return (
        None
        if warmup
        else _wsd_of(schedule, schedule, stable=schedule.stable, decay=schedule.decay, decay_type=decay_type)
    )


def _warmup_hold_cosine(schedule: WarmupHoldCosine, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    return None if warmup else _wsd_of(schedule, schedule, stable=schedule.hold, decay=schedule.decay)


def _flat_cosine(schedule: FlatCosine, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return _wsd_of(schedule, warmup, stable=schedule.hold, decay=schedule.decay)


def _one_minus_sqrt(schedule: OneMinusSqrt, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return _wsd_of(schedule, warmup, decay=schedule.total, decay_type="1-sqrt")


def _wsd_of(
    schedule: Wsd | WarmupHoldCosine | FlatCosine | Cosine | OneMinusSqrt,
    warmup: Warmup | Wsd | WarmupHoldCosine | None,
    *,
    stable: float = 0.0,
    decay: float,
    decay_type: str = "cosine",
) -> FrameworkSchedule:
    """Return a warmup, a plateau and a decay that stays at its floor."""
    return GetWsdSchedule(
        lr=schedule.lr,
        num_warmup_steps=warmup.warmup if warmup else 0.0,
        num_stable_steps=stable,
        num_decay_steps=decay,
        warmup_type="cosine" if warmup and warmup.warmup_shape == "cosine" else "linear",
        decay_type=decay_type,
        min_lr_ratio=min_lr_share(schedule),
    )


_NEAREST: Mapping[str, Callable[[Any, Warmup | None, float], FrameworkSchedule | None]] = {
    "constant": _constant,
    "cosine": _cosine,
    "flat_cosine": _flat_cosine,
    "hard_restarts": _restarts,
    "inverse_sqrt": _inverse_sqrt,
    "linear": _linear,
    "linear_to_zero": _linear,
    "noam": _noam,
    "one_minus_sqrt": _one_minus_sqrt,
    "polynomial": _polynomial,
    "restarts": _restarts,
    "sgdr": _restarts,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
