"""The schedule ``polynomial``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, param, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class Polynomial(Schedule):
    r"""Decay with a power of the remaining time.

    .. math:: \eta(t) = m + (\eta_0 - m)\,(1 - \min(t, T) / T)^p

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`p` = ``power``: 1 is
    linear, below 1 the drop is late, above 1 early. After ``total`` it stays at ``min_lr``.

    Source: the "poly" rule of DeepLab, with power 0.9: Chen et al. 2016 (arXiv 1606.00915), sec. 4.1.

    >>> Polynomial(lr=0.1, total=100, power=2)([0, 50, 100])
    array([0.1  , 0.025, 0.   ])

    0.1 at step 0, a quarter of it when half of the time remains, 0 at step 100.
    """

    framework_names = {
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
    description_format = "power {power}, to {min_lr} at {total:moment}"
    summary_format = "power {power}[, to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    power: float = param(2.0, "exponent of the remaining share of the time", above=0)
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return m.lerp(self.lr, self.min_lr, shapes.left(m, t, self.total) ** self.power)
