"""PyTorch's equivalent of each core schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.frameworks.core.conversion import (
    Conversion,
    converted,
    entry,
    min_lr_share,
    quotient,
    warmup_line,
    without_decay,
)
from cosine_cli.frameworks.core.simulate import Leaf, Scheduler
from cosine_cli.frameworks.torch.composed import ChainedScheduler, SequentialLR
from cosine_cli.frameworks.torch.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from cosine_cli.frameworks.torch.cycles import CyclicLR, OneCycleLR
from cosine_cli.frameworks.torch.decays import (
    ConstantLR,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    PolynomialLR,
    StepLR,
)
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine

if TYPE_CHECKING:
    from cosine_cli.schedules.flat_cosine import FlatCosine
    from cosine_cli.schedules.onecycle import Onecycle
    from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
    from cosine_cli.schedules.restarts import Restarts
    from cosine_cli.schedules.scale import Scale
    from cosine_cli.schedules.sequence import Sequence
    from cosine_cli.schedules.warmup import Warmup
    from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
    from cosine_cli.schedules.wsd import Wsd

_LEAST_FACTOR = 1e-8
"""A warmup cannot start at 0 here, but at this share of the peak."""


def nearest(schedule: Schedule, run: float) -> Scheduler | None:
    """Return PyTorch's equivalent of a core schedule, whose times count calls; None if there is none.

    It need not be exact: a warmup cannot start at 0 here, and most decays have no floor.
    """
    found = converted(_NEAREST, schedule, run)
    return found if isinstance(found, Scheduler) else None


def _calls(length: float) -> int:
    return max(round(length), 1)


def _whole(time: float) -> float:
    """Return the first call at or after a time."""
    return float(math.ceil(time))


def _factors(schedule: PiecewiseConstant, run: float) -> Scheduler | None:
    """Return one scheduler if all factors are equal, else one per milestone: PyTorch has no list of rates."""
    del run
    if not all(schedule.values[:-1]):
        return None
    lr, factors = schedule.values[0], [quotient(after, before) for before, after in itertools.pairwise(schedule.values)]
    calls = tuple(map(_whole, schedule.milestones))
    if len(set(factors)) == 1:
        return MultiStepLR(lr=lr, milestones=calls, gamma=factors[0])
    drops = zip(calls, factors, strict=True)
    parts = (MultiStepLR(lr=lr, milestones=(call,), gamma=factor) for call, factor in drops)
    return ChainedScheduler(lr=lr, schedulers=tuple(parts))


def _onecycle(schedule: Onecycle, run: float) -> Scheduler:
    """Return a cycle one call longer than the core schedule's, since PyTorch's ends a call early."""
    del run
    total = _calls(schedule.total) + 1
    return OneCycleLR(
        max_lr=schedule.lr,
        total_steps=total,
        pct_start=min((schedule.warmup + 1.0) / total, 1.0) if schedule.warmup else 0.0,
        anneal_strategy="cos" if schedule.anneal == "cosine" else "linear",
        div_factor=schedule.div,
        final_div_factor=schedule.final_div,
        three_phase=schedule.three_phase,
    )


def _restarts(schedule: Restarts, run: float) -> Scheduler | None:
    del run
    wave = schedule.of
    if not isinstance(wave, Cosine):
        return None
    return CosineAnnealingWarmRestarts(
        lr=wave.lr, T_0=_calls(schedule.cycle), T_mult=_calls(schedule.cycle_mult), eta_min=wave.min_lr
    )


def _wave(schedule: Any) -> CosineAnnealingLR:
    return CosineAnnealingLR(lr=schedule.lr, T_max=schedule.decay, eta_min=schedule.min_lr)


def _wsd(schedule: Wsd, run: float) -> Scheduler | None:
    """Return a warmup, a constant and a decay in sequence."""
    if not schedule.decay:
        return nearest(without_decay(schedule), run)
    lr, length = schedule.lr, schedule.decay
    decays: dict[str, Leaf] = {
        "cosine": _wave(schedule),
        "sqrt": PolynomialLR(lr=lr, total_iters=length, power=0.5),
        "exponential": ExponentialLR(lr=lr, gamma=(schedule.min_lr / lr) ** (1.0 / length)),
    }
    line = LinearLR(lr=lr, start_factor=1.0, end_factor=min_lr_share(schedule), total_iters=length)
    return _after_warmup_and_hold(schedule, schedule.stable, decays.get(schedule.decay_shape, line))


def _warmup_hold_cosine(schedule: WarmupHoldCosine, run: float) -> Scheduler:
    """Return a warmup, a constant and a cosine in sequence."""
    del run
    return _after_warmup_and_hold(schedule, schedule.hold, _wave(schedule))


def _flat_cosine(schedule: FlatCosine, run: float) -> Scheduler:
    """Return a constant and a cosine in sequence."""
    del run
    return _in_sequence(
        [(schedule.hold, ConstantLR(lr=schedule.lr, factor=1.0))] if schedule.hold else [], _wave(schedule)
    )


def _after_warmup_and_hold(schedule: Wsd | WarmupHoldCosine, hold: float, decay: Leaf) -> Scheduler:
    warmup = _warmup_part(schedule, schedule.warmup_start, schedule.lr)
    parts = ((schedule.warmup, warmup), (hold, ConstantLR(lr=schedule.lr, factor=1.0)))
    return _in_sequence([part for part in parts if part[0]], decay)


def _warmup_part(schedule: Wsd | WarmupHoldCosine | Warmup, start: float, target: float) -> Leaf:
    """Return a warmup: its start is a factor of its target, above 0."""
    if schedule.warmup_shape == "constant":
        return ConstantLR(lr=target, factor=quotient(start, target), total_iters=schedule.warmup)
    start, length = warmup_line(schedule, start, target)
    if not length:
        return ConstantLR(lr=target, factor=1.0)
    factor = max(quotient(start, target), _LEAST_FACTOR)
    return LinearLR(lr=target, start_factor=factor, total_iters=length)


def _in_sequence(before: list[tuple[float, Leaf]], last: Scheduler) -> Scheduler:
    """Return schedulers in sequence, each but the last with its number of calls."""
    if not before:
        return last
    # After a milestone that is not a whole number, the next scheduler would not begin at its own start.
    ends = map(float, map(round, itertools.accumulate(length for length, _ in before)))
    lr = getattr(before[0][1], "lr", 0.1)
    return SequentialLR(lr=lr, schedulers=(*(part for _, part in before), last), milestones=tuple(ends))


def _warmup(schedule: Warmup, run: float) -> Scheduler | None:
    """Return a warmup and then the inner schedule; both at once if the inner one keeps the clock of the run."""
    inner = nearest(schedule.of, run - schedule.shift)
    target = float(schedule.of.rate(np.array([schedule.warmup - schedule.shift]))[0])
    lr = getattr(inner, "lr", None)
    if isinstance(inner, SequentialLR) and not schedule.on_run_clock:
        warmup = _warmup_part(schedule, schedule.warmup_start, inner.lr)
        ends = (float(round(schedule.warmup + milestone)) for milestone in (0.0, *inner.milestones))
        return SequentialLR(lr=inner.lr, schedulers=(warmup, *inner.schedulers), milestones=tuple(ends))
    if not isinstance(inner, Leaf) or lr is None or target <= 0:
        return None
    if schedule.on_run_clock:
        warmup = _warmup_part(schedule, schedule.warmup_start * lr / target, lr)
        return ChainedScheduler(lr=lr, schedulers=(warmup, inner))
    return _in_sequence([(schedule.warmup, _warmup_part(schedule, schedule.warmup_start, lr))], inner)


def _sequence(schedule: Sequence, run: float) -> Scheduler | None:
    """Return the schedulers in sequence, if they all begin at one rate."""
    parts = [nearest(part, run) for part in schedule.of]
    members = [part for part in parts if isinstance(part, Leaf)]
    starts = {getattr(part, "lr", None) for part in parts}
    if len(starts) != 1 or None in starts or len(members) != len(parts):
        return None
    return _in_sequence(list(zip(schedule.lengths, members[:-1], strict=False)), members[-1])


def _scale(schedule: Scale, run: float) -> Scheduler | None:
    """Return the equivalent of the inner schedule with its own rates multiplied."""
    rates = {name: getattr(schedule.of, name, None) for name in ("lr", "min_lr")}
    if rates["lr"] is None:
        return None
    scaled = {name: schedule.factor * rate for name, rate in rates.items() if rate is not None}
    return nearest(replace(schedule.of, **scaled), run)


_NEAREST: Mapping[str, Conversion] = {
    "constant": entry(ConstantLR, lr="lr", factor=1.0),
    "cosine": entry(CosineAnnealingLR, lr="lr", T_max="total", eta_min="min_lr"),
    "cyclic": entry(
        CyclicLR,
        base_lr="min_lr",
        max_lr="lr",
        step_size_up="rise",
        step_size_down=lambda schedule: None if schedule.fall == schedule.rise else schedule.fall,
        mode="mode",
        gamma=lambda schedule: schedule.gamma ** (1.0 / schedule.per) if schedule.mode == "exp_range" else 1.0,
    ),
    "exponential": entry(ExponentialLR, lr="lr", gamma=lambda schedule: schedule.gamma ** (1.0 / schedule.per)),
    "flat_cosine": _flat_cosine,
    "hard_restarts": entry(
        CosineAnnealingWarmRestarts,
        lr="lr",
        T_0=lambda schedule: _calls(schedule.total / schedule.cycles),
        T_mult=1,
        eta_min="min_lr",
    ),
    "linear": entry(LinearLR, lr="lr", start_factor=1.0, end_factor=min_lr_share, total_iters="total"),
    "linear_to_zero": entry(LinearLR, lr="lr", start_factor=1.0, end_factor=0.0, total_iters="total"),
    "multistep": entry(
        MultiStepLR, lr="lr", milestones=lambda schedule: tuple(map(_whole, schedule.milestones)), gamma="gamma"
    ),
    "natural_exponential": entry(ExponentialLR, lr="lr", gamma=lambda schedule: math.exp(-1.0 / schedule.timescale)),
    "onecycle": _onecycle,
    "piecewise_constant": _factors,
    "polynomial": entry(PolynomialLR, lr="lr", total_iters="total", power="power"),
    "restarts": _restarts,
    "scale": _scale,
    "sequence": _sequence,
    "sgdr": entry(
        CosineAnnealingWarmRestarts,
        lr="lr",
        T_0=lambda schedule: _calls(schedule.cycle),
        T_mult=lambda schedule: _calls(schedule.cycle_mult),
        eta_min="min_lr",
    ),
    "step": entry(StepLR, lr="lr", step_size=lambda schedule: _whole(schedule.step_size), gamma="gamma"),
    "warmup": _warmup,
    "warmup_hold_cosine": _warmup_hold_cosine,
    "wsd": _wsd,
}
