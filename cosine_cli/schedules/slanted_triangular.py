"""The schedule ``slanted_triangular``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import Derived, Ops, PieceKind, Schedule, decay_length, param, peak_rate, shapes


@dataclass(frozen=True, kw_only=True)
class SlantedTriangular(Schedule):
    r"""Short linear warmup, then long linear decay back to the initial rate.

    .. math:: \eta(t) = \eta_0\,\frac{1 + p\,(r - 1)}{r}, \quad
        p = t / W \text{ for } t < W, \quad (T - t) / (T - W) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total``, :math:`W` = ``warmup`` (steps), :math:`r` = ``ratio``. After
    ``total`` it stays at :math:`\eta_0 / r`.

    Source: Howard & Ruder 2018, ULMFiT (arXiv 1801.06146), eq. 3.

    >>> SlantedTriangular(lr=0.1, total=100, warmup=10, ratio=10)([0, 5, 10, 55, 100])
    array([0.01 , 0.055, 0.1  , 0.055, 0.01 ])

    From 0.01 up to 0.1 over 10 steps, and back over 90.
    """

    family = "multi-phase"
    rare = True
    aliases = "ulmfit slanted_triangle"
    description_format = "peak at {warmup:moment}, {floor} at {total:moment}"
    summary_format = "{warmup:length} + {_decay:length}"

    lr: float = peak_rate()
    total: float = decay_length()
    warmup: float = param(
        Derived("10% of total", lambda given, _: given["total"] / 10.0),
        "length of the warmup",
        at_least=0,
        time="length",
        share_name="cut_frac",
    )
    ratio: float = param(32.0, "peak over the rate at both ends", at_least=1)

    def check(self) -> None:
        shapes.check_shorter(self.warmup, self.total)

    @property
    def floor(self) -> float:
        return self.lr / self.ratio

    @property
    def _decay(self) -> float:
        return self.total - self.warmup

    def formula(self, m: Ops, t: Any) -> Any:
        left = shapes.left_after(m, t, self.warmup, self.total, self._decay)
        share = m.where(t < self.warmup, t / self.warmup, left) if self.warmup else left
        return m.lerp(self.lr, self.floor, m.named("p", share))

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        return (self.warmup, "smooth"), (self.total, "smooth"), (math.inf, "flat")
