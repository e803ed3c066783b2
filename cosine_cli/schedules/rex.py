"""The schedule ``rex``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import decay_length, end_rate, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Rex(Schedule):
    r"""A decay that falls ever faster: an exponential one, reflected; then flat.

    .. math:: \eta(t) = m + (\eta_0 - m)\,\frac{l}{1/2 + l/2}, \quad l = 1 - \min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps), and :math:`l` the share of it
    that is left. It stays at ``min_lr`` after ``total``.

    Source: Chen, Wolfe & Kyrillidis 2021, REX (MLSys 2022, arXiv 2107.04197).

    >>> Rex(lr=0.3, total=90)([0, 45, 72, 90])
    array([0.3, 0.2, 0.1, 0. ])

    0.3 at step 0, two thirds of it halfway, a third when a fifth of the time is left, 0 at step 90 and from there on.
    """

    aliases: ClassVar[str] = "REXScheduler reflected_exponential rex_decay"
    framework_names: ClassVar[Mapping[str, str]] = {"pytorch_optimizer": "REXScheduler"}

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        left = shapes.left(m, t, self.total)
        return m.lerp(self.lr, self.min_lr, left / (0.5 + 0.5 * left))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay and the floor behind it."""
        del at_most
        return decay_then_floor(self.total, until)

    def description(self, formatter: Formatter) -> str:
        """Say where the decay ends."""
        return f"to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the floor where there is one."""
        return f"to {formatter.number(self.min_lr)}" if self.min_lr else ""
