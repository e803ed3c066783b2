"""The schedule ``natural_exponential``."""

import math
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, Schedule, floor_rate, param, peak_rate, shapes, share


@dataclass(frozen=True, kw_only=True)
class NaturalExponential(Schedule):
    r"""Exponential decay by a factor of e per timescale.

    .. math:: \eta(t) = \max(m, \eta_0\,e^{-t / \tau})

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`m` = ``min_lr``. It never stops decaying.

    Source: TensorFlow's ``natural_exp_decay`` (2016), where the timescale is ``decay_steps / decay_rate``; Paddle's
    ``NaturalExpDecay``, where it is ``1 / gamma``.

    >>> NaturalExponential(lr=0.1, timescale=10)([0, 10, 20])
    array([0.1       , 0.03678794, 0.01353353])

    0.1 at step 0, multiplied by 0.37 every 10 steps.
    """

    rare = True
    framework_names = {"paddle": "NaturalExpDecay"}
    description_format = "×1/e {timescale:every}"
    summary_format = "×1/e / {timescale:length}"

    lr: float = peak_rate()
    timescale: float = param(share(0.2), "time in which the rate falls by a factor of e", above=0, time="length")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        return shapes.floored(m, self.lr * m.exp(t / -self.timescale), self.min_lr)

    @property
    def constant_from(self) -> float:
        return self.timescale * (math.log(self.lr) - math.log(self.min_lr)) if self.min_lr else math.inf
