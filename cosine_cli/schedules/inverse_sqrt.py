"""The schedule ``inverse_sqrt``."""

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
class InverseSqrt(Schedule):
    r"""A decay with the inverse square root of the time.

    .. math:: \eta(t) = \max(m, \eta_0 / \sqrt{1 + t / \tau})

    with :math:`\eta_0` = ``lr``, :math:`\tau` = ``timescale`` (steps), :math:`m` = ``min_lr``. It has no end.

    Source: Vaswani et al. 2017 (arXiv 1706.03762), sec. 5.3, where the timescale is the warmup; Zhai et al. 2021
    (arXiv 2106.04560), sec. 3.5, with one of its own.

    >>> InverseSqrt(lr=0.1, timescale=10)([0, 30, 90])
    array([0.1       , 0.05      , 0.03162278])

    0.1 at step 0, half of it after 3 timescales, a square root of 10 less after 9.
    """

    aliases: ClassVar[str] = "rsqrt inv_sqrt inverse_square_root InverseSquareRoot"
    framework_names: ClassVar[Mapping[str, str]] = {
        "transformers": "get_inverse_sqrt_schedule",
        "timm": "WSDLRScheduler with stable_fn rsqrt",
        "fairseq": "inverse_sqrt",
    }

    lr: float = peak_rate()
    timescale: float = param(share(0.05), "time after which the rate is 0.71 of the peak", above=0, time="length")
    min_lr: float = floor_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return shapes.floored(m, self.lr / m.sqrt(1.0 + t / self.timescale), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, and the floor where it is reached."""
        del at_most
        if not self.min_lr:
            return [Piece(0.0, until, "smooth")]
        ratio = self.lr / self.min_lr
        end = self.timescale * (ratio * ratio - 1.0)  # a power would raise where the product is infinite
        return [piece for piece in decay_then_floor(end, until) if piece.t0 < piece.t1]

    def description(self, formatter: Formatter) -> str:
        """Say the timescale."""
        return f"half after {formatter.span(3 * self.timescale)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the timescale."""
        return f"half after {formatter.length(3 * self.timescale)}"
