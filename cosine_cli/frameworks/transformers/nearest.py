"""Transformers' nearest schedule to each plain schedule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from cosine_cli.frameworks.core.behind import quotient, unscaled
from cosine_cli.frameworks.core.native import FrameworkSchedule
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
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.noam import Noam
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return what comes nearest to a plain schedule over so many updates, None where nothing has its shape."""
    plain = unscaled(schedule)
    climb = plain if isinstance(plain, Warmup) else None
    of = climb.of if climb else plain
    found = _NEAREST.get(type(of))
    return found(of, climb, run) if found else None


def _warmup(climb: Warmup | None) -> float:
    return climb.warmup if climb else 0.0


def _constant(of: Constant, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    if climb is None:
        return GetConstantSchedule(lr=of.lr)
    return GetConstantScheduleWithWarmup(lr=of.lr, num_warmup_steps=climb.warmup)


def _linear(of: Linear | LinearToZero, climb: Warmup | None, run: float) -> FrameworkSchedule:
    low = getattr(of, "min_lr", 0.0)
    if low:
        return _polynomial(Polynomial(lr=of.lr, total=of.total, min_lr=low, power=1.0), climb, run)
    warmup = _warmup(climb)
    return GetLinearScheduleWithWarmup(lr=of.lr, num_warmup_steps=warmup, num_training_steps=warmup + of.total)


def _polynomial(of: Polynomial, climb: Warmup | None, run: float) -> FrameworkSchedule:
    if of.min_lr >= of.lr:
        return _constant(Constant(lr=of.lr), climb, run)
    warmup = _warmup(climb)
    return GetPolynomialDecayScheduleWithWarmup(
        lr=of.lr, num_warmup_steps=warmup, num_training_steps=warmup + of.total, lr_end=of.min_lr, power=of.power
    )


def _cosine(of: Cosine, climb: Warmup | None, run: float) -> FrameworkSchedule:
    warmup = _warmup(climb)
    end = warmup + of.total
    if run > end and (not warmup or not of.min_lr):  # the others climb back up there
        return _falling(of, climb, "cosine")
    if of.min_lr:
        return GetCosineWithMinLrScheduleWithWarmup(
            lr=of.lr, num_warmup_steps=warmup, num_training_steps=end, min_lr=of.min_lr
        )
    return GetCosineScheduleWithWarmup(lr=of.lr, num_warmup_steps=warmup, num_training_steps=end)


def _restarts(of: HardRestarts | Restarts | Sgdr, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    again = of if isinstance(of, Restarts) else of.of
    if not isinstance(again, Restarts) or not isinstance(again.of, Cosine) or again.cycle_mult != 1.0:
        return None
    warmup = _warmup(climb)
    cycles = min(again.cycles, math.floor(max(run - warmup, 0.0) / again.cycle) + 1)
    total = of.total if isinstance(of, HardRestarts) else cycles * again.cycle
    return GetCosineWithHardRestartsScheduleWithWarmup(
        lr=again.of.lr, num_warmup_steps=warmup, num_training_steps=warmup + total, num_cycles=cycles
    )


def _inverse_sqrt(of: InverseSqrt, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return GetInverseSqrtSchedule(lr=of.lr, num_warmup_steps=_warmup(climb), timescale=of.timescale)


def _noam(of: Noam, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    return None if climb else GetInverseSqrtSchedule(lr=of.peak, num_warmup_steps=of.warmup)


def _wsd(of: Wsd, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    if climb is not None:
        return None
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=of.warmup,
        num_stable_steps=of.stable,
        num_decay_steps=of.decay,
        warmup_type=_climb_type(of),
        decay_type=of.decay_shape if of.decay_shape in ("cosine", "1-sqrt") else "linear",
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


def _warmup_hold_cosine(of: WarmupHoldCosine, climb: Warmup | None, run: float) -> FrameworkSchedule | None:
    del run
    if climb is not None:
        return None
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=of.warmup,
        num_stable_steps=of.hold,
        num_decay_steps=of.decay,
        warmup_type=_climb_type(of),
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


def _climb_type(of: Wsd | WarmupHoldCosine | Warmup | None) -> str:
    return "cosine" if of and of.warmup_shape == "cosine" else "linear"


def _flat_cosine(of: FlatCosine, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=_warmup(climb),
        num_stable_steps=of.hold,
        num_decay_steps=of.decay,
        warmup_type=_climb_type(climb),
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


def _one_minus_sqrt(of: OneMinusSqrt, climb: Warmup | None, run: float) -> FrameworkSchedule:
    del run
    return _falling(of, climb, "1-sqrt")


def _falling(of: Cosine | OneMinusSqrt, climb: Warmup | None, decay_type: str) -> FrameworkSchedule:
    """Return a decay without a plateau that stays at its floor."""
    return GetWsdSchedule(
        lr=of.lr,
        num_warmup_steps=_warmup(climb),
        num_stable_steps=0.0,
        num_decay_steps=of.total,
        warmup_type=_climb_type(climb),
        decay_type=decay_type,
        min_lr_ratio=quotient(of.min_lr, of.lr),
    )


_NEAREST: dict[type[Schedule], Callable[[Any, Warmup | None, float], FrameworkSchedule | None]] = {
    Constant: _constant,
    Linear: _linear,
    LinearToZero: _linear,
    Polynomial: _polynomial,
    Cosine: _cosine,
    HardRestarts: _restarts,
    Restarts: _restarts,
    Sgdr: _restarts,
    InverseSqrt: _inverse_sqrt,
    Noam: _noam,
    Wsd: _wsd,
    FlatCosine: _flat_cosine,
    WarmupHoldCosine: _warmup_hold_cosine,
    OneMinusSqrt: _one_minus_sqrt,
}
