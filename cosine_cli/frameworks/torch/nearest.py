"""PyTorch's nearest scheduler to each plain schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cosine_cli.frameworks.core.behind import quotient
from cosine_cli.frameworks.core.one_optimizer import Member, Single
from cosine_cli.frameworks.torch.composed import ChainedScheduler, SequentialLR
from cosine_cli.frameworks.torch.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from cosine_cli.frameworks.torch.cycles import CyclicLR, OneCycleLR
from cosine_cli.frameworks.torch.decays import ConstantLR, ExponentialLR, LinearLR, MultiStepLR, PolynomialLR, StepLR
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.catalogue import name_of as plain_name
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.cyclic import Cyclic
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.onecycle import Onecycle
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd


def nearest(schedule: Schedule, run: float) -> Member | None:
    """Return what a user of PyTorch reaches for to get a plain curve, whose times count calls; None for some.

    It need not be exact: a warmup can not start at 0 here, and there is no floor below most decays.
    """
    maker = _NEAREST.get(plain_name(type(schedule)))
    return maker(schedule, run) if maker else None


def _calls(length: float) -> int:
    return max(round(length), 1)


def _constant(of: Constant, run: float) -> Member:
    del run
    return ConstantLR(lr=of.lr, factor=1.0)


def _cosine(of: Cosine, run: float) -> Member:
    del run
    return CosineAnnealingLR(lr=of.lr, T_max=of.total, eta_min=of.min_lr)


def _linear(of: Linear | LinearToZero, run: float) -> Member:
    del run
    low = getattr(of, "min_lr", 0.0)
    return LinearLR(lr=of.lr, start_factor=1.0, end_factor=quotient(low, of.lr), total_iters=of.total)


def _polynomial(of: Polynomial, run: float) -> Member:
    del run
    return PolynomialLR(lr=of.lr, total_iters=of.total, power=of.power)


def _exponential(of: Exponential, run: float) -> Member:
    del run
    return ExponentialLR(lr=of.lr, gamma=of.gamma ** (1.0 / of.per))


def _natural_exponential(of: NaturalExponential, run: float) -> Member:
    del run
    return ExponentialLR(lr=of.lr, gamma=math.exp(-1.0 / of.timescale))


def _step(of: Step, run: float) -> Member:
    del run
    return StepLR(lr=of.lr, step_size=float(math.ceil(of.step_size)), gamma=of.gamma)


def _multistep(of: Multistep, run: float) -> Member:
    del run
    return MultiStepLR(lr=of.lr, milestones=tuple(float(math.ceil(one)) for one in of.milestones), gamma=of.gamma)


def _piecewise_constant(of: PiecewiseConstant, run: float) -> Member | None:
    """Return one scheduler for equal factors, else one a milestone: PyTorch has no list of rates."""
    del run
    if not all(of.values[:-1]):
        return None
    factors = [quotient(after, before) for before, after in itertools.pairwise(of.values)]
    calls = [float(math.ceil(one)) for one in of.milestones]
    if len(set(factors)) == 1:
        return MultiStepLR(lr=of.values[0], milestones=tuple(calls), gamma=factors[0])
    drops = zip(calls, factors, strict=True)
    parts = (MultiStepLR(lr=of.values[0], milestones=(call,), gamma=factor) for call, factor in drops)
    return ChainedScheduler(lr=of.values[0], schedulers=tuple(parts))


def _onecycle(of: Onecycle, run: float) -> Member:
    """Return a cycle one call longer than the plain one, since PyTorch's ends a call early."""
    del run
    total = _calls(of.total) + 1
    return OneCycleLR(
        max_lr=of.lr,
        total_steps=total,
        pct_start=min((of.warmup + 1.0) / total, 1.0) if of.warmup else 0.0,
        anneal_strategy="cos" if of.anneal == "cosine" else "linear",
        div_factor=of.div,
        final_div_factor=of.final_div,
        three_phase=of.three_phase,
    )


def _cyclic(of: Cyclic, run: float) -> Member:
    del run
    gamma = of.gamma ** (1.0 / of.per) if of.mode == "exp_range" else 1.0
    return CyclicLR(
        base_lr=of.min_lr,
        max_lr=of.lr,
        step_size_up=of.rise,
        step_size_down=None if of.fall == of.rise else of.fall,
        mode=of.mode,
        gamma=gamma,
    )


def _cycles(lr: float, cycle: float, mult: float, low: float) -> Member:
    return CosineAnnealingWarmRestarts(lr=lr, T_0=_calls(cycle), T_mult=max(round(mult), 1), eta_min=low)


def _sgdr(of: Sgdr, run: float) -> Member:
    del run
    return _cycles(of.lr, of.cycle, of.cycle_mult, of.min_lr)


def _hard_restarts(of: HardRestarts, run: float) -> Member:
    del run
    return _cycles(of.lr, of.total / of.cycles, 1.0, of.min_lr)


def _restarts(of: Restarts, run: float) -> Member | None:
    del run
    wave = of.of
    return _cycles(wave.lr, of.cycle, of.cycle_mult, wave.min_lr) if isinstance(wave, Cosine) else None


