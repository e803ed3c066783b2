"""The schedule ``k_decay_polynomial``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, param, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class KDecayPolynomial(Schedule):
    r"""Polynomial decay on warped time, (1 - (t/T)^k)^p.

    .. math:: \eta(t) = m + (\eta_0 - m)\,(1 - (\min(t, T) / T)^k)^p

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`k` = ``k``: 1 is the
    polynomial, above 1 the drop is late; :math:`p` = ``power``, by default 1, so that only ``k`` bends the line. After
    ``total`` it stays at ``min_lr``.

    Source: Zhang & Li 2020 (arXiv 2004.05909), the k-decay of the polynomial; timm's ``k_decay``.

    >>> KDecayPolynomial(lr=0.1, total=100, k=2)([0, 50, 100])
    array([0.1  , 0.075, 0.   ])

    0.1 at step 0, three quarters of it halfway, 0 from step 100 on.
    """

    rare = True
    aliases = "k_decay_poly polynomial_k_decay"
    framework_names = {"timm": "PolyLRScheduler with k_decay"}
    description_format = "k {k}[, power {power}], to {min_lr} at {total:moment}"
    summary_format = "k {k}[, power {power}][, to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    k: float = param(2.0, "exponent of the elapsed share of the time", above=0)
    power: float = param(1.0, "exponent of the remaining share", above=0)
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        fallen = shapes.passed(m, t, self.total) ** self.k
        return m.lerp(self.lr, self.min_lr, (1.0 - fallen) ** self.power)
