"""The schedule ``linear_to_zero``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import decay_length, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class LinearToZero(Schedule):
    r"""A straight line from the peak to 0, whatever floor the other curves have.

    .. math:: \eta(t) = \eta_0\,(1 - \min(t, T) / T)

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total`` (steps). It stays at 0 after ``total``.

    Source: Bergsma et al. 2025, Straight to Zero (ICLR, arXiv 2502.15938), who find it better than a decay to a tenth
    of the peak.

    >>> LinearToZero(lr=0.1, total=100)([0, 50, 100, 200])
    array([0.1 , 0.05, 0.  , 0.  ])

    0.1 at step 0, half of it halfway, 0 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "d2z linear_d2z decay_to_zero straight_to_zero"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "LinearLR with start_factor 1, end_factor 0",
        "transformers": "get_linear_schedule_with_warmup",
    }

    lr: float = peak_rate()
    total: float = decay_length()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return self.lr * shapes.left(m, t, self.total)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and what follows it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say where the decay ends."""
        return f"to 0 at {formatter.moment(self.total)}"
