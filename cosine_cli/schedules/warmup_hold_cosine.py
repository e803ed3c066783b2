"""The schedule ``warmup_hold_cosine``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, end_rate, param, peak_rate, portion
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule


def _what_is_left(given: Mapping[str, Any], run: float) -> float:
    return max(run - float(given["warmup"]) - float(given["hold"]), 0.0)


@dataclass(frozen=True, kw_only=True)
class WarmupHoldCosine(Schedule):
    r"""A climb, a stretch at the peak, then half a cosine wave to the floor.

    .. math:: \eta(t) = a + (\eta_0 - a)\,w(t / W) \text{ for } t < W, \quad \eta_0 \text{ until } W + H, \quad
        m + \tfrac12 (\eta_0 - m)\,(1 + \cos(\pi \min((t - W - H) / D, 1))) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`W` = ``warmup``, :math:`H` = ``hold``, :math:`D` = ``decay`` (steps),
    :math:`m` = ``min_lr``, :math:`a` = ``warmup_start`` and :math:`w` = ``warmup_shape``. It stays at ``min_lr`` after
    the decay.

    Source: DeepSeek-AI 2024, DeepSeek-V3 (arXiv 2412.19437), sec. 4.2, as far as the end of its decay.

    >>> WarmupHoldCosine(lr=0.1, warmup=10, hold=30, decay=60)([0, 5, 10, 40, 70, 100])
    array([0.  , 0.05, 0.1 , 0.1 , 0.05, 0.  ])

    Up to 0.1 over 10 steps, 0.1 for 30 steps, then a cosine to 0 over 60.
    """

    family: ClassVar[Family] = "phases"
    aliases: ClassVar[str] = "hold_cosine cosine_with_hold warmup_constant_cosine"
    phases: ClassVar[tuple[str, ...]] = ("warmup", "hold", "decay")

    lr: float = peak_rate()
    warmup: float = param(portion(0.05), "time that the rate climbs first", at_least=0, time="length")
    hold: float = param(portion(0.1), "time at the peak", at_least=0, time="length")
    decay: float = param(
        Derived("what warmup and hold leave", _what_is_left), "length of the decay", above=0, time="length"
    )
    min_lr: float = end_rate()
    warmup_shape: str = shapes.warmup_shape()
    warmup_start: float = shapes.warmup_start()

    def check(self) -> None:
        """Refuse a start that the warmup can not climb from."""
        shapes.check_climb(self.warmup_shape, self.warmup_start, self.lr)

    @property
    def floor(self) -> float:
        """The lower of both ends."""
        return min(self.min_lr, self.warmup_start) if self.warmup else self.min_lr

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup

    @property
    def _falls(self) -> float:
        return self.warmup + self.hold

    @property
    def _ends(self) -> float:
        return self._falls + self.decay

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        left = shapes.left_after(m, t, self._falls, self._ends, self.decay)
        rate = m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, left))
        if not self.warmup:
            return rate
        u = m.named("progress", m.minimum(t / self.warmup, 1.0))
        return m.where(t < self.warmup, shapes.climb(m, self.warmup_shape, self.warmup_start, self.lr, u), rate)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the stretch at the peak, the decay and the floor behind it."""
        del at_most
        climb: PieceKind = "flat" if self.warmup_shape == "constant" else "smooth"
        phases: list[tuple[float, PieceKind]] = [(self.warmup, climb), (self._falls, "flat"), (self._ends, "smooth")]
        return shapes.in_phases([*phases, (np.inf, "flat")], until)

    def description(self, formatter: Formatter) -> str:
        """Say when the decay begins and where it ends."""
        end = formatter.moment(self._ends)
        return f"cosine from {formatter.moment(self._falls)} to {formatter.number(self.min_lr)} at {end}"

    def summary(self, formatter: Formatter) -> str:
        """Say how long each phase is."""
        return " + ".join(map(formatter.length, (self.warmup, self.hold, self.decay)))
