"""The schedule ``polynomial``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import decay_length, end_rate, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Polynomial(Schedule):
    r"""A power of the time that is left, from the peak to the floor, then flat.

    .. math:: \eta(t) = m + (\eta_0 - m)\,(1 - \min(t, T) / T)^p

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`p` =
    ``power``: 1 is linear, below 1 the drop comes late, above 1 early. It stays at ``min_lr`` after
    ``total``.

    Source: the "poly" rule of DeepLab, with power 0.9: Chen et al. 2016 (arXiv 1606.00915), sec. 4.1.

    >>> Polynomial(lr=0.1, total=100, power=2)([0, 50, 100])
    array([0.1  , 0.025, 0.   ])

    0.1 at step 0, a quarter of it when half of the time is left, 0 at step 100.
    """

    aliases: ClassVar[str] = "poly polynomial_decay"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "PolynomialLR",
        "transformers": "get_polynomial_decay_schedule_with_warmup",
        "timm": "PolyLRScheduler",
        "optax": "polynomial_schedule",
        "keras": "PolynomialDecay",
        "fvcore": "PolynomialDecayParamScheduler",
        "mmengine": "PolyLR",
        "composer": "PolynomialScheduler",
        "paddle": "PolynomialDecay",
    }

    lr: float = peak_rate()
    total: float = decay_length()
    power: float = param(2.0, "exponent of the time that is left", above=0, flag="power")
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return m.lerp(self.lr, self.min_lr, shapes.left(m, t, self.total) ** self.power)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say the power and where the decay ends."""
        return f"power {formatter.number(self.power)}, to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the power, and the floor where there is one."""
        return f"power {formatter.number(self.power)}" + (
            f", to {formatter.number(self.min_lr)}" if self.min_lr else ""
        )
