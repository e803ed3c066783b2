"""The schedule ``constant``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, PieceKind, Schedule, peak_rate


@dataclass(frozen=True, kw_only=True)
class Constant(Schedule):
    r"""The same rate for the whole run.

    .. math:: \eta(t) = \eta_0

    with :math:`\eta_0` = ``lr``.

    Source: Robbins & Monro 1951, since whom convergence proofs require a decaying rate; without one, most first runs.

    >>> Constant(lr=0.1)([0, 50, 100])
    array([0.1, 0.1, 0.1])

    0.1 at every step.
    """

    aliases = "ConstantLR flat fixed none"
    framework_names = {
        "transformers": "get_constant_schedule",
        "optax": "constant_schedule",
        "composer": "ConstantScheduler",
        "deepspeed": "WarmupLR",
    }

    lr: float = peak_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        del m, t
        return self.lr

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return ((math.inf, "flat"),)
