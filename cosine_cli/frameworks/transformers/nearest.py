"""Transformers' nearest schedule to each plain schedule; a warmup is part of each of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cosine_cli.frameworks.core.conversion import min_lr_share, unscaled
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
    """Return Transformers' nearest schedule to a plain one, whose times count updates; None if there is none."""
    plain = unscaled(schedule)
    warmup = plain if isinstance(plain, Warmup) else None
    inner = warmup.of if warmup else plain
    conversion = _NEAREST.get(name_of(type(inner)))
    return conversion(inner, warmup, run) if conversion else None


def _length(warmup: Warmup | None) -> float:
    return warmup.warmup if warmup else 0.0


def _constant(plain: Constant, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    if warmup is None:
        return GetConstantSchedule(lr=plain.lr)
    return GetConstantScheduleWithWarmup(lr=plain.lr, num_warmup_steps=warmup.warmup)


def _linear(plain: Linear | LinearToZero, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    low = getattr(plain, "min_lr", 0.0)
    if low:
        return _polynomial(Polynomial(lr=plain.lr, total=plain.total, min_lr=low, power=1.0), warmup, run)
    start = _length(warmup)
    return GetLinearScheduleWithWarmup(lr=plain.lr, num_warmup_steps=start, num_training_steps=start + plain.total)


def _polynomial(plain: Polynomial, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    if plain.min_lr >= plain.lr:
        return _constant(Constant(lr=plain.lr), warmup, run)
    start = _length(warmup)
    return GetPolynomialDecayScheduleWithWarmup(
        lr=plain.lr,
        num_warmup_steps=start,
        num_training_steps=start + plain.total,
        lr_end=plain.min_lr,
        power=plain.power,
    )


def _cosine(plain: Cosine, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    start = _length(warmup)
    end = start + plain.total
    if run > end and (not start or not plain.min_lr):  # the others climb back up there
        return _wsd_of(plain, warmup, decay=plain.total)
    if plain.min_lr:
        return GetCosineWithMinLrScheduleWithWarmup(
            lr=plain.lr, num_warmup_steps=start, num_training_steps=end, min_lr=plain.min_lr
        )
    return GetCosineScheduleWithWarmup(lr=plain.lr, num_warmup_steps=start, num_training_steps=end)


def _restarts(plain: HardRestarts | Restarts | Sgdr, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    restarts = plain if isinstance(plain, Restarts) else plain.of
    if not isinstance(restarts, Restarts) or not isinstance(restarts.of, Cosine) or restarts.cycle_mult != 1.0:
        return None
    start = _length(warmup)
    cycles = min(restarts.cycles, math.floor(max(run - start, 0.0) / restarts.cycle) + 1)
    total = getattr(plain, "total", cycles * restarts.cycle)
    return GetCosineWithHardRestartsScheduleWithWarmup(
        lr=restarts.of.lr, num_warmup_steps=start, num_training_steps=start + total, num_cycles=cycles
    )


def _inverse_sqrt(plain: InverseSqrt, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return GetInverseSqrtSchedule(lr=plain.lr, num_warmup_steps=_length(warmup), timescale=plain.timescale)


def _noam(plain: Noam, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    return None if warmup else GetInverseSqrtSchedule(lr=plain.peak, num_warmup_steps=plain.warmup)


def _wsd(plain: Wsd, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    decay_type = plain.decay_shape if plain.decay_shape in ("cosine", "1-sqrt") else "linear"
    return None if warmup else _wsd_of(plain, plain, stable=plain.stable, decay=plain.decay, decay_type=decay_type)


def _warmup_hold_cosine(plain: WarmupHoldCosine, warmup: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    return None if warmup else _wsd_of(plain, plain, stable=plain.hold, decay=plain.decay)


def _flat_cosine(plain: FlatCosine, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return _wsd_of(plain, warmup, stable=plain.hold, decay=plain.decay)


def _one_minus_sqrt(plain: OneMinusSqrt, warmup: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return _wsd_of(plain, warmup, decay=plain.total, decay_type="1-sqrt")


def _wsd_of(
    plain: Wsd | WarmupHoldCosine | FlatCosine | Cosine | OneMinusSqrt,
    warmup: Warmup | Wsd | WarmupHoldCosine | None,
    *,
    stable: float = 0.0,
    decay: float,
    decay_type: str = "cosine",
) -> FrameworkSchedule:
    """Return a warmup, a plateau and a decay that stays at its floor."""
    return GetWsdSchedule(
        lr=plain.lr,
        num_warmup_steps=warmup.warmup if warmup else 0.0,
        num_stable_steps=stable,
        num_decay_steps=decay,
        warmup_type="cosine" if warmup and warmup.warmup_shape == "cosine" else "linear",
        decay_type=decay_type,
        min_lr_ratio=min_lr_share(plain),
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
