"""The schedule ``warmup_hold_cosine``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Derived,
    Ops,
    PieceKind,
    Schedule,
    end_rate,
    param,
    peak_rate,
    portion,
    shapes,
)


@dataclass(frozen=True, kw_only=True)
class WarmupHoldCosine(Schedule):
    r"""Warmup, constant peak, then cosine decay.

    .. math:: \eta(t) = a + (\eta_0 - a)\,w(t / W) \text{ for } t < W, \quad \eta_0 \text{ until } W + H, \quad
        m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi \min((t - W - H) / D, 1))) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`W` = ``warmup``, :math:`H` = ``hold``, :math:`D` = ``decay`` (steps),
    :math:`m` = ``min_lr``, :math:`a` = ``warmup_start`` and :math:`w` = ``warmup_shape``. After the decay it stays at
    ``min_lr``.

    Source: DeepSeek-AI 2024, DeepSeek-V3 (arXiv 2412.19437), sec. 4.2, up to the end of its decay.

    >>> WarmupHoldCosine(lr=0.1, warmup=10, hold=30, decay=60)([0, 5, 10, 40, 70, 100])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  ])

    Up to 0.1 over 10 steps, 0.1 for 30 steps, then a cosine to 0 over 60.
    """

    family = "multi-phase"
    aliases = "hold_cosine cosine_with_hold warmup_constant_cosine"
    phases = ("warmup", "hold", "decay")
    description_format = "cosine from {_decay_start:moment} to {min_lr} at {constant_from:moment}"
    summary_format = "{warmup:length} + {hold:length} + {decay:length}"

    lr: float = peak_rate()
    warmup: float = param(portion(0.05), "length of the warmup", at_least=0, time="length")
    hold: float = param(portion(0.1), "time at the peak", at_least=0, time="length")
    decay: float = param(
        Derived(
            "what remains after warmup and hold",
            lambda given, run: max(run - float(given["warmup"]) - float(given["hold"]), 0.0),
        ),
        "length of the decay",
        above=0,
        time="length",
    )
    min_lr: float = end_rate()
    warmup_shape: str = shapes.warmup_shape()
    warmup_start: float = shapes.warmup_start()
    warmup_from: str = shapes.warmup_from()

    def check(self) -> None:
        shapes.check_warmup(self.warmup_shape, self.warmup_start, self.warmup_from, self.lr)

    @property
    def floor(self) -> float:
        return min(self.min_lr, self.warmup_start) if self.warmup else self.min_lr

    @property
    def warmup_length(self) -> float:
        return self.warmup

    @property
    def _decay_start(self) -> float:
        return self.warmup + self.hold

    @property
    def constant_from(self) -> float:
        return self._decay_start + self.decay

    def formula(self, m: Ops, t: Any) -> Any:
        left = shapes.left_after(m, t, self._decay_start, self.constant_from, self.decay)
        rate = m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, left))
        if not self.warmup:
            return rate
        u = shapes.warmup_progress(m, t, self.warmup, self.warmup_from)
        return m.where(t < self.warmup, shapes.warmup_rate(m, self.warmup_shape, self.warmup_start, self.lr, u), rate)

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        warmup = shapes.warmup_segments(self.warmup, self.warmup_shape, self.warmup_from)
        return *warmup, (self._decay_start, "flat"), (self.constant_from, "smooth"), (math.inf, "flat")
