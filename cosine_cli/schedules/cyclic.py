"""The schedule ``cyclic``: up and down, again and again."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.fields import Derived, OneUnit, param, peak_rate
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_LEFT_AT_THE_END = 0.1
_HALVINGS = 1000.0
"""After so many nothing is left of a height; the power of more is slow."""


def _a_tenth(given: Mapping[str, Any], run: float) -> float:
    del run
    return float(given["lr"]) / 10.0


def _tenth_of_run(given: Mapping[str, Any], run: float) -> float:
    del given
    return max(float(round(run / 10.0)), 1.0)


def _as_rise(given: Mapping[str, Any], run: float) -> float:
    del run
    return float(given["rise"])


def _gamma(given: Mapping[str, Any], run: float) -> float:
    return float(_LEFT_AT_THE_END ** (given["per"] / run)) if given["mode"] == "exp_range" else 1.0


@dataclass(frozen=True, kw_only=True)
class Cyclic(Schedule):
    r"""A straight climb and a straight descent, again and again.

    .. math:: \eta(t) = m + (\eta_0 - m)\,g\,\min(\tau / u, (u + d - \tau) / d), \quad
        \tau = t - i\,(u + d), \quad i = \lfloor t / (u + d) \rfloor

    with :math:`\eta_0` = ``lr``, :math:`m` = ``min_lr``, :math:`u` = ``rise``, :math:`d` = ``fall`` (steps) and
    :math:`g` by ``mode``: triangular :math:`1`, triangular2 :math:`2^{-i}`, exp_range :math:`\gamma^{t / p}` with
    :math:`\gamma` = ``gamma``, :math:`p` = ``per`` (steps; in a plan one epoch when it counts in epochs). It has no
    end.

    Source: Smith 2015, Cyclical Learning Rates (WACV 2017, arXiv 1506.01186), sec. 3; rise and fall of different
    lengths are of PyTorch's ``CyclicLR`` (2019).

    >>> Cyclic(lr=0.1, min_lr=0.01, rise=10, fall=10, mode="triangular2")([0, 5, 10, 20, 30, 40])
    array([0.01 , 0.055, 0.1  , 0.01 , 0.055, 0.01 ])

    From 0.01 up to 0.1 over 10 steps and back over 10, then half as high.
    """

    family: ClassVar[Family] = "cycles"
    aliases: ClassVar[str] = "clr cyclical triangular triangular2 exp_range cyclic_lr"
    framework_names: ClassVar[Mapping[str, str]] = {"torch": "CyclicLR", "paddle": "CyclicLR"}

    lr: float = peak_rate()
    min_lr: float = param(
        Derived("a tenth of lr", _a_tenth), "rate between two cycles", at_least=0, no_more_than="lr", alone=0.0
    )
    rise: float = param(
        Derived("10% of the run, in whole steps", _tenth_of_run),
        "time that a cycle climbs",
        above=0,
        time="length",
        example="10",
    )
    fall: float = param(Derived("as long as rise", _as_rise), "time that a cycle falls", above=0, time="length")
    mode: str = param("triangular", "what becomes of the height", choices=("triangular", "triangular2", "exp_range"))
    gamma: float = param(
        Derived(f"what leaves {_LEFT_AT_THE_END:.0%} of the height at the end of the run in mode exp_range", _gamma),
        "factor of the height over the time per, in mode exp_range",
        above=0,
        at_most=1,
        alone=1.0,
    )
    per: float = param(OneUnit(), "time in which the height falls by gamma", above=0, time="length", alone=1.0)

    def check(self) -> None:
        """Refuse cycles without an update in them, and a factor that the mode does not use."""
        if self.rise + self.fall < 1.0:
            rule = "must make a cycle of at least one step with fall"
            raise ParameterError("rise", rule, got=repr(self.rise))
        if self.gamma != 1.0 and self.mode != "exp_range":
            raise ParameterError(
                "gamma", f"must be 1 in mode {self.mode}", got=repr(self.gamma), hint="give mode=exp_range too"
            )

    @property
    def _cycle(self) -> float:
        return self.rise + self.fall

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        index = m.named("cycle", m.cycles(t, self._cycle))
        local = m.named("local", t - index * self._cycle)
        falling = m.form(
            exact=lambda: m.maximum(1.0 - (local - self.rise) / self.fall, 0.0),
            plain=lambda: (self._cycle - local) / self.fall,
        )
        height = m.named("height", m.where(local < self.rise, local / self.rise, falling))
        if self.mode == "triangular2":
            height = height * 0.5 ** m.minimum(index, _HALVINGS)
        elif self.gamma != 1.0:
            height = height * self.gamma ** (t / self.per)
        return m.lerp(self.lr, self.min_lr, height)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the climb and the descent of every cycle; as a row of cycles where there are too many."""
        edges = (0.0, *(edge for edge in (self._turn, self.rise) if edge <= self.rise), self._cycle)
        one = tuple(Piece(a, b, "smooth") for a, b in itertools.pairwise(edges) if a < b)
        count = math.ceil(until / self._cycle)
        if count * len(one) > at_most:
            return [Piece(0.0, until, "cycles", self._cycle, one)]
        return list(between(self._all_pieces(one, count), 0.0, until))

    def _all_pieces(self, one: tuple[Piece, ...], count: int) -> Iterator[Piece]:
        for index in range(count):
            start, stop = index * self._cycle, (index + 1) * self._cycle
            edges = [*(start + piece.t0 for piece in one), stop]
            for piece, t0, t1 in zip(one, edges, edges[1:], strict=False):
                yield piece._replace(t0=t0, t1=t1)

    @property
    def _turn(self) -> float:
        """The time in a cycle from which the factor falls faster than the cycle climbs: of ``x g^x`` the highest."""
        return math.inf if self.gamma == 1.0 else self.per / -math.log(self.gamma)

    def description(self, formatter: Formatter) -> str:
        """Say between which rates it goes, and how long a cycle is."""
        return f"{formatter.number(self.min_lr)} to {formatter.number(self.lr)} and back, {formatter.span(self._cycle)}{self._sinking}"

    def summary(self, formatter: Formatter) -> str:
        """Say how long the climb and the descent are."""
        return f"{formatter.length(self.rise)} up, {formatter.length(self.fall)} down"

    @property
    def _sinking(self) -> str:
        return {"triangular": "", "triangular2": ", half as high each time", "exp_range": ", sinking"}[self.mode]
