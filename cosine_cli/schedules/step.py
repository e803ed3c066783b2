"""The schedule ``step``."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Piece, Schedule, floor_rate, param, peak_rate, shapes, share


@dataclass(frozen=True, kw_only=True)
class Step(Schedule):
    r"""Multiplication by a constant factor after every fixed number of steps.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{\lfloor t / s \rfloor})

    with :math:`\eta_0` = ``lr``, :math:`s` = ``step_size`` (steps), :math:`\gamma` = ``gamma``, :math:`m` =
    ``min_lr``. It never stops decaying.

    Source: Krizhevsky et al. 2012, AlexNet, sec. 5, by hand; at fixed times as in PyTorch's ``StepLR``.

    >>> Step(lr=0.1, step_size=30, gamma=0.1)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for steps 0-29, 0.01 for 30-59, 0.001 from 60 on.
    """

    label = "step decay"
    aliases = "stairs"
    framework_names = {
        "torch": "StepLR",
        "timm": "StepLRScheduler",
        "optax": "exponential_decay",
        "keras": "ExponentialDecay",
        "fvcore": "StepWithFixedGammaParamScheduler",
        "mmengine": "StepLR",
        "composer": "StepScheduler",
        "paddle": "StepDecay",
    }
    description_format = "×{gamma} {step_size:every}"
    summary_format = "×{gamma} / {step_size:length}"

    lr: float = peak_rate()
    step_size: float = param(share(0.3), "time between two drops", above=0, time="moment", example="20")
    gamma: float = param(0.1, "factor of a drop", above=0, at_most=1)
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr * self.gamma ** m.cycles(t, self.step_size), self.min_lr)

    @property
    def constant_from(self) -> float:
        """A time from which the rate is at the floor; at most one plateau late."""
        if self.min_lr == 0.0 or self.gamma == 1.0:
            return math.inf
        drops = (math.log(self.min_lr) - math.log(self.lr)) / math.log(self.gamma)
        return (math.ceil(drops) + 1) * self.step_size

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        end = min(until, self.constant_from)
        after = [Piece(end, until, "flat")] if end < until else []
        count = math.ceil(end / self.step_size)
        plateau = Piece(0.0, self.step_size, "flat")
        if count > at_most:
            return [Piece(0.0, end, "cycles", self.step_size, (plateau,)), *after]
        edges = [min(i * self.step_size, end) for i in range(count + 1)]
        return [*(Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b), *after]
