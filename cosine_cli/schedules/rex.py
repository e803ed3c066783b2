"""The schedule ``rex``."""

from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, decay_length, end_rate, param, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class Rex(Schedule):
    r"""Reflected exponential decay, which becomes steeper towards the end.

    .. math:: \eta(t) = m + (\eta_0 - m)\,\frac{l}{1 - \beta + \beta\,l}, \quad l = 1 - \min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), :math:`l` the share of it that
    remains, and :math:`\beta` = ``bend``: 0 is a straight line, 0.5 that of the paper, 0.9 that of axolotl. After
    ``total`` it stays at ``min_lr``.

    Source: Chen, Wolfe & Kyrillidis 2021, REX (MLSys 2022, arXiv 2107.04197).

    >>> Rex(lr=0.3, total=90)([0, 45, 72, 90])
    array([0.3, 0.2, 0.1, 0. ])

    0.3 at step 0, two thirds of it halfway, a third when a fifth of the time remains, 0 from step 90 on.
    """

    rare = True
    aliases = "REXScheduler reflected_exponential"
    framework_names = {"pytorch_optimizer": "REXScheduler"}
    description_format = "to {min_lr} at {total:moment}"
    summary_format = "[to {min_lr}]"

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()
    bend: float = param(0.5, "how much the decay is delayed: 0 is a straight line", at_least=0, at_most=0.999)

    def formula(self, m: Ops, t: Any) -> Any:
        left = shapes.left(m, t, self.total)
        return m.lerp(self.lr, self.min_lr, left / (1.0 - self.bend + self.bend * left))
