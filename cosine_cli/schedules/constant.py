"""The schedule ``constant``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core.fields import peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    r"""One learning rate for the whole run.

    .. math:: \eta(t) = \eta_0

    with :math:`\eta_0` = ``lr``. It has no end.

    Source: Robbins & Monro 1951, from whom on a rate has had to fall for a proof; without one, most first runs.

    >>> Constant(lr=0.1)([0, 50, 100])
    array([0.1, 0.1, 0.1])

    0.1 at every step.
    """

    aliases: ClassVar[str] = "const ConstantLR flat fixed none"
    framework_names: ClassVar[Mapping[str, str]] = {
        "transformers": "get_constant_schedule",
        "optax": "constant_schedule",
        "composer": "ConstantScheduler",
        "deepspeed": "WarmupLR",
    }

    lr: float = peak_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        """Return ``lr``, which is the same at every time."""
        del m, t
        return self.lr

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return one flat stretch."""
        del at_most
        return [Piece(0.0, until, "flat")]
