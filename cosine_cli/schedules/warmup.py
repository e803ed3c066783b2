"""The schedule ``warmup``: a ramp before any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import NamedCurve, param, share
from cosine_cli.schedules.core.milestones import Milestone, under_warmup
from cosine_cli.schedules.core.ops import Ops, by_interval
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Warmup(Schedule):
    r"""A climb from a start rate to what the schedule behind it begins with, then that schedule.

    .. math:: \eta(t) = a + (b - a)\,s(t / W) \text{ for } t < W, \quad f(t - W) \text{ from } W

    with :math:`W` = ``warmup`` (steps), :math:`a` = ``warmup_start``, :math:`f` = ``of``, :math:`b = f(0)`, and
    :math:`s` the shape: linear, or cosine (flat at both ends); exponential climbs by equal factors, and
    constant holds the start. A schedule whose times are moments of the run (step, multistep) keeps its
    clock: it is :math:`f(t)` from :math:`W`, and :math:`b = f(W)`.

    Source: Goyal et al. 2017 (arXiv 1706.02677), sec. 2.2.

    >>> from cosine_cli.schedules.cosine import Cosine
    >>> Warmup(warmup=10, of=Cosine(lr=0.1, total=90))([0, 5, 10, 55, 100])
    array([0.  , 0.05, 0.1 , 0.05, 0.  ])

    Half the peak halfway up the ramp, the peak at step 10, then a cosine over the 90 steps that are left.
    """

    family: ClassVar[Family] = "made of others"
    aliases: ClassVar[str] = "ramp gradual_warmup LinearWarmup linear_warmup"
    framework_names: ClassVar[Mapping[str, str]] = {
        "transformers": "get_constant_schedule_with_warmup",
        "optax": "warmup_constant_schedule",
        "paddle": "LinearWarmup",
    }

    warmup: float = param(share(0.05), "time that the rate climbs before the schedule", above=0, time="length")
    warmup_shape: str = shapes.warmup_shape()
    warmup_start: float = shapes.warmup_start()
    of: Schedule = param(NamedCurve("cosine"), "the schedule behind it")

    def check(self) -> None:
        """Refuse a start that its shape can not climb from, or that lies above the peak."""
        shapes.check_climb(self.warmup_shape, self.warmup_start, self.of.peak)

    @property
    def shift(self) -> float:
        """How far the warmup moves the schedule behind it."""
        return 0.0 if self.of.on_run_clock else self.warmup

    @property
    def floor(self) -> float:
        """A rate below which the rate never falls, the start included."""
        return min(self.warmup_start, self.of.floor)

    @property
    def ends(self) -> float:
        """The end of the schedule behind it, which the warmup moves."""
        return self.of.ends + self.shift

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup

    @classmethod
    def inner_run(cls, given: Mapping[str, Any], run: float) -> float:
        """Return what the warmup leaves."""
        return run - float(given["warmup"])

    @property
    def on_run_clock(self) -> bool:
        """Tell whether the schedule behind it has times that are moments of the run."""
        return self.of.on_run_clock

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """Those of the schedule behind it; one that keeps the run's clock may have passed some when it takes over."""
        moved = (milestone.moved(self.shift) for milestone in self.of.milestones_given)
        return under_warmup(moved, self.warmup) if self.of.on_run_clock else tuple(moved)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return by_interval(m, t, (self.warmup,), (lambda t: self._ramp(m, t), lambda t: self._behind(m, t)))

    def _ramp(self, m: Ops, t: Any) -> Any:
        u = m.named("progress", m.minimum(t / self.warmup, 1.0))
        return shapes.climb(m, self.warmup_shape, self.warmup_start, self._target, u)

    def _behind(self, m: Ops, t: Any) -> Any:
        return self.of.at(m, m.maximum(t - self.shift, 0.0) if self.shift else t)

    @property
    def _target(self) -> float:
        return float(self.of.rate(np.array([self.warmup - self.shift]))[0])

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the ramp, and the pieces of the schedule behind it, moved."""
        end = min(self.warmup, until)
        ramp = Piece(0.0, end, "flat" if self.warmup_shape == "constant" else "smooth")
        if end == until:
            return [ramp]
        behind = self.of.pieces(until - self.shift, at_most - 1)
        return [ramp, *between((piece.moved(self.shift) for piece in behind), end, until)]

    def description(self, formatter: Formatter) -> str:
        """Say what the schedule behind it does: a figure shows the warmup itself."""
        return self.of.description(formatter.later(self.shift))

    def summary(self, formatter: Formatter) -> str:
        """Say what the schedule behind it does."""
        return self.of.summary(formatter.later(self.shift))
