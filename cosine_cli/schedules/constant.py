"""The schedule ``constant``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import peak_rate
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    r"""One learning rate for the whole run.

    .. math:: \eta(t) = \eta_0

    with :math:`\eta_0` = ``lr``. It has no end.

    >>> Constant(lr=0.1)([0, 50, 100])
    array([0.1, 0.1, 0.1])

    0.1 at every step.
    """

    known_as: ClassVar[str] = "const ConstantLR flat fixed"

    lr: float = peak_rate()

    def rate(self, t: Rates) -> Rates:
        """Return ``lr`` at every time."""
        return np.full_like(t, self.lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return one flat stretch."""
        del at_most
        return [Piece(0.0, until, "flat")]