def _wsd(of: Wsd, run: float) -> Member:
    """Return a warmup, a constant and a decay in turn."""
    falling: dict[str, Single] = {
        "cosine": CosineAnnealingLR(lr=of.lr, T_max=of.decay, eta_min=of.min_lr),
        "sqrt": PolynomialLR(lr=of.lr, total_iters=of.decay, power=0.5),
        "exponential": ExponentialLR(lr=of.lr, gamma=(of.min_lr / of.lr) ** (1.0 / of.decay)),
    }
    line = LinearLR(lr=of.lr, start_factor=1.0, end_factor=quotient(of.min_lr, of.lr), total_iters=of.decay)
    level = (of.stable, ConstantLR(lr=of.lr, factor=1.0))
    climb = (of.warmup, _climb(of.warmup, of.warmup_shape, of.warmup_start, of.lr))
    del run
    return _in_turn([one for one in (climb, level) if one[0]], falling.get(of.decay_shape, line))


def _flat_cosine(of: FlatCosine, run: float) -> Member:
    """Return a constant and a cosine in turn."""
    del run
    wave = CosineAnnealingLR(lr=of.lr, T_max=of.decay, eta_min=of.min_lr)
    return _in_turn([(of.hold, ConstantLR(lr=of.lr, factor=1.0))] if of.hold else [], wave)


def _warmup_hold_cosine(of: WarmupHoldCosine, run: float) -> Member:
    """Return a warmup, a constant and a cosine in turn."""
    del run
    climb = (of.warmup, _climb(of.warmup, of.warmup_shape, of.warmup_start, of.lr))
    level = (of.hold, ConstantLR(lr=of.lr, factor=1.0))
    wave = CosineAnnealingLR(lr=of.lr, T_max=of.decay, eta_min=of.min_lr)
    return _in_turn([one for one in (climb, level) if one[0]], wave)


def _climb(length: float, shape: str, start: float, target: float) -> Single:
    """Return a warmup: what it starts from is a factor of what it climbs to, and above 0."""
    if shape == "constant":
        return ConstantLR(lr=target, factor=quotient(start, target), total_iters=length)
    return LinearLR(lr=target, start_factor=max(quotient(start, target), _LEAST_FACTOR), total_iters=length)


def _in_turn(before: list[tuple[float, Single]], last: Member) -> Member:
    """Return schedulers one after the other, each but the last for so many calls."""
    if not before:
        return last
    # At a milestone that is no whole number the next one would not begin at its own start.
    ends = map(float, map(round, itertools.accumulate(length for length, _ in before)))
    lr = before[0][1].lr if hasattr(before[0][1], "lr") else 0.1
    return SequentialLR(lr=lr, schedulers=(*(one for _, one in before), last), milestones=tuple(ends))


def _warmup(of: Warmup, run: float) -> Member | None:
    """Return a warmup and what is behind it, in turn; where that keeps the run's clock, at once."""
    behind = nearest(of.of, run - of.shift)
    target = float(of.of.rate(np.array([of.warmup - of.shift]))[0])
    lr = getattr(behind, "lr", None)
    if isinstance(behind, SequentialLR) and not of.on_run_clock:
        climb = _climb(of.warmup, of.warmup_shape, of.warmup_start, behind.lr)
        ends = (float(round(of.warmup + milestone)) for milestone in (0.0, *behind.milestones))
        return SequentialLR(lr=behind.lr, schedulers=(climb, *behind.schedulers), milestones=tuple(ends))
    if not isinstance(behind, Single) or lr is None or target <= 0:
        return None
    if of.on_run_clock:
        climb = _climb(of.warmup, of.warmup_shape, of.warmup_start * lr / target, lr)
        return ChainedScheduler(lr=lr, schedulers=(climb, behind))
    return _in_turn([(of.warmup, _climb(of.warmup, of.warmup_shape, of.warmup_start, lr))], behind)


def _sequence(of: Sequence, run: float) -> Member | None:
    """Return the schedulers in turn, where they all begin at one rate."""
    parts = [nearest(one, run) for one in of.of]
    starts = {getattr(part, "lr", None) for part in parts}
    if len(starts) != 1 or None in starts or not all(isinstance(part, Single) for part in parts):
        return None
    members = [part for part in parts if isinstance(part, Single)]
    return _in_turn(list(zip(of.lengths, members[:-1], strict=False)), members[-1])


def _scale(of: Scale, run: float) -> Member | None:
    """Return the same of a curve whose own rates are multiplied."""
    rates_of = {name: getattr(of.of, name, None) for name in ("lr", "min_lr")}
    if rates_of["lr"] is None:
        return None
    return nearest(replace(of.of, **{name: of.factor * one for name, one in rates_of.items() if one is not None}), run)


_LEAST_FACTOR = 1e-8


_NEAREST: Mapping[str, Callable[[Any, float], Member | None]] = {
    "constant": _constant,
    "cosine": _cosine,
    "cyclic": _cyclic,
    "exponential": _exponential,
    "flat_cosine": _flat_cosine,
    "hard_restarts": _hard_restarts,
    "linear": _linear,
    "linear_to_zero": _linear,
    "multistep": _multistep,
    "natural_exponential": _natural_exponential,
    "onecycle": _onecycle,
    "piecewise_constant": _piecewise_constant,
    "polynomial": _polynomial,
    "restarts": _restarts,
    "scale": _scale,
    "sequence": _sequence,
    "sgdr": _sgdr,
    "step": _step,
    "warmup": _warmup,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
"""What comes nearest to each plain schedule, by its name: none is loaded that nobody asks for."""
