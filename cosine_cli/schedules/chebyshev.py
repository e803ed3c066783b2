"""The schedule ``chebyshev``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.fields import Derived, decay_length, param, peak_rate
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece, decay_then_floor
from cosine_cli.schedules.core.schedule import Formatter, Schedule

_MOST_NODES = 1024


def _tenth_of_the_peak(given: Mapping[str, Any], run: float) -> float:
    del run
    return float(given["lr"]) / 10


def _fractal(nodes: int) -> list[int]:
    """Return the numbers of a power of two of nodes, so ordered that any few in a row are near to being balanced."""
    order = [0]
    while len(order) < nodes:
        last = 2 * len(order) - 1
        order = [node for early in order for node in (early, last - early)]
    return order


@dataclass(frozen=True, kw_only=True)
class Chebyshev(Schedule):
    r"""The step sizes that are best for quadratics of a known range: the inverse of a cosine wave; then flat.

    .. math:: \eta(t) = 1 / (\tfrac12 (1/m + 1/\eta_0) - \tfrac12 (1/m - 1/\eta_0) \cos(\pi u)), \quad
        u = \min(t, T) / T

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`T` = ``total`` (steps); the inverses of the rates are
    the bounds of the curvature. In ``order`` falling :math:`u` passes smoothly; in order fractal :math:`T` is cut into
    :math:`n` = ``nodes`` plateaus of :math:`u = (p_i + 1/2) / n`, where :math:`p` is 0 for one node, and for
    :math:`2n` of them :math:`p_i` and :math:`2n - 1 - p_i` in turn. It stays at ``min_lr`` after ``total``.

    Source: Agarwal, Goel & Zhang 2021 (ICML, arXiv 2103.01338), who take the fractal order, with a node an update,
    from Lebedev & Finogenov 1971.

    >>> Chebyshev(lr=0.1, total=100, min_lr=0.025)([0, 50, 100])
    array([0.1  , 0.04 , 0.025])
    >>> Chebyshev(lr=0.1, total=100, min_lr=0.025, order="fractal", nodes=4)([0, 25, 50, 75]).round(3)
    array([0.09 , 0.026, 0.052, 0.033])

    The inverse rises from 10 to 40 and is 25 halfway; in fractal order the highest of four rates comes first, then the
    lowest, then the two between them.
    """

    aliases: ClassVar[str] = "fractal chebyshev_steps get_chebyshev_schedule"
    framework_names: ClassVar[Mapping[str, str]] = {"pytorch_optimizer": "get_chebyshev_schedule"}

    lr: float = peak_rate()
    total: float = decay_length()
    min_lr: float = param(
        Derived("a tenth of lr", _tenth_of_the_peak), "learning rate at the end", above=0, no_more_than="lr"
    )
    order: str = param("falling", "in which order the rates come", choices=("falling", "fractal"))
    nodes: int = param(64, "number of plateaus in fractal order, a power of two", at_least=1, at_most=_MOST_NODES)

    def check(self) -> None:
        """Refuse a number of nodes that halving does not bring to one."""
        if self.nodes & (self.nodes - 1):
            raise ParameterError("nodes", "must be a power of two", got=repr(self.nodes))

    @property
    def peak(self) -> float:
        """The peak, or in fractal order the highest of the nodes, which is the first."""
        return self._rates[0] if self.order == "fractal" else self.lr

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        if self.order == "fractal":
            plateau = m.minimum(m.cycles(t, self._plateau), float(self.nodes))
            return m.gather(self._rates, m.named("plateau", plateau), "rates")
        u = shapes.passed(m, t, self.total)
        return m.form(
            exact=lambda: m.where(t < self.total, self._rate_at(m, u), self.min_lr),
            plain=lambda: self.lr * self.min_lr / m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, u)),
        )

    def _rate_at(self, m: Ops, u: Any) -> Any:
        """Return the rate when the share ``u`` has passed."""
        # 1 / rate is the mean of both inverses; multiplied out, none of them can become infinite.
        return m.maximum(self.min_lr, self.lr * (self.min_lr / m.lerp(self.lr, self.min_lr, shapes.cosine_of(m, u))))

    @property
    def _plateau(self) -> float:
        return self.total / self.nodes

    @cached_property
    def _rates(self) -> tuple[float, ...]:
        """The rates of the plateaus in fractal order, and of what follows them."""
        shares = ((node + 0.5) / self.nodes for node in _fractal(self.nodes))
        return (*(float(self._rate_at(NUMPY, share)) for share in shares), self.min_lr)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the decay, or the plateaus, as one cycle where there are too many; and the floor behind it."""
        if self.order == "falling":
            return decay_then_floor(self.total, until)
        end = min(self.total, until)
        behind = [Piece(end, until, "flat")] if end < until else []
        if math.ceil(end / self._plateau) > at_most:
            return [Piece(0.0, end, "cycles", self.total, tuple(self._plateaus(self.total))), *behind]
        return [*self._plateaus(end), *behind]

    def _plateaus(self, end: float) -> list[Piece]:
        edges = [min(i * self._plateau, end) for i in range(self.nodes + 1)]
        return [Piece(a, b, "flat") for a, b in itertools.pairwise(edges) if a < b]

    def description(self, formatter: Formatter) -> str:
        """Say the order where it is fractal, and where the decay ends."""
        words = f"to {formatter.number(self.min_lr)} at {formatter.moment(self.total)}"
        return f"{self.nodes} plateaus in fractal order, {words}" if self.order == "fractal" else words

    def summary(self, formatter: Formatter) -> str:
        """Say the order where it is fractal, and where the decay ends."""
        words = f"to {formatter.number(self.min_lr)}"
        return f"{self.nodes} plateaus, {words}" if self.order == "fractal" else words
