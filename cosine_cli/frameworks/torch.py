"""PyTorch's schedulers, ``torch.optim.lr_scheduler``: the rate that a loop makes update ``t`` with.

One call of ``step()`` after every epoch is what its documentation shows. Values are those of the recursions that
``step()`` follows, in closed form where they have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cosine_cli.frameworks.core.catalogue import Calls
from cosine_cli.frameworks.core.native import Native, base_rate
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Needed, param
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.step import Step

TITLE = "PyTorch"
CALLS: Calls = "epoch"
PRECISION = 1e-12
VERSION = "2.13.0"


@dataclass(frozen=True, kw_only=True)
class StepLR(Native):
    r"""A drop by the same factor after every so many calls.

    .. math:: \eta(t) = b\,\gamma^{\lfloor t / s \rfloor}

    with :math:`b` = ``lr``, :math:`s` = ``step_size`` (calls), :math:`\gamma` = ``gamma``. It has no end.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> StepLR(lr=0.1, step_size=30)([0, 29, 30, 60])
    array([0.1  , 0.1  , 0.01 , 0.001])

    0.1 for calls 0-29, 0.01 for 30-59, 0.001 from 60.
    """

    plain: ClassVar[str] = "step"
    differs: ClassVar[str] = "No floor; step_size is a whole number of calls."
    edges: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "milestone": "the drop is in force for the update that the milestone names",
        "past the end": "it goes on dropping",
    }

    lr: float = base_rate()
    step_size: int = param(Needed("30"), "calls from one drop to the next", at_least=1)
    gamma: float = param(0.1, "factor of a drop", above=0)

    @cached_property
    def made(self) -> Schedule:
        """The plain one."""
        return Step(lr=self.lr, step_size=self.step_size, gamma=self.gamma)


@dataclass(frozen=True, kw_only=True)
class CosineAnnealingLR(Native):
    r"""Half a cosine wave to the floor, and back up again.

    .. math:: \eta(t) = m + \tfrac12 (b - m)\,(1 + \cos(\pi t / T))

    with :math:`b` = ``lr``, :math:`T` = ``T_max`` (calls), :math:`m` = ``eta_min``. After ``T_max`` it climbs back to
    ``lr`` at twice ``T_max``, and so on.

    Source: PyTorch 2.13.0, ``torch/optim/lr_scheduler.py`` (2026).

    >>> CosineAnnealingLR(lr=0.1, T_max=50)([0, 25, 50, 75, 100])
    array([0.1 , 0.05, 0.  , 0.05, 0.1 ])

    0.1 at call 0, 0 at call 50, 0.1 again at call 100.
    """

    plain: ClassVar[str] = "cosine"
    differs: ClassVar[str] = "Past T_max it climbs back up where the plain one stays at the floor."
    edges: ClassVar[Mapping[str, str]] = {
        "first update": "made with lr",
        "end": "eta_min is in force after T_max calls: a run of T_max updates makes none with it",
        "past the end": "it climbs back to lr at 2 T_max, and falls again",
    }

    lr: float = base_rate()
    T_max: float = param(Needed("50"), "calls from the peak to the floor", above=0)
    eta_min: float = param(0.0, "learning rate after T_max calls")

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate before call ``t``."""
        return m.mix(self.lr, self.eta_min, shapes.cosine_of(m, 1.0 - t / self.T_max))

    @property
    def floor(self) -> float:
        """The lower end of the wave."""
        return min(self.lr, self.eta_min)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return half waves, down and up."""
        return shapes.half_waves(self.T_max, until, at_most)
