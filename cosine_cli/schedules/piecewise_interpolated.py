"""The schedule ``piecewise_interpolated``."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from cosine_cli.schedules.core.milestones import given
from cosine_cli.schedules.core.prelude import (
    Derived,
    Formatter,
    Milestone,
    Ops,
    ParameterError,
    PieceKind,
    Rates,
    Schedule,
    param,
    shapes,
    share,
)

_MOST_LISTED = 4
"""How many points a description lists."""

_MOST_SPELLED = 6
"""How many points generated code writes as one case each."""


def _tenths_to_0(given: Mapping[str, Any], run: float) -> tuple[float, ...]:
    del run
    before_the_last = range(max(len(given["times"]) - 1, 1))
    return (*(0.1 / 10**i for i in before_the_last), 0.0)[: len(given["times"])]


@dataclass(frozen=True, kw_only=True)
class PiecewiseInterpolated(Schedule):
    r"""Linear or cosine interpolation between rates at given times.

    .. math:: \eta(t) = v_i + (v_{i+1} - v_i)\,s\!\left(\frac{t - t_i}{t_{i+1} - t_i}\right)
        \text{ for } t_i \le t < t_{i+1}

    with :math:`t_i` = ``times`` (steps), :math:`v_i` = ``values``, :math:`s` = ``between``: linear :math:`u`, cosine
    :math:`(1 - \cos(\pi u)) / 2`. It is the first rate before the first time, and the last rate after the last; with
    ``after`` end, it ends there.

    Source: ``numpy.interp``; as a schedule Coleman et al. 2017, DAWNBench, whose CIFAR-10 entries interpolate linearly
    between a few points.

    >>> PiecewiseInterpolated(times=(0, 15, 30), values=(0.1, 0.4, 0))([0, 5, 15, 20, 30])
    array([0.1       , 0.2       , 0.4       , 0.26666667, 0.        ])

    From 0.1 up to 0.4 at step 15, then down to 0 at step 30, in straight lines.
    """

    family = "tabulated"
    aliases = "piecewise_linear piecewise_cosine PiecewiseLinear interpolate interp points"
    framework_names = {"optax": "piecewise_interpolate_schedule"}

    times: tuple[float, ...] = param(
        share(0.3, 0.6, 1.0), "times of the rates", at_least=0, ascending=True, time="moment", example="0/15/30"
    )
    values: tuple[float, ...] = param(
        Derived("0.1, a tenth of it at each time, and 0 at the last", _tenths_to_0),
        "rates, one per time",
        at_least=0,
        example="0.1/0.4/0",
    )
    between: str = param("linear", "interpolation between two rates", choices=("linear", "cosine"))
    after: str = param("constant", "what follows the last time: its rate, or no rate", choices=("constant", "end"))

    def check(self) -> None:
        if len(self.values) != len(self.times):
            rule = f"must be one for each of times ({len(self.times)})"
            raise ParameterError("values", rule, got=str(len(self.values)))
        if not any(self.values):
            raise ParameterError("values", "must include a rate above 0", got="none")

    @cached_property
    def peak(self) -> float:
        return max(self.values)

    @cached_property
    def floor(self) -> float:
        return min(self.values)

    @property
    def ends(self) -> float:
        """The last time, if the curve ends there."""
        return self.times[-1] if self.after == "end" else math.inf

    @property
    def why_it_ends(self) -> str:
        """What follows the last time."""
        return "it has no rates"

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        return given("times", self.times, reached=True)

    def formula(self, m: Ops, t: Any) -> Any:
        if len(self.times) == 1:
            return self.values[0] + 0.0 * t
        return m.form(
            exact=lambda: self._from_tables(m, t),
            plain=lambda: self._by_cases(m, t) if len(self.times) <= _MOST_SPELLED else self._from_tables(m, t),
        )

    def _by_cases(self, m: Ops, t: Any) -> Any:
        """Return the rate with one case per segment."""
        rate: Any = self.values[-1]
        points = list(zip(self.times, self.values, strict=True))
        for (start, first), (end, last) in reversed(list(itertools.pairwise(points))):
            rate = m.where(t < end, self._segment(m, t, (start, end), (first, last)), rate)
        return m.where(t < self.times[0], self.values[0], rate)

    def _from_tables(self, m: Ops, t: Any) -> Any:
        """Return the rate by lookup of the times and rates at both ends of the segment."""
        index = m.named("index", m.count(self.times[1:-1], t))
        times = m.gather(self.times[:-1], index, "starts"), m.gather(self.times[1:], index, "ends")
        values = m.gather(self.values[:-1], index, "first_rates"), m.gather(self.values[1:], index, "last_rates")
        return self._segment(m, t, times, values)

    def _segment(self, m: Ops, t: Any, times: tuple[Any, ...], values: tuple[Any, ...]) -> Any:
        (start, end), (first, last) = times, values
        u = m.named("progress", m.minimum(m.maximum((t - start) / (end - start), 0.0), 1.0))
        return m.lerp(last, first, shapes.cosine_of(m, u) if self.between == "cosine" else u)

    def rate(self, t: Rates) -> Rates:
        if self.between == "cosine":
            return super().rate(t)
        return np.clip(np.interp(t, self.times, self.values), self.floor, self.peak)  # four times as fast

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        kinds: list[PieceKind] = ["flat" if a == b else "smooth" for a, b in itertools.pairwise(self.values)]
        return list(zip((*self.times, math.inf), ("flat", *kinds, "flat"), strict=True))

    def description(self, formatter: Formatter) -> str:
        if len(self.values) > _MOST_LISTED:
            return f"{self.between} through {len(self.values)} rates"
        rates, times = map(formatter.number, self.values), map(formatter.length, self.times)
        return f"{self.between} through {', '.join(rates)} at {', '.join(times)}"

    def summary(self, formatter: Formatter) -> str:
        if len(self.values) > _MOST_LISTED:
            return f"{len(self.values)} rates"
        return f"at {' '.join(map(formatter.length, self.times))}"
