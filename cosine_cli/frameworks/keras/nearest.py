"""Keras's nearest schedule to each plain schedule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from cosine_cli.frameworks.core.behind import in_32_bits, quotient, unscaled
from cosine_cli.frameworks.core.native import FrameworkSchedule
from cosine_cli.frameworks.keras.cosine import CosineDecay, CosineDecayRestarts
from cosine_cli.frameworks.keras.decays import (
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from cosine_cli.frameworks.keras.stairs import drop_count
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.arrays import whole_cycles
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_time import InverseTime
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return what comes nearest to a plain schedule over so many updates, None where nothing has its shape."""
    plain = unscaled(schedule)
    if isinstance(plain, Warmup):
        return _warmed(plain, run)
    found = _NEAREST.get(type(plain))
    return found(plain, run) if found else None


def _warmed(climb: Warmup, run: float) -> FrameworkSchedule | None:
    del run
    if not isinstance(climb.of, Cosine):
        return None
    return CosineDecay(
        initial_learning_rate=climb.warmup_start,
        decay_steps=climb.of.total,
        alpha=quotient(climb.of.min_lr, climb.of.lr),
        warmup_target=climb.of.lr,
        warmup_steps=climb.warmup,
    )


def _constant(of: Constant, run: float) -> FrameworkSchedule:
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=max(run, 1.0), decay_rate=1.0)


def _cosine(of: Cosine, run: float) -> FrameworkSchedule:
    del run
    return CosineDecay(initial_learning_rate=of.lr, decay_steps=of.total, alpha=quotient(of.min_lr, of.lr))


def _step(of: Step, run: float) -> FrameworkSchedule:
    due = np.ceil(np.arange(1.0, min(run / of.step_size, _MOST_PLATEAUS)) * of.step_size)
    late = drop_count(of.step_size, due) != whole_cycles(due, of.step_size)
    if (of.min_lr or late.any()) and (found := _plateaus(of, run)):
        return found
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=of.step_size, decay_rate=of.gamma, staircase=True)


def _plateaus(of: Step | Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    """Return the rates of all plateaus; a boundary is the last update before the next one."""
    starts = [piece.t0 for piece in of.pieces(run + 1.0, _MOST_PLATEAUS)]
    if not 1 < len(starts) <= _MOST_PLATEAUS:
        return None
    return PiecewiseConstantDecay(
        boundaries=tuple(math.ceil(start) - 1.0 for start in starts[1:]), values=tuple(of(np.array(starts)).tolist())
    )


def _piecewise(of: Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    return _plateaus(of, run) or _constant(Constant(lr=of.peak), run)


def _exponential(of: Exponential, run: float) -> FrameworkSchedule:
    steps, factor = in_32_bits(of.per, of.gamma, run)
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=steps, decay_rate=factor)


def _natural_exponential(of: NaturalExponential, run: float) -> FrameworkSchedule:
    del run
    return ExponentialDecay(initial_learning_rate=of.lr, decay_steps=of.timescale, decay_rate=math.exp(-1.0))


def _inverse_time(of: InverseTime, run: float) -> FrameworkSchedule:
    del run
    return InverseTimeDecay(initial_learning_rate=of.lr, decay_steps=of.timescale, decay_rate=1.0)


def _polynomial(of: Linear | LinearToZero | Polynomial, run: float) -> FrameworkSchedule:
    del run
    return PolynomialDecay(
        initial_learning_rate=of.lr,
        decay_steps=of.total,
        end_learning_rate=of.floor,
        power=of.power if isinstance(of, Polynomial) else 1.0,
    )


def _restarts(of: Sgdr | HardRestarts | Restarts, run: float) -> FrameworkSchedule | None:
    del run
    again = of if isinstance(of, Restarts) else of.of
    if not isinstance(again, Restarts) or not isinstance(again.of, Cosine):
        return None
    return CosineDecayRestarts(
        initial_learning_rate=again.of.lr,
        first_decay_steps=again.cycle,
        t_mul=again.cycle_mult,
        m_mul=again.cycle_decay,
        alpha=quotient(again.of.min_lr, again.of.lr),
    )


_MOST_PLATEAUS = 1000


_NEAREST: dict[type[Schedule], Callable[[Any, float], FrameworkSchedule | None]] = {
    Constant: _constant,
    Cosine: _cosine,
    Step: _step,
    Multistep: _piecewise,
    PiecewiseConstant: _piecewise,
    Exponential: _exponential,
    NaturalExponential: _natural_exponential,
    InverseTime: _inverse_time,
    Linear: _polynomial,
    LinearToZero: _polynomial,
    Polynomial: _polynomial,
    Sgdr: _restarts,
    HardRestarts: _restarts,
    Restarts: _restarts,
}
