"""The schedule ``cyclic``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.prelude import (
    Derived,
    OneUnit,
    Ops,
    ParameterError,
    Piece,
    Schedule,
    between,
    param,
    peak_rate,
)

_LEFT_AT_THE_END = 0.1
_MOST_HALVINGS = 1000.0
"""Further halvings leave 0, and larger powers are slow to compute."""


def _gamma(given: Mapping[str, Any], run: float) -> float:
    return float(_LEFT_AT_THE_END ** (given["per"] / run)) if given["mode"] == "exp_range" else 1.0


@dataclass(frozen=True, kw_only=True)
class Cyclic(Schedule):
    r"""Linear increase and decrease, repeated (triangular waves).

    .. math:: \eta(t) = m + (\eta_0 - m)\,g\,\min(\tau / u, (u + d - \tau) / d), \quad
        \tau = t - i\,(u + d), \quad i = \lfloor t / (u + d) \rfloor

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`u` = ``rise``, :math:`d` = ``fall`` (steps) and
    :math:`g` depending on ``mode``: triangular :math:`1`, triangular2 :math:`2^{-i}`, exp_range :math:`\gamma^{t / p}`
    with :math:`\gamma` = ``gamma``, :math:`p` = ``per`` (steps; one epoch in a plan that counts epochs). The cycles
    never end.

    Source: Smith 2015, Cyclical Learning Rates (WACV 2017, arXiv 1506.01186), sec. 3; PyTorch's ``CyclicLR`` (2019)
    added a rise and a fall of different lengths.

    >>> Cyclic(lr=0.1, min_lr=0.01, rise=10, fall=10, mode="triangular2")([0, 5, 10, 20, 30, 40])
    array([0.01 , 0.055, 0.1  , 0.01 , 0.055, 0.01 ])

    From 0.01 up to 0.1 over 10 steps and back over 10; the second cycle is half as high.
    """

    family = "cyclic"
    aliases = "clr cyclical triangular triangular2 exp_range cyclic_lr"
    framework_names = {"torch": "CyclicLR", "paddle": "CyclicLR"}
    description_format = "{min_lr} to {lr} and back, {_cycle:span}{_shrinking}"
    summary_format = "{rise:length} up, {fall:length} down"

    lr: float = peak_rate()
    min_lr: float = param(
        Derived("a tenth of lr", lambda given, _: given["lr"] / 10.0),
        "rate between two cycles",
        at_least=0,
        no_more_than="lr",
        share_of="lr",
        standalone=0.0,
    )
    rise: float = param(
        Derived("10% of the run, in whole steps", lambda _, run: max(float(round(run / 10.0)), 1.0)),
        "length of the increase in each cycle",
        above=0,
        time="length",
        example="10",
    )
    fall: float = param(
        Derived("as long as rise", lambda given, _: float(given["rise"])),
        "length of the decrease in each cycle",
        above=0,
        time="length",
    )
    mode: str = param("triangular", "how the height changes", choices=("triangular", "triangular2", "exp_range"))
    gamma: float = param(
        Derived(f"in mode exp_range, {_LEFT_AT_THE_END:.0%} of the height at the end of the run; else 1", _gamma),
        "factor of the height over the time per, in mode exp_range",
        above=0,
        at_most=1,
        standalone=1.0,
    )
    per: float = param(OneUnit(), "time over which gamma applies", above=0, time="length", standalone=1.0)

    def check(self) -> None:
        if self._cycle < 1.0:
            raise ParameterError("rise", "must be at least one step together with fall", got=repr(self.rise))
        if self.gamma != 1.0 and self.mode != "exp_range":
            raise ParameterError(
                "gamma", f"must be 1 in mode {self.mode}", got=repr(self.gamma), hint="give mode=exp_range too"
            )

    @property
    def _cycle(self) -> float:
        return self.rise + self.fall

    def formula(self, m: Ops, t: Any) -> Any:
        index = m.named("cycle", m.cycles(t, self._cycle))
        local = m.named("local", t - index * self._cycle)
        falling = m.form(
            exact=lambda: m.maximum(1.0 - (local - self.rise) / self.fall, 0.0),
            plain=lambda: (self._cycle - local) / self.fall,
        )
        height = m.named("height", m.where(local < self.rise, local / self.rise, falling))
        if self.mode == "triangular2":
            height = height * 0.5 ** m.minimum(index, _MOST_HALVINGS)
        elif self.gamma != 1.0:
            height = height * self.gamma ** (t / self.per)
        return m.lerp(self.lr, self.min_lr, height)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        edges = (0.0, *(edge for edge in (self._turn, self.rise) if edge <= self.rise), self._cycle)
        cycle = tuple(Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b)
        count = math.ceil(until / self._cycle)
        if count * len(cycle) > at_most:
            return [Piece(0.0, until, "cycles", self._cycle, cycle)]
        return list(between(self._repeated(cycle, count), 0.0, until))

    def _repeated(self, cycle: tuple[Piece, ...], count: int) -> Iterator[Piece]:
        for index in range(count):
            start, stop = index * self._cycle, (index + 1) * self._cycle
            edges = [*(start + piece.t0 for piece in cycle), stop]
            for piece, t0, t1 in zip(cycle, edges, edges[1:], strict=False):
                yield piece._replace(t0=t0, t1=t1)

    @property
    def _turn(self) -> float:
        """The time in a cycle from which the factor falls faster than the height rises: the maximum of ``x g^x``."""
        return math.inf if self.gamma == 1.0 else self.per / -math.log(self.gamma)

    @property
    def _shrinking(self) -> str:
        return {"triangular": "", "triangular2": ", half as high each time", "exp_range": ", sinking"}[self.mode]
