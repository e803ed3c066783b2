"""Keras's nearest schedule to each plain schedule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.frameworks.core.conversion import (
    Conversion,
    converted,
    entry,
    float32_decay,
    min_lr_share,
    unscaled,
)
from cosine_cli.frameworks.core.framework_schedule import FrameworkSchedule
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
from cosine_cli.schedules.restarts import Restarts

if TYPE_CHECKING:
    from cosine_cli.schedules.exponential import Exponential
    from cosine_cli.schedules.hard_restarts import HardRestarts
    from cosine_cli.schedules.multistep import Multistep
    from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
    from cosine_cli.schedules.sgdr import Sgdr
    from cosine_cli.schedules.step import Step
    from cosine_cli.schedules.warmup import Warmup

_MOST_PLATEAUS = 1000


def nearest(schedule: Schedule, run: float) -> FrameworkSchedule | None:
    """Return Keras's nearest schedule to a plain one, whose times count updates; None if there is none."""
    return converted(_NEAREST, unscaled(schedule), run)


def _constant(plain: Constant, run: float) -> FrameworkSchedule:
    return ExponentialDecay(initial_learning_rate=plain.lr, decay_steps=max(run, 1.0), decay_rate=1.0)


def _step(plain: Step, run: float) -> FrameworkSchedule:
    due = np.ceil(np.arange(1.0, min(run / plain.step_size, _MOST_PLATEAUS)) * plain.step_size)
    late = drop_count(plain.step_size, due) != whole_cycles(due, plain.step_size)
    if (plain.min_lr or late.any()) and (found := _plateaus(plain, run)):
        return found
    return ExponentialDecay(
        initial_learning_rate=plain.lr, decay_steps=plain.step_size, decay_rate=plain.gamma, staircase=True
    )


def _plateaus(plain: Step | Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    """Return the rates of all plateaus; a boundary is the last update before the next one."""
    starts = [piece.t0 for piece in plain.pieces(run + 1.0, _MOST_PLATEAUS)]
    if not 1 < len(starts) <= _MOST_PLATEAUS:
        return None
    return PiecewiseConstantDecay(
        boundaries=tuple(math.ceil(start) - 1.0 for start in starts[1:]), values=tuple(plain(np.array(starts)).tolist())
    )


def _piecewise(plain: Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    return _plateaus(plain, run) or _constant(Constant(lr=plain.peak), run)


def _exponential(plain: Exponential, run: float) -> FrameworkSchedule:
    steps, factor = float32_decay(plain.per, plain.gamma, run)
    return ExponentialDecay(initial_learning_rate=plain.lr, decay_steps=steps, decay_rate=factor)


def _restarts(plain: Sgdr | HardRestarts | Restarts, run: float) -> FrameworkSchedule | None:
    del run
    restarts = plain if isinstance(plain, Restarts) else plain.of
    if not isinstance(restarts, Restarts) or not isinstance(restarts.of, Cosine):
        return None
    return CosineDecayRestarts(
        initial_learning_rate=restarts.of.lr,
        first_decay_steps=restarts.cycle,
        t_mul=restarts.cycle_mult,
        m_mul=restarts.cycle_decay,
        alpha=min_lr_share(restarts.of),
    )


def _warmup(plain: Warmup, run: float) -> FrameworkSchedule | None:
    del run
    wave = plain.of
    if not isinstance(wave, Cosine):
        return None
    return CosineDecay(
        initial_learning_rate=plain.warmup_start,
        decay_steps=wave.total,
        alpha=min_lr_share(wave),
        warmup_target=wave.lr,
        warmup_steps=plain.warmup,
    )


_NEAREST: Mapping[str, Conversion] = {
    "constant": _constant,
    "cosine": entry(CosineDecay, initial_learning_rate="lr", decay_steps="total", alpha=min_lr_share),
    "exponential": _exponential,
    "hard_restarts": _restarts,
    "inverse_time": entry(InverseTimeDecay, initial_learning_rate="lr", decay_steps="timescale", decay_rate=1.0),
    "linear": entry(
        PolynomialDecay, initial_learning_rate="lr", decay_steps="total", end_learning_rate="floor", power=1.0
    ),
    "linear_to_zero": entry(
        PolynomialDecay, initial_learning_rate="lr", decay_steps="total", end_learning_rate="floor", power=1.0
    ),
    "multistep": _piecewise,
    "natural_exponential": entry(
        ExponentialDecay, initial_learning_rate="lr", decay_steps="timescale", decay_rate=math.exp(-1.0)
    ),
    "piecewise_constant": _piecewise,
    "polynomial": entry(
        PolynomialDecay, initial_learning_rate="lr", decay_steps="total", end_learning_rate="floor", power="power"
    ),
    "restarts": _restarts,
    "sgdr": _restarts,
    "step": _step,
    "warmup": _warmup,
}
