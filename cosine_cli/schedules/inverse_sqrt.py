"""The schedule ``inverse_sqrt``."""

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, floor_rate, param, peak_rate, shapes, share


@dataclass(frozen=True, kw_only=True)
class InverseSqrt(Schedule):
    r"""Decay with the inverse square root of time.

    .. math:: \eta(t) = \max(m, \eta_0 / \sqrt{1 + t / \tau})

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`m` = ``min_lr``. It never stops decaying.

    Source: Vaswani et al. 2017 (arXiv 1706.03762), sec. 5.3, where the timescale is the warmup; Zhai et al. 2021
    (arXiv 2106.04560), sec. 3.5, with a timescale of its own.

    >>> InverseSqrt(lr=0.1, timescale=10)([0, 30, 90])
    array([0.1       , 0.05      , 0.03162278])

    0.1 at step 0, half of it after 3 timescales, 1/√10 of it after 9.
    """

    framework_names = {
        "transformers": "get_inverse_sqrt_schedule",
        "timm": "WSDLRScheduler with stable_fn rsqrt",
        "fairseq": "inverse_sqrt",
    }
    description_format = "half after {_half:span}"
    summary_format = "half after {_half:length}"

    lr: float = peak_rate()
    timescale: float = param(share(0.05), "time after which the rate is 0.71 of the peak", above=0, time="length")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr / m.sqrt(1.0 + t / self.timescale), self.min_lr)

    @property
    def constant_from(self) -> float:
        if not self.min_lr:
            return math.inf
        ratio = self.lr / self.min_lr
        return self.timescale * (ratio * ratio - 1.0)  # ratio**2 would raise on overflow

    @property
    def _half(self) -> float:
        return 3 * self.timescale
