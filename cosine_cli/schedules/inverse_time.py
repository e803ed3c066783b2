"""The schedule ``inverse_time``."""

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, floor_rate, param, peak_rate, shapes, share


@dataclass(frozen=True, kw_only=True)
class InverseTime(Schedule):
    r"""Decay with the inverse of time.

    .. math:: \eta(t) = \max(m, \eta_0 / (1 + t / \tau))

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`m` = ``min_lr``. It never stops decaying.

    Source: Robbins & Monro 1951, whose condition for convergence 1 / t satisfies; with a timescale as in TensorFlow's
    ``inverse_time_decay`` (2016), where it is ``decay_steps / decay_rate``.

    >>> InverseTime(lr=0.1, timescale=10)([0, 10, 40, 90])
    array([0.1 , 0.05, 0.02, 0.01])

    0.1 at step 0, half of it after one timescale, a fifth after 4, a tenth after 9.
    """

    aliases = "time_decay harmonic hyperbolic_decay"
    framework_names = {"keras": "InverseTimeDecay", "paddle": "InverseTimeDecay"}
    description_format = "half after {timescale:span}"
    summary_format = "half after {timescale:length}"

    lr: float = peak_rate()
    timescale: float = param(share(0.1), "time after which the rate is half of the peak", above=0, time="length")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr / (1.0 + t / self.timescale), self.min_lr)

    @property
    def constant_from(self) -> float:
        return self.timescale * ((self.lr - self.min_lr) / self.min_lr) if self.min_lr else math.inf
