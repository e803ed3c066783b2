"""timm's nearest scheduler to each plain schedule."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cosine_cli.frameworks.core.conversion import Conversion, constant_text, converted, entry, min_lr_share, quotient
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

_DECAYS = {"linear": "linear", "cosine": "cosine", "1-sqrt": "1-sqrt", "exponential": "exp"}


def nearest(schedule: Schedule, run: float) -> TimmScheduler | None:
    """Return timm's nearest scheduler to a plain schedule, whose times count epochs; None if there is none."""
    found = converted(_NEAREST, schedule, run)
    return found if isinstance(found, TimmScheduler) else None


def _constant(plain: Constant, run: float) -> TimmScheduler:
    return StepLRScheduler(lr=plain.lr, decay_t=max(run, 1.0))


def _one_epoch_later(plain: Any) -> tuple[float, ...]:
    """Return the milestones, each one epoch later, since timm's drops come one epoch early."""
    return tuple(milestone + 1.0 for milestone in plain.milestones)


def _piecewise_constant(plain: PiecewiseConstant, run: float) -> TimmScheduler | None:
    """Return the drops of rates that fall by equal factors."""
    del run
    if not all(plain.values[:-1]):
        return None
    factors = [quotient(after, before) for before, after in itertools.pairwise(plain.values)]
    if not all(math.isclose(factor, factors[0], rel_tol=1e-14) for factor in factors):
        return None
    return MultiStepLRScheduler(lr=plain.values[0], decay_t=_one_epoch_later(plain), decay_rate=factors[0])


def _inverse_sqrt(plain: InverseSqrt, run: float) -> TimmScheduler:
    """Return a stable phase as long as the run, with a decay that begins after it."""
    return WSDLRScheduler(
        lr=plain.lr,
        t_initial=math.ceil(run) + 1.0,
        decay_t=1.0,
        lr_min=plain.min_lr,
        stable_fn="rsqrt",
        stable_timescale=plain.timescale,
    )


def _restarts(plain: Restarts, run: float) -> TimmScheduler | None:
    once = nearest(plain.of, run)
    if not isinstance(once, TimmCycles):
        return None
    cycles: dict[str, Any] = {
        "cycle_mul": plain.cycle_mult,
        "cycle_decay": plain.cycle_decay,
        "cycle_limit": plain.cycles,
    }
    return replace(once, t_initial=plain.cycle, **cycles)


def _wsd(plain: Wsd, run: float) -> TimmScheduler:
    """Return the same phases; an exponential decay stretched to end at lr_min is one of equal factors."""
    del run
    exponential = plain.decay_shape == "exponential" and plain.min_lr < plain.lr
    ratio: dict[str, Any] = {"decay_ratio": min_lr_share(plain)} if exponential else {}
    return WSDLRScheduler(
        lr=plain.lr,
        t_initial=plain.stable + plain.decay,
        decay_t=plain.decay,
        lr_min=plain.min_lr,
        decay_fn=_DECAYS.get(plain.decay_shape, "linear"),
        warmup_t=plain.warmup,
        warmup_lr_init=plain.lr if plain.warmup_shape == "constant" and not plain.warmup else plain.warmup_start,
        **ratio,
    )


def _warmup(plain: Warmup, run: float) -> TimmScheduler | None:
    """Return the inner schedule with timm's own warmup, over its start if it keeps the clock of the run."""
    inner = nearest(plain.of, run - plain.shift)
    if inner is None or inner.warmup_t:
        return None
    warmup: dict[str, Any] = {"warmup_t": plain.warmup, "warmup_lr_init": plain.warmup_start}
    if hasattr(inner, "warmup_prefix"):
        warmup["warmup_prefix"] = not plain.on_run_clock
    return replace(inner, **warmup)


def _scale(plain: Scale, run: float) -> TimmScheduler | None:
    """Return the nearest scheduler to the inner schedule with its rates multiplied."""
    inner = nearest(plain.of, run)
    if inner is None:
        return None
    names = ("lr", "lr_min", "warmup_lr_init")
    return replace(inner, **{name: plain.factor * getattr(inner, name) for name in names if hasattr(inner, name)})


_COSINE_AFTER_HOLD: Mapping[str, Any] = {
    "lr": "lr",
    "t_initial": lambda plain: plain.hold + plain.decay,
    "decay_t": "decay",
    "lr_min": "min_lr",
    "decay_fn": constant_text("cosine"),
}

_NEAREST: Mapping[str, Conversion] = {
    "constant": _constant,
    "cosine": entry(CosineLRScheduler, lr="lr", t_initial="total", lr_min="min_lr"),
    "exponential": entry(
        StepLRScheduler, lr="lr", decay_t=1.0, decay_rate=lambda plain: plain.gamma ** (1.0 / plain.per)
    ),
    "flat_cosine": entry(WSDLRScheduler, **_COSINE_AFTER_HOLD),
    "hard_restarts": entry(
        CosineLRScheduler,
        lr="lr",
        t_initial=lambda plain: plain.total / plain.cycles,
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
        StepLRScheduler, lr="lr", decay_t=1.0, decay_rate=lambda plain: math.exp(-1.0 / plain.timescale)
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
