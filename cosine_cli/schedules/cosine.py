"""The schedule ``cosine``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import decay_length, end_rate, peak_rate
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Say, Schedule


@dataclass(frozen=True, kw_only=True)
class Cosine(Schedule):
    r"""Half a cosine wave from the peak to the floor, then flat.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi \min(t, T) / T))

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). It stays at
    ``min_lr`` after ``total``. Loshchilov & Hutter 2017 (arXiv 1608.03983), eq. 5, for one cycle.

    >>> Cosine(lr=0.1, total=100)([0, 50, 100, 200])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 at step 0, half of it halfway, 0 at step 100 and from there on.
    """

    known_as: ClassVar[str] = (
        "cos CosineAnnealingLR CosineAnnealing CosineDecay CosineLRScheduler cosine_annealing cosine_decay"
    )

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t``."""
        return shapes.descend(self.lr, self.min_lr, shapes.cosine, t, self.total)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def rule(self, say: Say) -> str:
        """Say where the decay ends."""
        return f"to {say.number(self.min_lr)} at {say.moment(self.total)}"

    def brief(self, say: Say) -> str:
        """Say the floor where there is one."""
        return f"to {say.number(self.min_lr)}" if self.min_lr else ""
