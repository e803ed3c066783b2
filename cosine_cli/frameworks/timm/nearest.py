"""timm's nearest scheduler to each plain schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cosine_cli.frameworks.core.behind import quotient
from cosine_cli.frameworks.core.warmed import Cycling, Warmed
from cosine_cli.frameworks.timm.cycles import CosineLRScheduler, PolyLRScheduler, TanhLRScheduler
from cosine_cli.frameworks.timm.steps import MultiStepLRScheduler, StepLRScheduler
from cosine_cli.frameworks.timm.wsd import WSDLRScheduler
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.catalogue import name_of as plain_name
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.k_decay_cosine import KDecayCosine
from cosine_cli.schedules.k_decay_polynomial import KDecayPolynomial
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.tanh import Tanh
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd


def nearest(schedule: Schedule, run: float) -> Warmed | None:
    """Return what a user of timm reaches for to get a plain curve, whose times count epochs; None for some."""
    maker = _NEAREST.get(plain_name(type(schedule)))
    return maker(schedule, run) if maker else None


def _constant(of: Constant, run: float) -> Warmed:
    return StepLRScheduler(lr=of.lr, decay_t=max(run, 1.0))


def _cosine(of: Cosine, run: float) -> Warmed:
    del run
    return CosineLRScheduler(lr=of.lr, t_initial=of.total, lr_min=of.min_lr)


def _k_decay_cosine(of: KDecayCosine, run: float) -> Warmed:
    del run
    return CosineLRScheduler(lr=of.lr, t_initial=of.total, lr_min=of.min_lr, k_decay=of.k)


def _linear(of: Linear | LinearToZero, run: float) -> Warmed:
    del run
    low = getattr(of, "min_lr", 0.0)
    return PolyLRScheduler(lr=of.lr, t_initial=of.total, power=1.0, lr_min=low)


def _polynomial(of: Polynomial, run: float) -> Warmed:
    del run
    return PolyLRScheduler(lr=of.lr, t_initial=of.total, power=of.power, lr_min=of.min_lr)


def _k_decay_polynomial(of: KDecayPolynomial, run: float) -> Warmed:
    del run
    return PolyLRScheduler(lr=of.lr, t_initial=of.total, power=of.power, lr_min=of.min_lr, k_decay=of.k)


def _tanh(of: Tanh, run: float) -> Warmed:
    del run
    return TanhLRScheduler(lr=of.lr, t_initial=of.total, lb=of.lower, ub=of.upper, lr_min=of.min_lr)


def _step(of: Step, run: float) -> Warmed:
    del run
    return StepLRScheduler(lr=of.lr, decay_t=of.step_size, decay_rate=of.gamma)


def _multistep(of: Multistep, run: float) -> Warmed:
    """Return drops that are named an epoch late, as they come an epoch early."""
    del run
    return MultiStepLRScheduler(lr=of.lr, decay_t=tuple(one + 1.0 for one in of.milestones), decay_rate=of.gamma)


def _piecewise_constant(of: PiecewiseConstant, run: float) -> Warmed | None:
    """Return the drops of rates that fall by equal factors."""
    del run
    if not all(of.values[:-1]):
        return None
    factors = [quotient(after, before) for before, after in itertools.pairwise(of.values)]
    if not all(math.isclose(factor, factors[0], rel_tol=1e-14) for factor in factors):
        return None
    return MultiStepLRScheduler(
        lr=of.values[0], decay_t=tuple(one + 1.0 for one in of.milestones), decay_rate=factors[0]
    )


def _exponential(of: Exponential, run: float) -> Warmed:
    """Return a drop every epoch."""
    del run
    return StepLRScheduler(lr=of.lr, decay_t=1.0, decay_rate=of.gamma ** (1.0 / of.per))


def _natural_exponential(of: NaturalExponential, run: float) -> Warmed:
    """Return a drop every epoch."""
    del run
    return StepLRScheduler(lr=of.lr, decay_t=1.0, decay_rate=math.exp(-1.0 / of.timescale))


def _inverse_sqrt(of: InverseSqrt, run: float) -> Warmed:
    """Return a stable phase as long as the run, with a decay that begins behind it."""
    return WSDLRScheduler(
        lr=of.lr,
        t_initial=math.ceil(run) + 1.0,
        decay_t=1.0,
        lr_min=of.min_lr,
        stable_fn="rsqrt",
        stable_timescale=of.timescale,
    )


def _sgdr(of: Sgdr, run: float) -> Warmed:
    del run
    return CosineLRScheduler(
        lr=of.lr,
        t_initial=of.cycle,
        lr_min=of.min_lr,
        cycle_mul=of.cycle_mult,
        cycle_decay=of.cycle_decay,
        cycle_limit=of.cycles,
    )


def _hard_restarts(of: HardRestarts, run: float) -> Warmed:
    del run
    return CosineLRScheduler(lr=of.lr, t_initial=of.total / of.cycles, lr_min=of.min_lr, cycle_limit=of.cycles)


def _restarts(of: Restarts, run: float) -> Warmed | None:
    once = nearest(of.of, run)
    if not isinstance(once, Cycling):
        return None
    cycles: dict[str, Any] = {"cycle_mul": of.cycle_mult, "cycle_decay": of.cycle_decay, "cycle_limit": of.cycles}
    return replace(once, t_initial=of.cycle, **cycles)


_FALLS = {"linear": "linear", "cosine": "cosine", "1-sqrt": "1-sqrt", "exponential": "exp"}


def _wsd(of: Wsd, run: float) -> Warmed:
    """Return the same phases; an exponential decay stretched to end at lr_min is one of equal factors."""
    del run
    exponential = of.decay_shape == "exponential" and of.min_lr < of.lr
    ratio: dict[str, Any] = {"decay_ratio": quotient(of.min_lr, of.lr)} if exponential else {}
    return WSDLRScheduler(
        lr=of.lr,
        t_initial=of.stable + of.decay,
        decay_t=of.decay,
        lr_min=of.min_lr,
        decay_fn=_FALLS.get(of.decay_shape, "linear"),
        warmup_t=of.warmup,
        warmup_lr_init=of.lr if of.warmup_shape == "constant" and not of.warmup else of.warmup_start,
        **ratio,
    )


def _one_minus_sqrt(of: OneMinusSqrt, run: float) -> Warmed:
    """Return a decay without a stable phase."""
    del run
    return WSDLRScheduler(lr=of.lr, t_initial=of.total, decay_t=of.total, lr_min=of.min_lr)


def _flat_cosine(of: FlatCosine, run: float) -> Warmed:
    del run
    return WSDLRScheduler(lr=of.lr, t_initial=of.hold + of.decay, decay_t=of.decay, lr_min=of.min_lr, decay_fn="cosine")


def _warmup_hold_cosine(of: WarmupHoldCosine, run: float) -> Warmed:
    del run
    return WSDLRScheduler(
        lr=of.lr,
        t_initial=of.hold + of.decay,
        decay_t=of.decay,
        lr_min=of.min_lr,
        decay_fn="cosine",
        warmup_t=of.warmup,
        warmup_lr_init=of.warmup_start,
    )


def _warmup(of: Warmup, run: float) -> Warmed | None:
    """Return what is behind the warmup, with timm's own; where it keeps the run's clock, underneath."""
    behind = nearest(of.of, run - of.shift)
    if behind is None or behind.warmup_t:
        return None
    climb: dict[str, Any] = {"warmup_t": of.warmup, "warmup_lr_init": of.warmup_start}
    if hasattr(behind, "warmup_prefix"):
        climb["warmup_prefix"] = not of.on_run_clock
    return replace(behind, **climb)


def _scale(of: Scale, run: float) -> Warmed | None:
    """Return the same of a curve whose own rates are multiplied."""
    found = nearest(of.of, run)
    if found is None:
        return None
    names = ("lr", "lr_min", "warmup_lr_init")
    return replace(found, **{name: of.factor * getattr(found, name) for name in names if hasattr(found, name)})


_NEAREST: Mapping[str, Callable[[Any, float], Warmed | None]] = {
    "constant": _constant,
    "cosine": _cosine,
    "exponential": _exponential,
    "flat_cosine": _flat_cosine,
    "hard_restarts": _hard_restarts,
    "inverse_sqrt": _inverse_sqrt,
    "k_decay_cosine": _k_decay_cosine,
    "k_decay_polynomial": _k_decay_polynomial,
    "linear": _linear,
    "linear_to_zero": _linear,
    "multistep": _multistep,
    "natural_exponential": _natural_exponential,
    "one_minus_sqrt": _one_minus_sqrt,
    "piecewise_constant": _piecewise_constant,
    "polynomial": _polynomial,
    "restarts": _restarts,
    "scale": _scale,
    "sgdr": _sgdr,
    "step": _step,
    "tanh": _tanh,
    "warmup": _warmup,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
"""What comes nearest to each plain schedule, by its name: none is loaded that nobody asks for."""
