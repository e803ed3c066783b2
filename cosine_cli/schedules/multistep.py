"""The schedule ``multistep``."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import floor_rate, param, peak_rate, share
from cosine_cli.schedules.core.milestones import Milestone, given
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_SPOKEN = 4
"""How many milestones a sentence can hold."""


@dataclass(frozen=True, kw_only=True)
class Multistep(Schedule):
    r"""A drop by the same factor at each milestone.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{|\{i : m_i \le t\}|})

    with :math:`\eta_0` = ``lr``, :math:`m_i` = ``milestones`` (steps, rising), :math:`\gamma` = ``gamma``,
    :math:`m` = ``min_lr``. It has no end.

    Source: He et al. 2015, ResNet (arXiv 1512.03385), sec. 4.2, at 48% and 73% of the run; PyTorch's ``MultiStepLR``.

    >>> Multistep(lr=0.1, milestones=(30, 60, 80), gamma=0.1)([0, 29, 30, 80])
    array([0.1   , 0.1   , 0.01  , 0.0001])

    0.1 for steps 0-29, 0.01 for 30-59, 0.001 for 60-79, 0.0001 from 80.
    """

    family: ClassVar[Family] = "tables"
    aliases: ClassVar[str] = "multi_step drops"
    framework_names: ClassVar[Mapping[str, str]] = {
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
        flag="milestones",
        example="30/60/80",
    )
    gamma: float = param(0.1, "factor of a drop", above=0, at_most=1, flag="gamma")
    min_lr: float = floor_rate()

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The drops."""
        return given("milestones", self.milestones)

    @cached_property
    def _milestones(self) -> Any:
        """The milestones as an array, since the formula is evaluated block by block."""
        return np.array(self.milestones)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr * self.gamma ** m.count(self._milestones, t, "milestones"), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus: as many as were asked for by name, so ``at_most`` leaves them alone."""
        del at_most
        edges = [0.0, *(m for m in self.milestones if m < until), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]

    def description(self, formatter: Formatter) -> str:
        """Say the factor and the milestones."""
        if len(self.milestones) > _SPOKEN:
            return f"×{formatter.number(self.gamma)} at {len(self.milestones)} milestones"
        return f"×{formatter.number(self.gamma)} at {', '.join(map(formatter.length, self.milestones))}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and the milestones."""
        return self.description(formatter).replace(" at ", " / ").replace(", ", " ")
