"""The schedule ``power_law``."""

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, floor_rate, param, peak_rate, shapes, share

_MOST_E_FOLDS = 700.0
"""The exponential of more overflows; no run is that long."""


@dataclass(frozen=True, kw_only=True)
class PowerLaw(Schedule):
    r"""Decay with a power of time.

    .. math:: \eta(t) = \max(m, \eta_0\,(1 + t / \tau)^{-p})

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`p` = ``exponent``, :math:`m` =
    ``min_lr``. It never stops decaying.

    Source: Robbins & Monro 1951 require an exponent above 0.5 and at most 1; Polyak & Juditsky 1992 an exponent
    between the two, with averaging of the iterates: the default is the middle. Shen et al. 2024 (arXiv 2408.13359)
    fit such a law to language models.

    >>> PowerLaw(lr=0.1, timescale=10, exponent=0.5)([0, 30, 990])
    array([0.1 , 0.05, 0.01])

    0.1 at step 0, half of it after 3 timescales, a tenth after 99.
    """

    rare = True
    aliases = "power power_decay power_scheduler PowerScheduler inverse_power"
    framework_names = {"timm": "WSDLRScheduler with stable_fn power"}
    description_format = "power -{exponent}, timescale {timescale:span}"
    summary_format = "power -{exponent} / {timescale:length}"

    lr: float = peak_rate()
    timescale: float = param(share(0.05), "time after which the decay sets in", above=0, time="length")
    exponent: float = param(0.75, "power of time that the rate falls with", above=0)
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr * (1.0 + t / self.timescale) ** -self.exponent, self.min_lr)

    @property
    def constant_from(self) -> float:
        if not self.min_lr:
            return math.inf
        folds = (math.log(self.lr) - math.log(self.min_lr)) / self.exponent
        return self.timescale * math.expm1(min(folds, _MOST_E_FOLDS))
