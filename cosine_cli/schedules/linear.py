"""The schedule ``linear``."""

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
class Linear(Schedule):
    r"""A straight line from the peak to the floor, then flat.

    .. math:: \eta(t) = \eta_0 + (m - \eta_0)\,\min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps). It stays at
    ``min_lr`` after ``total``.

    Source: the usual decay since BERT, Devlin et al. 2018 (arXiv 1810.04805), app. A.2.

    >>> Linear(lr=0.1, total=100, min_lr=0.02)([0, 50, 100, 200])
    array([0.1 , 0.06, 0.02, 0.02])

    0.1 at step 0, halfway to the floor at 50, 0.02 at step 100 and from there on.
    """

    aliases: ClassVar[str] = "lin linear_decay"
    framework_names: ClassVar[Mapping[str, str]] = {
        "torch": "LinearLR",
        "transformers": "get_linear_schedule_with_warmup",
        "optax": "linear_schedule",
        "fvcore": "LinearParamScheduler",
        "mmengine": "LinearLR",
        "composer": "LinearScheduler",
        "deepspeed": "WarmupDecayLR",
        "paddle": "LinearLR",
    }

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        return m.lerp(self.lr, self.min_lr, shapes.left(m, t, self.total))

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
