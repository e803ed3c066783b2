"""The schedule ``one_minus_sqrt``."""

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
class OneMinusSqrt(Schedule):
    r"""A decay with the square root of the time: steep at first, ever flatter, then the floor.

    .. math:: \eta(t) = m + (\eta_0 - m)\,(1 - \sqrt{\min(t, T) / T})

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). It stays at ``min_lr`` after
    ``total``.

    Source: Hägele et al. 2024 (arXiv 2405.18392), sec. 3, for the cooldown at the end of a constant rate; ``wsd`` with
    ``decay_shape`` 1-sqrt has the constant rate too.

    >>> OneMinusSqrt(lr=0.1, total=100)([0, 25, 64, 100])
    array([0.1 , 0.05, 0.02, 0.  ])

    0.1 at step 0, half of it after a quarter of the time, a fifth after 64 steps, 0 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "1-sqrt 1_sqrt 1_minus_sqrt minus_sqrt"
    framework_names: ClassVar[Mapping[str, str]] = {
        "transformers": "get_wsd_schedule with decay_type 1-sqrt",
        "timm": "WSDLRScheduler with decay_fn 1-sqrt",
        "pytorch_optimizer": "get_wsd_schedule with cooldown_type 1-sqrt",
    }

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        left, u = shapes.left(m, t, self.total), shapes.passed(m, t, self.total)
        return m.lerp(self.lr, self.min_lr, shapes.one_minus_sqrt(m, left, u))

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
