"""The schedule ``chebyshev``."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cosine_cli.schedules.core.prelude import (
    NUMPY,
    Derived,
    Formatter,
    Ops,
    ParameterError,
    Piece,
    Schedule,
    decay_length,
    param,
    peak_rate,
    shapes,
)

_MOST_NODES = 1024


def _fractal(nodes: int) -> list[int]:
    """Return the indices of the nodes, a power of two, in an order that nearly balances any few consecutive ones."""
    order = [0]
    while len(order) < nodes:
        last = 2 * len(order) - 1
        order = [node for early in order for node in (early, last - early)]
    return order


@dataclass(frozen=True, kw_only=True)
class Chebyshev(Schedule):
    r"""Chebyshev step sizes, optimal for quadratics whose curvature bounds are known; then flat.

    .. math:: \eta(t) = 1 / (\tfrac12 (1/m + 1/\eta_0) - \tfrac12 (1/m - 1/\eta_0) \cos(\pi u)), \quad
        u = \min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps); the inverses of the rates are
    the bounds of the curvature. If ``order`` is falling, :math:`u` is continuous. If it is fractal, :math:`T` is
    divided into :math:`n` = ``nodes`` plateaus of :math:`u = (p_i + 1/2) / n`, where :math:`p` is 0 for one node, and
    :math:`p_i` and :math:`2n - 1 - p_i` alternate for :math:`2n` of them. After ``total`` it stays at ``min_lr``.

    Source: Agarwal, Goel & Zhang 2021 (ICML, arXiv 2103.01338), who take the fractal order, with one node per update,
    from Lebedev & Finogenov 1971.

    >>> Chebyshev(lr=0.1, total=100, min_lr=0.025)([0, 50, 100])
    array([0.1  , 0.04 , 0.025])
    >>> Chebyshev(lr=0.1, total=100, min_lr=0.025, order="fractal", nodes=4)([0, 25, 50, 75]).round(3)
    array([0.09 , 0.026, 0.052, 0.033])

    The inverse rises from 10 to 40 and is 25 halfway. In fractal order the highest of four rates comes first, then the
    lowest, then the two between them.
    """

    rare = True
    aliases = "fractal chebyshev_steps get_chebyshev_schedule"
    framework_names = {"pytorch_optimizer": "get_chebyshev_schedule"}

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = param(
        Derived("a tenth of lr", lambda given, _: given["lr"] / 10.0),
        "learning rate at the end",
        above=0,
        no_more_than="lr",
        share_of="lr",
    )
    order: str = param("falling", "order of the rates", choices=("falling", "fractal"))
    nodes: int = param(64, "number of plateaus in fractal order, a power of two", at_least=1, at_most=_MOST_NODES)

    def check(self) -> None:
        if self.nodes & (self.nodes - 1):
            raise ParameterError("nodes", "must be a power of two", got=repr(self.nodes))

    @property
    def peak(self) -> float:
        return self._rates[0] if self.order == "fractal" else self.lr

    def formula(self, m: Ops, t: Any) -> Any:
        if self.order == "fractal":
            plateau = m.minimum(m.cycles(t, self._plateau), float(self.nodes))
            return m.gather(self._rates, m.named("plateau", plateau), "rates")
        u = shapes.passed(m, t, self.total)
        return m.form(
            exact=lambda: m.where(t < self.total, self._rate_at(m, u), self.min_lr),
            plain=lambda: self.lr * self.min_lr / m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, u)),
        )

    def _rate_at(self, m: Ops, u: Any) -> Any:
        """Return the rate at the share ``u`` of the total."""
        # 1 / rate is the weighted mean of both inverses; multiplied out, neither can overflow.
        return m.maximum(self.min_lr, self.lr * (self.min_lr / m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, u))))

    @property
    def _plateau(self) -> float:
        return self.total / self.nodes

    @cached_property
    def _rates(self) -> tuple[float, ...]:
        """The rates of the plateaus in fractal order, and the rate after them."""
        shares = ((node + 0.5) / self.nodes for node in _fractal(self.nodes))
        return (*(float(self._rate_at(NUMPY, share)) for share in shares), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        if self.order == "falling":
            return super().pieces(until, at_most)
        end = min(self.total, until)
        after = [Piece(end, until, "flat")] if end < until else []
        if math.ceil(end / self._plateau) > at_most:
            return [Piece(0.0, end, "cycles", self.total, tuple(self._plateaus(self.total))), *after]
        return [*self._plateaus(end), *after]

    def _plateaus(self, end: float) -> list[Piece]:
        edges = [min(i * self._plateau, end) for i in range(self.nodes + 1)]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b]

    def description(self, formatter: Formatter) -> str:
        end = f"to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"
        return f"{self.nodes} plateaus in fractal order, {end}" if self.order == "fractal" else end

    def summary(self, formatter: Formatter) -> str:
        end = f"to {formatter.number(self.min_lr)}"
        return f"{self.nodes} plateaus, {end}" if self.order == "fractal" else end
