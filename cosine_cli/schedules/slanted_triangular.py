"""The schedule ``slanted_triangular``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, decay_length, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule


def _tenth(given: Mapping[str, Any], run: float) -> float:
    del run
    return float(given["total"]) / 10.0


@dataclass(frozen=True, kw_only=True)
class SlantedTriangular(Schedule):
    r"""A short straight climb, then a long straight descent to where it began.

    .. math:: \eta(t) = \eta_0\,\frac{1 + p\,(r - 1)}{r}, \quad
        p = t / W \text{ for } t < W, \quad (T - t) / (T - W) \text{ from there}

    with :math:`\eta_0` = ``lr``, :math:`T` = ``total``, :math:`W` = ``warmup`` (steps), :math:`r` = ``ratio``. It stays
    at :math:`\eta_0 / r` after ``total``.

    Source: Howard & Ruder 2018, ULMFiT (arXiv 1801.06146), eq. 3.

    >>> SlantedTriangular(lr=0.1, total=100, warmup=10, ratio=10)([0, 5, 10, 55, 100])
    array([0.01 , 0.055, 0.1  , 0.055, 0.01 ])

    From 0.01 up to 0.1 over 10 steps, and back over 90.
    """

    family: ClassVar[Family] = "phases"
    aliases: ClassVar[str] = "stlr ulmfit slanted_triangle"

    lr: float = peak_rate()
    total: float = decay_length()
    warmup: float = param(
        Derived("10% of total", _tenth), "time that the rate climbs", at_least=0, time="length", share_name="cut_frac"
    )
    ratio: float = param(32.0, "peak over the rate at both ends", at_least=1)

    def check(self) -> None:
        """Refuse a climb that leaves no time for the descent."""
        shapes.check_shorter(self.warmup, self.total)

    @property
    def floor(self) -> float:
        """The rate at both ends."""
        return self.lr / self.ratio

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        left = shapes.left_after(m, t, self.warmup, self.total, self.total - self.warmup)
        share = m.where(t < self.warmup, t / self.warmup, left) if self.warmup else left
        return m.lerp(self.lr, self.floor, m.named("p", share))

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb, the descent and the end."""
        del at_most
        return shapes.up_and_down((self.warmup, self.total), until)

    def description(self, formatter: Formatter) -> str:
        """Say when the peak comes, and the end."""
        return (
            f"peak at {formatter.moment(self.warmup)}, {formatter.number(self.floor)} at {formatter.moment(self.total)}"
        )

    def summary(self, formatter: Formatter) -> str:
        """Say how long the climb and the descent are."""
        return f"{formatter.length(self.warmup)} + {formatter.length(self.total - self.warmup)}"
