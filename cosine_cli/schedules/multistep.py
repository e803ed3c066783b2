"""The schedule ``multistep``."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import floor_rate, param, peak_rate, share
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Say, Schedule

_SPOKEN = 4
"""How many milestones a sentence can hold."""


@dataclass(frozen=True, kw_only=True)
class Multistep(Schedule):
    r"""A drop by the same factor at each milestone.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{|\{i : m_i \le t\}|})

    with :math:`\eta_0` = ``lr``, :math:`m_i` = ``milestones`` (steps, rising), :math:`\gamma` = ``gamma``,
    :math:`m` = ``min_lr``. It has no end. He et al. 2016 (arXiv 1512.03385), sec. 3.4; PyTorch's
    ``MultiStepLR``.

    >>> Multistep(lr=0.1, milestones=(30, 60, 80), gamma=0.1)([0, 29, 30, 80])
    array([0.1   , 0.1   , 0.01  , 0.0001])

    0.1 for steps 0-29, 0.01 for 30-59, 0.001 for 60-79, 0.0001 from 80.
    """

    known_as: ClassVar[str] = (
        "MultiStepLR MultiStepDecay PiecewiseConstantDecay multi_step piecewise MultiStepLRScheduler"
    )

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

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t``."""
        drops = np.searchsorted(np.asarray(self.milestones), t, side="right")
        return np.maximum(self.lr * self.gamma ** drops.astype(np.float64), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the plateaus: as many as were asked for by name, so ``at_most`` leaves them alone."""
        del at_most
        edges = [0.0, *(m for m in self.milestones if m < until), until]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges)]

    def rule(self, say: Say) -> str:
        """Say the factor and the milestones."""
        if len(self.milestones) > _SPOKEN:
            return f"×{say.number(self.gamma)} at {len(self.milestones)} milestones"
        return f"×{say.number(self.gamma)} at {', '.join(map(say.length, self.milestones))}"

    def brief(self, say: Say) -> str:
        """Say the factor and the milestones."""
        return self.rule(say).replace(" at ", " / ").replace(", ", " ")
