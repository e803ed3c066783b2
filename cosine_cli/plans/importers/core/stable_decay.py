"""A warmup, a constant rate and a decay (tri-stage, or warmup-stable-decay), which may end after the run."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cosine_cli.plans.importers.core.computed import computed_curve
from cosine_cli.plans.importers.core.linear_warmup import warmed_up
from cosine_cli.plans.importers.core.sequence import in_turn
from cosine_cli.plans.parse.raw import CurveSpec

Shape = Literal["linear", "exponential"]


class Stages(NamedTuple):
    """The lengths of the stages in steps."""

    warmup: float
    stable: float
    decay: float


class Rates(NamedTuple):
    """The rates at the begin of the warmup, at the peak, and at the end of the decay."""

    start: float
    peak: float
    end: float


def stable_decay(stages: Stages, rates: Rates, shape: Shape, run: float, where: str) -> CurveSpec:
    """Return the stages as one curve, or one after another as far as a run of ``run`` steps reaches them."""

    def after_warmup(curve: CurveSpec) -> CurveSpec:
        return warmed_up(curve, rates.start, rates.peak, stages.warmup, run)

    constant = computed_curve("constant", where, lr=rates.peak)
    if not stages.decay or stages.warmup + stages.stable >= run:
        return after_warmup(constant)
    if sum(stages) <= run:
        ends = {"stable": stages.stable, "decay": stages.decay, "min_lr": rates.end}
        return after_warmup(computed_curve("wsd", where, lr=rates.peak, warmup=0, decay_shape=shape, **ends))
    decay = computed_curve("linear", where, lr=rates.peak, min_lr=rates.end, total=stages.decay)
    if shape == "exponential":
        factor = rates.end / rates.peak
        decay = computed_curve("exponential", where, lr=rates.peak, min_lr=rates.end, gamma=factor, per=stages.decay)
    if not stages.stable:
        return after_warmup(decay)
    return in_turn([(after_warmup(constant), stages.warmup + stages.stable)], decay)
