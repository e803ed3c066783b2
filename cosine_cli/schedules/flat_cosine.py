"""The schedule ``flat_cosine``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Derived, Ops, PieceKind, Schedule, end_rate, param, peak_rate, shapes

_HOLD = 0.75


@dataclass(frozen=True, kw_only=True)
class FlatCosine(Schedule):
    r"""Constant rate for most of the run, then cosine decay.

    .. math:: \eta(t) = m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi u)), \quad
        u = \min(\max(t - H, 0) / D, 1)

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`H` = ``hold``, :math:`D` = ``decay`` (steps). After the
    decay it stays at ``min_lr``.

    Source: fastai's ``fit_flat_cos`` (2019), which ends at 1e-5 of the peak instead of ``min_lr``.

    >>> FlatCosine(lr=0.1, hold=60, decay=40)([0, 60, 80, 100])
    array([0.1 , 0.1 , 0.05, 0.  ])

    0.1 up to step 60, half of it at 80, 0 from step 100 on.
    """

    aliases = "fit_flat_cos flat_and_anneal flat_then_cosine constant_cosine"
    framework_names = {"fastai": "fit_flat_cos"}
    phases = ("hold", "decay")
    description_format = "cosine from {hold:moment} to {min_lr} at {constant_from:moment}"
    summary_format = "{hold:length} + {decay:length}"

    lr: float = peak_rate()
    hold: float = param(
        # The decay needs at least one update.
        Derived(f"{_HOLD:.0%} of the run", lambda _, run: min(_HOLD * run, max(run - 1.0, 0.0))),
        "time at the peak",
        at_least=0,
        time="length",
        share_name="pct_start",
    )
    decay: float = param(
        Derived("what remains after hold", lambda given, run: max(run - given["hold"], 0.0)),
        "length of the decay",
        above=0,
        time="length",
    )
    min_lr: float = end_rate()

    def formula(self, m: Ops, t: Any) -> Any:
        left = shapes.left_after(m, t, self.hold, self.constant_from, self.decay)
        return m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, left))

    @property
    def constant_from(self) -> float:
        return self.hold + self.decay

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return (self.hold, "flat"), (self.constant_from, "smooth"), (math.inf, "flat")
