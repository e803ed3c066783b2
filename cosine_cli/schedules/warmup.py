"""The schedule ``warmup``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosine_cli.schedules.core.milestones import under_warmup
from cosine_cli.schedules.core.prelude import (
    Formatter,
    Milestone,
    NamedCurve,
    Ops,
    Piece,
    Schedule,
    Wrapper,
    between,
    by_interval,
    param,
    shapes,
    share,
)


@dataclass(frozen=True, kw_only=True)
class Warmup(Wrapper):
    r"""Ramps up to another schedule's initial rate, then follows it.

    .. math:: \eta(t) = a + (b - a)\,s(t / W) \text{ for } t < W, \quad f(t - W) \text{ from } W

    with :math:`W` = ``warmup`` (steps), :math:`a` = ``warmup_start``, :math:`f` = ``of``, :math:`b = f(0)`, and
    :math:`s` the shape: linear, cosine (flat at both ends) or quadratic (:math:`u^2`, flat at the start); exponential
    increases by equal factors, and constant holds the start. A schedule whose times are on the run's clock (step,
    multistep) is not shifted: it is :math:`f(t)` from :math:`W` on, and :math:`b = f(W)`. There are two conventions:
    update 0 uses :math:`a` (``warmup_from`` start, as Transformers, optax, Keras and Megatron-LM), or already the first
    step above it, with :math:`s((t + 1) / W)` (``warmup_from`` first, as torchtitan and MMDetection's
    QuadraticWarmupLR); then update :math:`W - 1` uses :math:`b`.

    Source: Goyal et al. 2017 (arXiv 1706.02677), sec. 2.2.

    >>> from cosine_cli.schedules.cosine import Cosine
    >>> Warmup(warmup=10, of=Cosine(lr=0.1, total=90))([0, 5, 10, 55, 100])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    Half the peak halfway up the ramp, the peak at step 10, then a cosine over the remaining 90 steps.
    """

    family = "composite"
    aliases = "ramp gradual_warmup LinearWarmup linear_warmup"
    framework_names = {
        "transformers": "get_constant_schedule_with_warmup",
        "optax": "warmup_constant_schedule",
        "paddle": "LinearWarmup",
    }

    warmup: float = param(share(0.05), "length of the warmup", above=0, time="length")
    warmup_shape: str = shapes.warmup_shape()
    warmup_start: float = shapes.warmup_start(share_of="of")
    warmup_from: str = shapes.warmup_from()
    of: Schedule = param(NamedCurve("cosine"), "schedule after the warmup")

    def check(self) -> None:
        shapes.check_warmup(self.warmup_shape, self.warmup_start, self.warmup_from, self.of.peak)

    @property
    def shift(self) -> float:
        """How much later the inner schedule begins."""
        return 0.0 if self.of.on_run_clock else self.warmup

    @property
    def floor(self) -> float:
        return min(self.warmup_start, self.of.floor)

    @property
    def ends(self) -> float:
        return self.of.ends + self.shift

    @property
    def warmup_length(self) -> float:
        return self.warmup

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        return run - float(given["warmup"])

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        moved = (milestone.moved(self.shift) for milestone in self.of.milestones_given)
        return under_warmup(moved, self.warmup) if self.of.on_run_clock else tuple(moved)

    def formula(self, m: Ops, t: Any) -> Any:
        return by_interval(m, t, (self.warmup,), (lambda t: self._ramp_at(m, t), lambda t: self._after(m, t)))

    def _ramp_at(self, m: Ops, t: Any) -> Any:
        u = shapes.warmup_progress(m, t, self.warmup, self.warmup_from)
        return shapes.warmup_rate(m, self.warmup_shape, self.warmup_start, self._target, u)

    def _after(self, m: Ops, t: Any) -> Any:
        return self.of.at(m, m.maximum(t - self.shift, 0.0) if self.shift else t)

    @property
    def _target(self) -> float:
        return float(self.of.rate(np.array([self.warmup - self.shift]))[0])

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        end = min(self.warmup, until)
        ramp = shapes.in_phases(shapes.warmup_segments(self.warmup, self.warmup_shape, self.warmup_from), end)
        if end == until:
            return ramp
        pieces = self.of.pieces(until - self.shift, at_most - 1)
        return [*ramp, *between((piece.moved(self.shift) for piece in pieces), end, until)]

    def description(self, formatter: Formatter) -> str:
        return self.of.description(formatter.shifted(self.shift))

    def summary(self, formatter: Formatter) -> str:
        return self.of.summary(formatter.shifted(self.shift))
