"""The schedule ``k_decay_cosine``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, param, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class KDecayCosine(Schedule):
    r"""Cosine decay on warped time, (t/T)^k, which moves the drop later or earlier.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi\,(\min(t, T) / T)^k))

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`k` = ``k``: 1 is the
    cosine, above 1 the drop is late, below 1 early. After ``total`` it stays at ``min_lr``.

    Source: Zhang & Li 2020 (arXiv 2004.05909), the k-decay of the cosine; timm's ``k_decay``.

    >>> KDecayCosine(lr=0.1, total=100, k=0.5)([0, 25, 100])
    array([0.1 , 0.05, 0.  ])

    0.1 at step 0, half of it after a quarter of the time, 0 from step 100 on.
    """

    rare = True
    aliases = "k_decay kdecay cosine_k_decay"
    framework_names = {"timm": "CosineLRScheduler with k_decay"}
    description_format = "k {k}, to {min_lr} at {total:moment}"
    summary_format = "k {k}[, to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    k: float = param(2.0, "exponent of the elapsed share of the time", above=0)
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, 1.0 - shapes.passed(m, t, self.total) ** self.k))
