"""Keras's equivalent of each core schedule."""

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
    """Return Keras's equivalent of a core schedule, whose times count updates; None if there is none."""
    return converted(_NEAREST, unscaled(schedule), run)


def _constant(schedule: Constant, run: float) -> FrameworkSchedule:
    return ExponentialDecay(initial_learning_rate=schedule.lr, decay_steps=max(run, 1.0), decay_rate=1.0)


def _step(schedule: Step, run: float) -> FrameworkSchedule:
    due = np.ceil(np.arange(1.0, min(run / schedule.step_size, _MOST_PLATEAUS)) * schedule.step_size)
    late = drop_count(schedule.step_size, due) != whole_cycles(due, schedule.step_size)
    if (schedule.min_lr or late.any()) and (found := _plateaus(schedule, run)):
        return found
    return ExponentialDecay(
        initial_learning_rate=schedule.lr, decay_steps=schedule.step_size, decay_rate=schedule.gamma, staircase=True
    )


def _plateaus(schedule: Step | Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    """Return the rates of all plateaus; a boundary is the last update before the next one."""
    starts = [piece.t0 for piece in schedule.pieces(run + 1.0, _MOST_PLATEAUS)]
    if not 1 < len(starts) <= _MOST_PLATEAUS:
        return None
    return PiecewiseConstantDecay(
        boundaries=tuple(math.ceil(start) - 1.0 for start in starts[1:]),
        values=tuple(schedule(np.array(starts)).tolist()),
    )


def _piecewise(schedule: Multistep | PiecewiseConstant, run: float) -> FrameworkSchedule | None:
    return _plateaus(schedule, run) or _constant(Constant(lr=schedule.peak), run)


def _exponential(schedule: Exponential, run: float) -> FrameworkSchedule:
    steps, factor = float32_decay(schedule.per, schedule.gamma, run)
    return ExponentialDecay(initial_learning_rate=schedule.lr, decay_steps=steps, decay_rate=factor)


def _restarts(schedule: Sgdr | HardRestarts | Restarts, run: float) -> FrameworkSchedule | None:
    del run
    restarts = schedule if isinstance(schedule, Restarts) else schedule.of
    if not isinstance(restarts, Restarts) or not isinstance(restarts.of, Cosine):
        return None
    return CosineDecayRestarts(
        initial_learning_rate=restarts.of.lr,
        first_decay_steps=restarts.cycle,
        t_mul=restarts.cycle_mult,
        m_mul=restarts.cycle_decay,
        alpha=min_lr_share(restarts.of),
    )


def _warmup(schedule: Warmup, run: float) -> FrameworkSchedule | None:
    del run
    wave = schedule.of
    if not isinstance(wave, Cosine):
        return None
    return CosineDecay(
        initial_learning_rate=schedule.warmup_start,
        decay_steps=wave.total,
        alpha=min_lr_share(wave),
        warmup_target=wave.lr,
        warmup_steps=schedule.warmup,
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
