"""The schedule ``power_law``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import floor_rate, param, peak_rate, share
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule

_MOST_E_FOLDS = 700.0
"""Beyond it the exponential is no float any more; no run is so long."""


@dataclass(frozen=True, kw_only=True)
class PowerLaw(Schedule):
    r"""A decay with a power of the time.

    .. math:: \eta(t) = \max(m, \eta_0\,(1 + t / \tau)^{-p})

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`p` = ``exponent``, :math:`m` =
    ``min_lr``. It has no end.

    Source: Robbins & Monro 1951 ask for an exponent above 0.5 and at most 1; Polyak & Juditsky 1992 for one between
    the two, where averaging makes up for the rest: the default is the middle. Shen et al. 2024 (arXiv 2408.13359)
    fit such a law to language models.

    >>> PowerLaw(lr=0.1, timescale=10, exponent=0.5)([0, 30, 990])
    array([0.1 , 0.05, 0.01])

    0.1 at step 0, half of it after 3 timescales, a tenth after 99.
    """

    aliases: ClassVar[str] = "power power_decay power_scheduler PowerScheduler inverse_power"
    framework_names: ClassVar[Mapping[str, str]] = {"timm": "WSDLRScheduler with stable_fn power"}

    lr: float = peak_rate()
    timescale: float = param(share(0.05), "time after which the decay sets in", above=0, time="length")
    exponent: float = param(0.75, "power of the time that the rate falls with", above=0)
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr * (1.0 + t / self.timescale) ** -self.exponent, self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, and the floor where it is reached."""
        del at_most
        if not self.min_lr:
            return [Piece(0.0, until, "smooth")]
        folds = (math.log(self.lr) - math.log(self.min_lr)) / self.exponent
        end = self.timescale * math.expm1(min(folds, _MOST_E_FOLDS))
        return [piece for piece in decay_then_floor(end, until) if piece.t0 < piece.t1]

    def description(self, formatter: Formatter) -> str:
        """Say the power, and from when on it shows."""
        return f"power -{formatter.number(self.exponent)}, timescale {formatter.span(self.timescale)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the power, and from when on it shows."""
        return f"power -{formatter.number(self.exponent)} / {formatter.length(self.timescale)}"
