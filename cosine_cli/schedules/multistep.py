"""The schedule ``multistep``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cosine_cli.schedules.core.milestones import given
from cosine_cli.schedules.core.prelude import (
    Formatter,
    Milestone,
    Ops,
    PieceKind,
    Schedule,
    floor_rate,
    param,
    peak_rate,
    shapes,
    share,
)

_MOST_LISTED = 4
"""How many milestones a description lists."""


@dataclass(frozen=True, kw_only=True)
class Multistep(Schedule):
    r"""Multiplication by a constant factor at each milestone.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{|\{i : m_i \le t\}|})

    with :math:`\eta_0` = ``lr``, :math:`m_i` = ``milestones`` (steps, rising), :math:`\gamma` = ``gamma``,
    :math:`m` = ``min_lr``. After the last milestone it is constant.

    Source: He et al. 2015, ResNet (arXiv 1512.03385), sec. 4.2, at 48% and 73% of the run; PyTorch's ``MultiStepLR``.

    >>> Multistep(lr=0.1, milestones=(30, 60, 80), gamma=0.1)([0, 29, 30, 80])
    array([0.1   , 0.1   , 0.01  , 0.0001])

    0.1 for steps 0-29, 0.01 for 30-59, 0.001 for 60-79, 0.0001 from 80 on.
    """

    family = "tabulated"
    aliases = "drops"
    framework_names = {
        "torch": "MultiStepLR",
        "timm": "MultiStepLRScheduler",
        "optax": "piecewise_constant_schedule",
        "fvcore": "MultiStepParamScheduler",
        "mmengine": "MultiStepLR",
        "composer": "MultiStepScheduler",
        "paddle": "MultiStepDecay",
    }

    lr: float = peak_rate()
    milestones: tuple[float, ...] = param(
        share(0.3, 0.6, 0.9),
        "times of the drops",
        above=0,
        ascending=True,
        time="moment",
        example="30/60/80",
    )
    gamma: float = param(0.1, "factor of a drop", above=0, at_most=1)
    min_lr: float = floor_rate()

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return given("milestones", self.milestones)

    @cached_property
    def _milestones(self) -> Any:
        """The milestones as an array, since the formula is evaluated block by block."""
        return np.array(self.milestones)

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr * self.gamma ** m.count(self._milestones, t, "milestones"), self.min_lr)

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return [(end, "flat") for end in (*self.milestones, math.inf)]

    def description(self, formatter: Formatter) -> str:
        if len(self.milestones) > _MOST_LISTED:
            return f"×{formatter.number(self.gamma)} at {len(self.milestones)} milestones"
        return f"×{formatter.number(self.gamma)} at {', '.join(map(formatter.length, self.milestones))}"

    def summary(self, formatter: Formatter) -> str:
        return self.description(formatter).replace(" at ", " / ").replace(", ", " ")
