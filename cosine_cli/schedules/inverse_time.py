"""The schedule ``inverse_time``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import floor_rate, param, peak_rate, share
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class InverseTime(Schedule):
    r"""A decay with the inverse of the time.

    .. math:: \eta(t) = \max(m, \eta_0 / (1 + t / \tau))

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`m` = ``min_lr``. It has no end.

    Source: Robbins & Monro 1951, whose condition for convergence the sequence 1 / t keeps; with a timescale as in
    TensorFlow's ``inverse_time_decay`` (2016), where it is ``decay_steps / decay_rate``.

    >>> InverseTime(lr=0.1, timescale=10)([0, 10, 40, 90])
    array([0.1 , 0.05, 0.02, 0.01])

    0.1 at step 0, half of it after one timescale, a fifth after 4, a tenth after 9.
    """

    aliases: ClassVar[str] = "InverseTimeDecay inverse_time_decay inv_time time_decay harmonic hyperbolic_decay"
    framework_names: ClassVar[Mapping[str, str]] = {"keras": "InverseTimeDecay", "paddle": "InverseTimeDecay"}

    lr: float = peak_rate()
    timescale: float = param(share(0.1), "time after which the rate is half of the peak", above=0, time="length")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr / (1.0 + t / self.timescale), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, and the floor where it is reached."""
        del at_most
        if not self.min_lr:
            return [Piece(0.0, until, "smooth")]
        end = self.timescale * ((self.lr - self.min_lr) / self.min_lr)
        return [piece for piece in decay_then_floor(end, until) if piece.t0 < piece.t1]

    def description(self, formatter: Formatter) -> str:
        """Say the timescale."""
        return f"half after {formatter.span(self.timescale)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the timescale."""
        return f"half after {formatter.length(self.timescale)}"
