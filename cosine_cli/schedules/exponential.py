"""The schedule ``exponential``."""

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Derived, OneUnit, Ops, Schedule, floor_rate, param, peak_rate, shapes

_LEFT_AT_THE_END = 0.01


@dataclass(frozen=True, kw_only=True)
class Exponential(Schedule):
    r"""Decay by a constant factor per unit of time.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{t / p})

    with :math:`\eta_0` = ``lr``, :math:`\gamma` = ``gamma``, :math:`p` = ``per`` (steps; one epoch in a plan that
    counts epochs), :math:`m` = ``min_lr``. It never stops decaying.

    Source: Robbins & Monro 1951 require a decaying rate; one factor per epoch is PyTorch's ``ExponentialLR`` (2017).

    >>> Exponential(lr=0.1, gamma=0.5, per=10)([0, 10, 20])
    array([0.1  , 0.05 , 0.025])

    0.1 at step 0, halved every 10 steps.
    """

    label = "exponential decay"
    aliases = "exponential_decay geometric"
    framework_names = {
        "torch": "ExponentialLR",
        "optax": "exponential_decay",
        "keras": "ExponentialDecay",
        "fvcore": "ExponentialParamScheduler",
        "mmengine": "ExponentialLR",
        "composer": "ExponentialScheduler",
        "paddle": "ExponentialDecay",
    }
    description_format = summary_format = "×{gamma} {per:per}"

    lr: float = peak_rate()
    gamma: float = param(
        Derived(
            f"what leaves {_LEFT_AT_THE_END:.0%} of the peak at the end of the run",
            lambda given, run: float(_LEFT_AT_THE_END ** (given["per"] / run)),
        ),
        "factor of the decay over the time per",
        above=0,
        at_most=1,
        alias="decay_rate",
        example="0.95",
    )
    per: float = param(OneUnit(), "time over which gamma applies", above=0, time="length", standalone=1.0)
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr * self.gamma ** (t / self.per), self.min_lr)

    @property
    def constant_from(self) -> float:
        if self.min_lr == 0.0 or self.gamma == 1.0:
            return math.inf
        return self.per * (math.log(self.min_lr) - math.log(self.lr)) / math.log(self.gamma)
