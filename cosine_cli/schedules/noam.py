"""The schedule ``noam``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cosine_cli.schedules.core.prelude import Ops, PieceKind, Schedule, param, share


@dataclass(frozen=True, kw_only=True)
class Noam(Schedule):
    r"""Linear warmup, then inverse square root decay; the peak follows from the width of the model.

    .. math:: \eta(t) = c\,d^{-1/2} \min(t^{-1/2}, t\,W^{-3/2})

    with :math:`c` = ``factor``, :math:`d` = ``d_model``, :math:`W` = ``warmup`` (steps). It is 0 at step 0 and highest
    at :math:`W`. It never stops decaying.

    Source: Vaswani et al. 2017 (arXiv 1706.03762), sec. 5.3, eq. 3. The paper counts steps from 1; here, as in Paddle,
    the first update uses the rate of step 0, which is 0, so that every rate comes one update later.

    >>> Noam(d_model=400, warmup=100)([0, 50, 100, 400])
    array([0.    , 0.0025, 0.005 , 0.0025])

    Up to 0.005 over 100 steps, half of it halfway up, and half of it again at step 400.
    """

    aliases = "NoamLR transformer vaswani"
    framework_names = {"paddle": "NoamDecay"}
    description_format = "{peak} at {warmup:moment}, half after {_half:span}"
    summary_format = "{peak} at {warmup:length}"

    d_model: int = param(512, "width of the model", at_least=1)
    warmup: float = param(share(0.1), "length of the warmup", above=0, time="length")
    factor: float = param(1.0, "multiplier of every rate", above=0)

    @property
    def peak(self) -> float:
        return self._scale / math.sqrt(self.warmup)

    @property
    def warmup_length(self) -> float:
        return self.warmup

    @property
    def _scale(self) -> float:
        return self.factor / math.sqrt(self.d_model)

    @property
    def _half(self) -> float:
        return 4 * self.warmup

    def formula(self, m: Ops, t: Any) -> Any:
        late = m.named("late", m.maximum(t, self.warmup))  # t / late is t / W during the warmup and 1 after it
        return m.form(
            exact=lambda: self._scale * (t / late) / m.sqrt(late),
            plain=lambda: m.where(t < self.warmup, self.peak * (t / self.warmup), self._scale / m.sqrt(late)),
        )

    def rescaled(self, factor: float) -> Noam:
        return replace(self, warmup=self.warmup / factor, factor=self.factor / math.sqrt(factor))

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return (self.warmup, "smooth"), (math.inf, "smooth")
