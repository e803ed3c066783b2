"""The schedule ``noam``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import param, share
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Formatter, Schedule


@dataclass(frozen=True, kw_only=True)
class Noam(Schedule):
    r"""A straight climb, then a decay with the inverse square root of the time; the peak follows from the model.

    .. math:: \eta(t) = c\,d^{-1/2} \min(t^{-1/2}, t\,W^{-3/2})

    with :math:`c` = ``factor``, :math:`d` = ``d_model``, :math:`W` = ``warmup`` (steps). It is 0 at step 0 and highest
    at :math:`W`. It has no end.

    Source: Vaswani et al. 2017 (arXiv 1706.03762), sec. 5.3, eq. 3, which counts steps from 1: its first update has the
    rate of step 1, the first one here that of step 0, which is 0, as in Paddle. From there on it is one update late.

    >>> Noam(d_model=400, warmup=100)([0, 50, 100, 400])
    array([0.    , 0.0025, 0.005 , 0.0025])

    Up to 0.005 over 100 steps, half of it halfway up, and half of it again after 400.
    """

    aliases: ClassVar[str] = "NoamDecay noam_decay NoamLR transformer vaswani"
    framework_names: ClassVar[Mapping[str, str]] = {"paddle": "NoamDecay"}

    d_model: int = param(512, "width of the model", at_least=1)
    warmup: float = param(share(0.1), "time that the rate climbs first", above=0, time="length")
    factor: float = param(1.0, "what every rate is multiplied with", above=0)

    @property
    def peak(self) -> float:
        """The rate at the end of the warmup."""
        return self._scale / math.sqrt(self.warmup)

    @property
    def ramp(self) -> float:
        """The length of the warmup."""
        return self.warmup

    @property
    def _scale(self) -> float:
        return self.factor / math.sqrt(self.d_model)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        late = m.named("late", m.maximum(t, self.warmup))  # t / late is t / W on the climb and 1 behind it
        return m.form(
            exact=lambda: self._scale * (t / late) / m.sqrt(late),
            plain=lambda: m.where(t < self.warmup, self.peak * (t / self.warmup), self._scale / m.sqrt(late)),
        )

    def slower(self, steps: float) -> Noam:
        """Return the same curve on a slower clock, whose number of steps enters the rates."""
        return replace(self, warmup=self.warmup / steps, factor=self.factor / math.sqrt(steps))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb and the decay."""
        del at_most
        return shapes.in_phases(((self.warmup, "smooth"), (math.inf, "smooth")), until)

    def description(self, formatter: Formatter) -> str:
        """Say when it is highest, and how high."""
        return f"{formatter.number(self.peak)} at {formatter.moment(self.warmup)}, half after {formatter.span(4 * self.warmup)}"

    def summary(self, formatter: Formatter) -> str:
        """Say when it is highest, and how high."""
        return f"{formatter.number(self.peak)} at {formatter.length(self.warmup)}"
