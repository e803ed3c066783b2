"""The schedule ``k_decay_polynomial``."""

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
class KDecayPolynomial(Schedule):
    r"""A power of what a power of the time leaves, from the peak to the floor, then flat.

    .. math:: \eta(t) = m + (\eta_0 - m)\,(1 - (\min(t, T) / T)^k)^p

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`k` = ``k``: 1 is the
    polynomial, above 1 the drop comes late; :math:`p` = ``power``, 1 by default, so that ``k`` alone bends the line.
    It stays at ``min_lr`` after ``total``.

    Source: Zhang & Li 2020 (arXiv 2004.05909), their k-decay of the polynomial; timm's ``k_decay``.

    >>> KDecayPolynomial(lr=0.1, total=100, k=2)([0, 50, 100])
    array([0.1  , 0.075, 0.   ])

    0.1 at step 0, three quarters of it halfway, 0 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "kdecay_polynomial k_decay_poly polynomial_k_decay"
    framework_names: ClassVar[Mapping[str, str]] = {"timm": "PolyLRScheduler with k_decay"}

    lr: float = peak_rate()
    total: float = decay_length()
    k: float = param(2.0, "exponent of the time that has passed", above=0)
    power: float = param(1.0, "exponent of what is left", above=0)
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        fallen = shapes.passed(m, t, self.total) ** self.k
        return m.lerp(self.lr, self.min_lr, (1.0 - fallen) ** self.power)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say the exponents and where the decay ends."""
        return f"{self._exponents(formatter)}, to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the exponents, and the floor where there is one."""
        return self._exponents(formatter) + (f", to {formatter.number(self.min_lr)}" if self.min_lr else "")

    def _exponents(self, formatter: Formatter) -> str:
        return f"k {formatter.number(self.k)}" + (
            f", power {formatter.number(self.power)}" if self.power != 1.0 else ""
        )
