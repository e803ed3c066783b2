"""A curve through the rates of a function at some updates, for figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cosine_cli.plans.model.curve_style import CurveStyle
from cosine_cli.plans.model.plan import Curve
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated

if TYPE_CHECKING:
    from cosine_cli.plans.model.clock import Clock
    from cosine_cli.schedules.core.arrays import Rates
    from cosine_cli.schedules.core.pieces import PieceKind
    from cosine_cli.schedules.core.prelude import Formatter, Milestone, Ops

_MOST_POINTS = 2000
"""The largest number of points of a curve that is sampled, besides those at jumps."""

_JUMP = 0.01
"""The smallest change from one point to the next, relative to the largest rate, that is searched for a jump."""

_WITHIN = 0.01
"""A jump is located to this part of an update."""

_STRAIGHT = 5e-5
"""Points that are so close to the line through their neighbors, relative to the largest rate, are omitted."""

_LINE = CurveStyle()


def sampled_curve(label: str, rates: Callable[[Rates], Rates], clock: Clock, style: CurveStyle = _LINE) -> Curve:
    """Return a curve through the rates at some updates, with both sides of each jump."""
    total = float(clock.total)
    times = np.linspace(0.0, total, _MOST_POINTS + 1) if total > _MOST_POINTS else np.arange(total + 1)
    with np.errstate(all="ignore"):
        values = np.asarray(rates(times), dtype=np.float64)
        jumps = np.flatnonzero(np.abs(np.diff(values)) > _JUMP * np.nanmax(values))
        sides = [side for at in jumps[:200] for side in _jump(rates, float(times[at]), float(times[at + 1]))]
        times = np.unique(np.concatenate((times, sides)))
        values = np.asarray(rates(times), dtype=np.float64)
    known = np.isfinite(values)
    times, values = times[known], np.maximum(values[known], 0.0)
    kept = _corners(times, values, _STRAIGHT * values.max())
    return table_curve(label, times[kept], values[kept], clock, style)


def _corners(times: Rates, values: Rates, tolerance: float) -> list[int]:
    """Return the points of a polyline that differs from the given one by at most a tolerance: Douglas and Peucker."""
    kept, parts = {0, len(times) - 1}, [(0, len(times) - 1)]
    while parts:
        first, last = parts.pop()
        inside = slice(first, last + 1)
        line = np.interp(times[inside], times[[first, last]], values[[first, last]])
        apart = np.abs(values[inside] - line)
        middle = first + int(apart.argmax())
        if apart.max() > tolerance:
            kept.add(middle)
            parts += [(first, middle), (middle, last)]
    return sorted(kept)


def _jump(rates: Callable[[Rates], Rates], low: float, high: float) -> tuple[float, float]:
    """Return the two updates between which most of a change happens."""
    first, last = (float(value) for value in rates(np.array([low, high])))
    while high - low > _WITHIN:
        middle = (low + high) / 2
        value = float(rates(np.array([middle]))[0])
        low, high = (middle, high) if abs(value - first) < abs(value - last) else (low, middle)
    return low, high


@dataclass(frozen=True, kw_only=True)
class _WithJumps(Schedule):
    """A table of rates in which short segments are jumps."""

    family = PiecewiseInterpolated.family

    of: PiecewiseInterpolated

    @cached_property
    def _jumps(self) -> list[int]:
        return np.flatnonzero(np.diff(self.of.times) <= _WITHIN).tolist()

    @property
    def ends(self) -> float:
        """The last time of the table."""
        return self.of.ends

    @property
    def milestones_given(self) -> tuple[Milestone, ...]:
        """The times of the table."""
        return self.of.milestones_given

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the formula of the table."""
        return self.of.formula(m, t)

    def rate(self, t: Rates) -> Rates:
        """Return the rates at ``t``: those after a jump from its begin on."""
        rates = self.of.rate(t)
        for at in self._jumps:
            rates[(t >= self.of.times[at]) & (t < self.of.times[at + 1])] = self.of.values[at + 1]
        return rates

    @property
    def segments(self) -> Sequence[tuple[float, PieceKind]]:
        """The segments between the jumps."""
        ends = {self.of.times[at + 1] for at in self._jumps}
        return [(end, kind) for end, kind in self.of.segments if end not in ends]

    def description(self, formatter: Formatter) -> str:
        """Return the description of the table."""
        return self.of.description(formatter)

    def summary(self, formatter: Formatter) -> str:
        """Return the summary of the table."""
        return self.of.summary(formatter)


def table_curve(label: str, times: Rates, rates: Rates, clock: Clock, style: CurveStyle = _LINE) -> Curve:
    """Return a curve through these rates at these times."""
    values = tuple(map(float, rates))
    given = {"times": tuple(clock.time(float(time)) for time in times), "values": values, "after": "end"}
    schedule = _WithJumps(of=PiecewiseInterpolated(times=tuple(map(float, times)), values=values, after="end"))
    return Curve(
        label=label,
        name="piecewise_interpolated",
        params=given,
        schedule=schedule,
        specified=frozenset(given),
        style=style,
    )
