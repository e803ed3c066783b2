"""The schedule ``step``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import floor_rate, param, peak_rate, share
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Step(Schedule):
    r"""A drop by the same factor after every so many steps.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{\lfloor t / s \rfloor})

    with :math:`\eta_0` = ``lr``, :math:`s` = ``step_size`` (steps), :math:`\gamma` = ``gamma``, :math:`m` =
    ``min_lr``. It has no end.

    Source: at fixed times what AlexNet's authors did by hand, Krizhevsky et al. 2012, sec. 5; PyTorch's ``StepLR``.

    >>> Step(lr=0.1, step_size=30, gamma=0.1)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for steps 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    label: ClassVar[str] = "step decay"
    aliases: ClassVar[str] = "step_decay stairs"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "StepLR",
        "timm": "StepLRScheduler",
        "optax": "exponential_decay",
        "keras": "ExponentialDecay",
        "fvcore": "StepWithFixedGammaParamScheduler",
        "mmengine": "StepLR",
        "composer": "StepScheduler",
        "paddle": "StepDecay",
    }

    lr: float = peak_rate()
    step_size: float = param(
        share(0.3), "time from one drop to the next", above=0, time="moment", flag="step_size", example="20"
    )
    gamma: float = param(0.1, "factor of a drop", above=0, at_most=1, flag="gamma")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr * self.gamma ** m.cycles(t, self.step_size), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus; as a row of cycles where there are too many."""
        end = min(until, self._floored)
        behind = [Piece(end, until, "flat")] if end < until else []
        count = math.ceil(end / self.step_size)
        plateau = Piece(0.0, self.step_size, "flat")
        if count > at_most:
            return [Piece(0.0, end, "cycles", self.step_size, (plateau,)), *behind]
        edges = [min(i * self.step_size, end) for i in range(count + 1)]
        return [*(Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b), *behind]

    @property
    def _floored(self) -> float:
        """A time from which the floor holds; at most one plateau late."""
        if self.min_lr == 0.0 or self.gamma == 1.0:
            return math.inf
        drops = (math.log(self.min_lr) - math.log(self.lr)) / math.log(self.gamma)
        return (math.ceil(drops) + 1) * self.step_size

    def description(self, formatter: Formatter) -> str:
        """Say the factor and how often it comes."""
        return f"×{formatter.number(self.gamma)} every {formatter.span(self.step_size).removeprefix('an ').removeprefix('a ')}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and how often it comes."""
        return f"×{formatter.number(self.gamma)} / {formatter.length(self.step_size)}"
