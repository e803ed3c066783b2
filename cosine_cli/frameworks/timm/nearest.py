"""timm's equivalent of each core schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cosine_cli.frameworks.core.conversion import (
    Conversion,
    constant_text,
    converted,
    entry,
    min_lr_share,
    quotient,
    without_decay,
)
from cosine_cli.frameworks.timm.cycles import CosineLRScheduler, PolyLRScheduler, TanhLRScheduler
from cosine_cli.frameworks.timm.steps import MultiStepLRScheduler, StepLRScheduler
from cosine_cli.frameworks.timm.timm_base import TimmCycles, TimmScheduler
from cosine_cli.frameworks.timm.wsd import WSDLRScheduler
from cosine_cli.schedules.core.schedule import Schedule

if TYPE_CHECKING:
    from cosine_cli.schedules.constant import Constant
    from cosine_cli.schedules.inverse_sqrt import InverseSqrt
    from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
    from cosine_cli.schedules.restarts import Restarts
    from cosine_cli.schedules.scale import Scale
    from cosine_cli.schedules.warmup import Warmup
    from cosine_cli.schedules.wsd import Wsd

_DECAYS = {
    "linear": "linear",
    "cosine": "cosine",
    "1-sqrt": "1-sqrt",
    "exponential": "exp",
    "shifted-exponential": "exp",
}


def nearest(schedule: Schedule, run: float) -> TimmScheduler | None:
    """Return timm's equivalent of a core schedule, whose times count epochs; None if there is none."""
    found = converted(_NEAREST, schedule, run)
    return found if isinstance(found, TimmScheduler) else None


def _constant(schedule: Constant, run: float) -> TimmScheduler:
    return StepLRScheduler(lr=schedule.lr, decay_t=max(run, 1.0))


def _one_epoch_later(schedule: Any) -> tuple[float, ...]:
    """Return the milestones, each one epoch later, since timm's drops come one epoch early."""
    return tuple(milestone + 1.0 for milestone in schedule.milestones)


def _piecewise_constant(schedule: PiecewiseConstant, run: float) -> TimmScheduler | None:
    """Return the drops of rates that fall by equal factors."""
    del run
    if not all(schedule.values[:-1]):
        return None
    factors = [quotient(after, before) for before, after in itertools.pairwise(schedule.values)]
    if not all(math.isclose(factor, factors[0], rel_tol=1e-14) for factor in factors):
        return None
    return MultiStepLRScheduler(lr=schedule.values[0], decay_t=_one_epoch_later(schedule), decay_rate=factors[0])


def _inverse_sqrt(schedule: InverseSqrt, run: float) -> TimmScheduler:
    """Return a stable phase as long as the run, with a decay that begins after it."""
    return WSDLRScheduler(
        lr=schedule.lr,
        t_initial=math.ceil(run) + 1.0,
        decay_t=1.0,
        lr_min=schedule.min_lr,
        stable_fn="rsqrt",
        stable_timescale=schedule.timescale,
    )


def _restarts(schedule: Restarts, run: float) -> TimmScheduler | None:
    once = nearest(schedule.of, run)
    if not isinstance(once, TimmCycles):
        return None
    cycles: dict[str, Any] = {
        "cycle_mul": schedule.cycle_mult,
        "cycle_decay": schedule.cycle_decay,
        "cycle_limit": schedule.cycles,
    }
    return replace(once, t_initial=schedule.cycle, **cycles)


def _wsd(schedule: Wsd, run: float) -> TimmScheduler | None:
    """Return the same phases.

    An exponential decay stretched to end at lr_min is one of equal factors, or the shifted one by its factor 0.5.
    """
    if not schedule.decay:
        return nearest(without_decay(schedule), run)
    ratios = {"shifted-exponential": 0.5}
    if schedule.min_lr < schedule.lr:
        ratios["exponential"] = min_lr_share(schedule)
    shape = schedule.decay_shape
    ratio: dict[str, Any] = {"decay_ratio": ratios[shape]} if shape in ratios else {}
    return WSDLRScheduler(
        lr=schedule.lr,
        t_initial=schedule.stable + schedule.decay,
        decay_t=schedule.decay,
        lr_min=schedule.min_lr,
        decay_fn=_DECAYS.get(schedule.decay_shape, "linear"),
        warmup_t=schedule.warmup,
        warmup_lr_init=schedule.lr
        if schedule.warmup_shape == "constant" and not schedule.warmup
        else schedule.warmup_start,
        **ratio,
    )


