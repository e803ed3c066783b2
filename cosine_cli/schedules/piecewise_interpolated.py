"""The schedule ``piecewise_interpolated``: a list of points, joined."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import Derived, param, share
from cosine_cli.schedules.core.milestones import Milestone, given
from cosine_cli.schedules.core.ops import Ops
from cosine_cli.schedules.core.pieces import Piece, PieceKind
from cosine_cli.schedules.core.schedule import Family, Formatter, Schedule

_SPOKEN = 4
"""How many points a sentence can hold."""

_MOST_SPELLED = 6
"""How many points are written as one case after the other."""


def _tenths_to_0(given: Mapping[str, Any], run: float) -> tuple[float, ...]:
    del run
    before_the_last = range(max(len(given["times"]) - 1, 1))
    return (*(0.1 / 10**i for i in before_the_last), 0.0)[: len(given["times"])]


@dataclass(frozen=True, kw_only=True)
class PiecewiseInterpolated(Schedule):
    r"""Rates at given times, and a straight line or half a cosine wave from each to the next.

    .. math:: \eta(t) = v_i + (v_{i+1} - v_i)\,s\!\left(\frac{t - t_i}{t_{i+1} - t_i}\right)
        \text{ for } t_i \le t < t_{i+1}

    with :math:`t_i` = ``times`` (steps), :math:`v_i` = ``values``, :math:`s` = ``between``: linear :math:`u`, cosine
    :math:`(1 - \cos(\pi u)) / 2`. It is the first rate before the first time, and stays at the last after the last.

    Source: what ``numpy.interp`` does; as a schedule Coleman et al. 2017, DAWNBench, whose entries on CIFAR-10 drew
    their rates as lines through a few points.

    >>> PiecewiseInterpolated(times=(0, 15, 30), values=(0.1, 0.4, 0))([0, 5, 15, 20, 30])
    array([0.1       , 0.2       , 0.4       , 0.26666667, 0.        ])

    From 0.1 up to 0.4 at step 15, then down to 0 at step 30, in straight lines.
    """

    family: ClassVar[Family] = "tables"
    aliases: ClassVar[str] = "piecewise_linear piecewise_cosine PiecewiseLinear interpolate interp points"
    framework_names: ClassVar[Mapping[str, str]] = {"optax": "piecewise_interpolate_schedule"}

    times: tuple[float, ...] = param(
        share(0.3, 0.6, 1.0), "times of the rates", at_least=0, ascending=True, time="moment", example="0/15/30"
    )
    values: tuple[float, ...] = param(
        Derived("0.1, a tenth of it each time, and 0 at the last", _tenths_to_0),
        "rates, one a time",
        at_least=0,
        example="0.1/0.4/0",
    )
    between: str = param("linear", "how it goes from one rate to the next", choices=("linear", "cosine"))

    def check(self) -> None:
        """Refuse more or fewer rates than times, and a run of nothing."""
        if len(self.values) != len(self.times):
            rule = f"must be one for each of times ({len(self.times)})"
            raise ParameterError("values", rule, got=str(len(self.values)))
        if not any(self.values):
            raise ParameterError("values", "must have a rate above 0", got="none")

    @cached_property
    def peak(self) -> float:
        """The highest of the rates."""
        return max(self.values)

    @cached_property
    def floor(self) -> float:
        """The lowest of the rates."""
        return min(self.values)

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The times of the rates."""
        return given("times", self.times, reached=True)

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at ``t``."""
        if len(self.times) == 1:
            return self.values[0] + 0.0 * t
        return m.form(
            exact=lambda: self._looked_up(m, t),
            plain=lambda: self._in_turn(m, t) if len(self.times) <= _MOST_SPELLED else self._looked_up(m, t),
        )

    def _in_turn(self, m: Ops, t: Any) -> Any:
        """Return the rate by one case after the other."""
        rate: Any = self.values[-1]
        points = list(zip(self.times, self.values, strict=True))
        for (start, first), (end, last) in reversed(list(itertools.pairwise(points))):
            rate = m.where(t < end, self._segment(m, t, (start, end), (first, last)), rate)
        return m.where(t < self.times[0], self.values[0], rate)

    def _looked_up(self, m: Ops, t: Any) -> Any:
        """Return the rate by the times and the rates on both sides."""
        index = m.named("index", m.count(self.times[1:-1], t))
        times = m.gather(self.times[:-1], index, "starts"), m.gather(self.times[1:], index, "ends")
        values = m.gather(self.values[:-1], index, "first_rates"), m.gather(self.values[1:], index, "last_rates")
        return self._segment(m, t, times, values)

    def _segment(self, m: Ops, t: Any, times: tuple[Any, ...], values: tuple[Any, ...]) -> Any:
        (start, end), (first, last) = times, values
        u = m.named("progress", m.minimum(m.maximum((t - start) / (end - start), 0.0), 1.0))
        return m.lerp(last, first, shapes.cosine_of(m, u) if self.between == "cosine" else u)

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t``: straight lines are those of ``numpy.interp``."""
        if self.between == "cosine":
            return super().rate(t)
        return np.clip(np.interp(t, self.times, self.values), self.floor, self.peak)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return what lies between the times: as many as were asked for by name, so ``at_most`` leaves them alone."""
        del at_most
        kinds: list[PieceKind] = ["flat" if a == b else "smooth" for a, b in itertools.pairwise(self.values)]
        ends = zip((*self.times, math.inf), ("flat", *kinds, "flat"), strict=True)
        return shapes.in_phases(tuple(ends), until)

    def description(self, formatter: Formatter) -> str:
        """Say the rates and their times."""
        if len(self.values) > _SPOKEN:
            return f"{self.between} through {len(self.values)} rates"
        rates, times = map(formatter.number, self.values), map(formatter.length, self.times)
        return f"{self.between} through {', '.join(rates)} at {', '.join(times)}"

    def summary(self, formatter: Formatter) -> str:
        """Say the times."""
        if len(self.values) > _SPOKEN:
            return f"{len(self.values)} rates"
        return f"at {' '.join(map(formatter.length, self.times))}"
