"""The schedule ``natural_exponential``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import floor_rate, param, peak_rate, share
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class NaturalExponential(Schedule):
    r"""A decay by a factor of e in every timescale.

    .. math:: \eta(t) = \max(m, \eta_0\,e^{-t / \tau})

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`m` = ``min_lr``. It has no end.

    Source: TensorFlow's ``natural_exp_decay`` (2016), where the timescale is ``decay_steps / decay_rate``; Paddle's
    ``NaturalExpDecay``, where it is ``1 / gamma``.

    >>> NaturalExponential(lr=0.1, timescale=10)([0, 10, 20])
    array([0.1       , 0.03678794, 0.01353353])

    0.1 at step 0, and 0.37 times what it was every 10 steps.
    """

    aliases: ClassVar[str] = "natural_exp natural_exp_decay NaturalExpDecay"
    framework_names: ClassVar[Mapping[str, str]] = {"paddle": "NaturalExpDecay"}

    lr: float = peak_rate()
    timescale: float = param(share(0.2), "time in which the rate falls by e", above=0, time="length")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr * m.exp(t / -self.timescale), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, and the floor where it is reached."""
        del at_most
        if not self.min_lr:
            return [Piece(0.0, until, "smooth")]
        end = self.timescale * (math.log(self.lr) - math.log(self.min_lr))
        return [piece for piece in decay_then_floor(end, until) if piece.t0 < piece.t1]

    def description(self, formatter: Formatter) -> str:
        """Say the factor and the time it takes."""
        return f"×1/e every {formatter.span(self.timescale).removeprefix('an ').removeprefix('a ')}"

    def summary(self, formatter: Formatter) -> str:
        """Say the factor and the time it takes."""
        return f"×1/e / {formatter.length(self.timescale)}"