def _warmup(schedule: Warmup, run: float) -> TimmScheduler | None:
    """Return the inner schedule with timm's own warmup, over its start if it keeps the clock of the run."""
    inner = nearest(schedule.of, run - schedule.shift)
    if inner is None or inner.warmup_t:
        return None
    warmup: dict[str, Any] = {"warmup_t": schedule.warmup, "warmup_lr_init": schedule.warmup_start}
    if hasattr(inner, "warmup_prefix"):
        warmup["warmup_prefix"] = not schedule.on_run_clock
    return replace(inner, **warmup)


def _scale(schedule: Scale, run: float) -> TimmScheduler | None:
    """Return the equivalent of the inner schedule with its rates multiplied."""
    inner = nearest(schedule.of, run)
    if inner is None:
        return None
    names = ("lr", "lr_min", "warmup_lr_init")
    return replace(inner, **{name: schedule.factor * getattr(inner, name) for name in names if hasattr(inner, name)})


_COSINE_AFTER_HOLD: Mapping[str, Any] = {
    "lr": "lr",
    "t_initial": lambda schedule: schedule.hold + schedule.decay,
    "decay_t": "decay",
    "lr_min": "min_lr",
    "decay_fn": constant_text("cosine"),
}

_NEAREST: Mapping[str, Conversion] = {
    "constant": _constant,
    "cosine": entry(CosineLRScheduler, lr="lr", t_initial="total", lr_min="min_lr"),
    "exponential": entry(
        StepLRScheduler, lr="lr", decay_t=1.0, decay_rate=lambda schedule: schedule.gamma ** (1.0 / schedule.per)
    ),
    "flat_cosine": entry(WSDLRScheduler, **_COSINE_AFTER_HOLD),
    "hard_restarts": entry(
        CosineLRScheduler,
        lr="lr",
        t_initial=lambda schedule: schedule.total / schedule.cycles,
        lr_min="min_lr",
        cycle_limit="cycles",
    ),
    "inverse_sqrt": _inverse_sqrt,
    "k_decay_cosine": entry(CosineLRScheduler, lr="lr", t_initial="total", lr_min="min_lr", k_decay="k"),
    "k_decay_polynomial": entry(
        PolyLRScheduler, lr="lr", t_initial="total", power="power", lr_min="min_lr", k_decay="k"
    ),
    "linear": entry(PolyLRScheduler, lr="lr", t_initial="total", power=1.0, lr_min="min_lr"),
    "linear_to_zero": entry(PolyLRScheduler, lr="lr", t_initial="total", power=1.0, lr_min=0.0),
    "multistep": entry(MultiStepLRScheduler, lr="lr", decay_t=_one_epoch_later, decay_rate="gamma"),
    "natural_exponential": entry(
        StepLRScheduler, lr="lr", decay_t=1.0, decay_rate=lambda schedule: math.exp(-1.0 / schedule.timescale)
    ),
    "one_minus_sqrt": entry(WSDLRScheduler, lr="lr", t_initial="total", decay_t="total", lr_min="min_lr"),
    "piecewise_constant": _piecewise_constant,
    "polynomial": entry(PolyLRScheduler, lr="lr", t_initial="total", power="power", lr_min="min_lr"),
    "restarts": _restarts,
    "scale": _scale,
    "sgdr": entry(
        CosineLRScheduler,
        lr="lr",
        t_initial="cycle",
        lr_min="min_lr",
        cycle_mul="cycle_mult",
        cycle_decay="cycle_decay",
        cycle_limit="cycles",
    ),
    "step": entry(StepLRScheduler, lr="lr", decay_t="step_size", decay_rate="gamma"),
    "tanh": entry(TanhLRScheduler, lr="lr", t_initial="total", lb="lower", ub="upper", lr_min="min_lr"),
    "warmup": _warmup,
    "warmup_hold_cosine": entry(WSDLRScheduler, **_COSINE_AFTER_HOLD, warmup_t="warmup", warmup_lr_init="warmup_start"),
    "wsd": _wsd,
}
