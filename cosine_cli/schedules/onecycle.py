"""The schedule ``onecycle``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Derived,
    Formatter,
    Ops,
    ParameterError,
    PieceKind,
    Schedule,
    decay_length,
    param,
    peak_rate,
    shapes,
)


@dataclass(frozen=True, kw_only=True)
class Onecycle(Schedule):
    r"""One increase to the peak, then a longer decay to far below the initial rate.

    .. math:: \eta(t) = a + (\eta_0 - a)\,s(t / W) \text{ for } t < W, \quad
        e + (\eta_0 - e)\,s((T - t) / (T - W)) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total``, :math:`W` = ``warmup`` (steps), :math:`a = \eta_0 /` ``div``,
    :math:`e = a /` ``final_div``, and :math:`s` = ``anneal``: cosine :math:`(1 - \cos(\pi u)) / 2`, linear :math:`u`.
    With ``three_phase`` it first falls to :math:`a` as it rose, and from there to :math:`e`. After ``total`` it stays
    at :math:`e`.

    Source: Smith 2018 (arXiv 1803.09820), sec. 4, and Smith & Topin 2017, Super-Convergence (arXiv 1708.07120), with
    three linear phases; fastai (2018) has two cosine phases.

    >>> Onecycle(lr=0.1, total=100, warmup=30, div=10, final_div=100)([0, 15, 30, 65, 100])
    array([0.01   , 0.055  , 0.1    , 0.05005, 0.0001 ])

    From 0.01 up to 0.1 over 30 steps, then down to 0.0001 over 70.
    """

    family = "multi-phase"
    aliases = "one_cycle_policy super_convergence"
    framework_names = {
        "torch": "OneCycleLR",
        "optax": "cosine_onecycle_schedule",
        "mmengine": "OneCycleLR",
        "paddle": "OneCycleLR",
        "fastai": "fit_one_cycle",
    }
    description_format = "peak at {warmup:moment}, {floor} at {total:moment}"

    lr: float = peak_rate()
    total: float = decay_length()
    warmup: float = param(
        Derived("30% of total", lambda given, _: given["total"] * 3.0 / 10.0),
        "length of the warmup",
        at_least=0,
        time="length",
        share_name="pct_start",
    )
    div: float = param(25.0, "peak over initial rate", at_least=1)
    final_div: float = param(1e4, "initial rate over final rate", at_least=1)
    anneal: str = param("cosine", "shape of the increase and the decay", choices=("cosine", "linear"))
    three_phase: bool = param(False, "whether the decay first mirrors the increase, then goes below the initial rate")

    def check(self) -> None:
        shapes.check_shorter(self.warmup, self.total)
        if self.three_phase and not 0 < 2 * self.warmup < self.total:
            rule = "must be above 0 and shorter than half of total with three_phase"
            raise ParameterError("warmup", rule, got=repr(self.warmup))

    @property
    def floor(self) -> float:
        return self._start / self.final_div

    @property
    def _start(self) -> float:
        return self.lr / self.div

    @property
    def _last_phase(self) -> float:
        """The time at which the last phase begins."""
        return 2 * self.warmup if self.three_phase else self.warmup

    def formula(self, m: Ops, t: Any) -> Any:
        last = self._last_phase
        left = shapes.left_after(m, t, last, self.total, self.total - last)
        if self.three_phase:
            back = shapes.left_after(m, t, self.warmup, last, self.warmup)
            hump = m.where(t < self.warmup, t / self.warmup, back)
            s = self._shape(m, m.named("s", m.where(t < last, hump, left)))
            high = m.where(t < last, self.lr, self._start)
            return m.lerp(high, m.where(t < last, self._start, self.floor), s)
        if not self.warmup:
            return m.lerp(self.lr, self.floor, self._shape(m, m.named("s", left)))
        s = self._shape(m, m.named("s", m.where(t < self.warmup, t / self.warmup, left)))
        return m.lerp(self.lr, m.where(t < self.warmup, self._start, self.floor), s)

    def _shape(self, m: Ops, share: Any) -> Any:
        return shapes.cosine_of(m, share) if self.anneal == "cosine" else share

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return (self.warmup, "smooth"), (self._last_phase, "smooth"), (self.total, "smooth"), (math.inf, "flat")

    def summary(self, formatter: Formatter) -> str:
        back = (self.warmup,) if self.three_phase else ()
        return " + ".join(map(formatter.length, (self.warmup, *back, self.total - self._last_phase)))
