"""The schedule ``one_minus_sqrt``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class OneMinusSqrt(Schedule):
    r"""Decay with one minus the square root of time: steep at first, flatter towards the end.

    .. math:: \eta(t) = m + (\eta_0 - m)\,(1 - \sqrt{\min(t, T) / T})

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). After ``total`` it stays at
    ``min_lr``.

    Source: Hägele et al. 2024 (arXiv 2405.18392), sec. 3, for the cooldown after a constant rate; ``wsd`` with
    ``decay_shape`` 1-sqrt includes the constant rate.

    >>> OneMinusSqrt(lr=0.1, total=100)([0, 25, 64, 100])
    array([0.1 , 0.05, 0.02, 0.  ])

    0.1 at step 0, half of it after a quarter of the time, a fifth after 64 steps, 0 from step 100 on.
    """

    aliases = "minus_sqrt"
    framework_names = {
        "transformers": "get_wsd_schedule with decay_type 1-sqrt",
        "timm": "WSDLRScheduler with decay_fn 1-sqrt",
        "pytorch_optimizer": "get_wsd_schedule with cooldown_type 1-sqrt",
    }
    description_format = "to {min_lr} at {total:moment}"
    summary_format = "[to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        left, u = shapes.left(m, t, self.total), shapes.passed(m, t, self.total)
        return m.lerp(self.lr, self.min_lr, shapes.one_minus_sqrt(m, left, u))
