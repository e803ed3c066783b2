"""The schedule ``exponential``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, OneUnit, floor_rate, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule

_LEFT_AT_THE_END = 0.01


def _gamma_to_the_end(given: Mapping[str, Any], run: float) -> float:
    return float(_LEFT_AT_THE_END ** (given["per"] / run))


@dataclass(frozen=True, kw_only=True)
class Exponential(Schedule):
    r"""A decay by the same factor in every unit of time.

    .. math:: \eta(t) = \max(m, \eta_0\,\gamma^{t / p})

    with :math:`\eta_0` = ``lr``, :math:`\gamma` = ``gamma``, :math:`p` = ``per`` (steps; in a plan one epoch
    when it counts in epochs), :math:`m` = ``min_lr``. It has no end.

    Source: Robbins & Monro 1951 ask for a falling rate; by a factor an epoch as in PyTorch's ``ExponentialLR`` (2017).

    >>> Exponential(lr=0.1, gamma=0.5, per=10)([0, 10, 20])
    array([0.1  , 0.05 , 0.025])

    0.1 at step 0, and half of what it was every 10 steps.
    """

    label: ClassVar[str] = "exponential decay"
    aliases: ClassVar[str] = "exp exponential_decay geometric"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "ExponentialLR",
        "optax": "exponential_decay",
        "keras": "ExponentialDecay",
        "fvcore": "ExponentialParamScheduler",
        "mmengine": "ExponentialLR",
        "composer": "ExponentialScheduler",
        "paddle": "ExponentialDecay",
    }

    lr: float = peak_rate()
    gamma: float = param(
        Derived(f"what leaves {_LEFT_AT_THE_END:.0%} of the peak at the end of the run", _gamma_to_the_end),
        "factor of the decay over the time per",
        above=0,
        at_most=1,
        flag="decay_rate",
        example="0.95",
    )
    per: float = param(OneUnit(), "time in which the rate falls by gamma", above=0, time="length", alone=1.0)
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr * self.gamma ** (t / self.per), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, and the floor where it is reached."""
        del at_most
        if self.min_lr == 0.0 or self.gamma == 1.0:
            return [Piece(0.0, until, "smooth")]
        end = self.per * (math.log(self.min_lr) - math.log(self.lr)) / math.log(self.gamma)
        return [piece for piece in decay_then_floor(end, until) if piece.t0 < piece.t1]

    def description(self, formatter: Formatter) -> str:
        """Say the factor and the time it takes."""
        span = formatter.span(self.per)
        return f"×{formatter.number(self.gamma)} {span if span.startswith('a') else f'every {span}'}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and the time it takes."""
        return self.description(formatter)
