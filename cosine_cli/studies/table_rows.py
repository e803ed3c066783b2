"""The times of the rows of a table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import CONTENT, Clock, Time
from cosine_cli.plans.model.options import Rows
from cosine_cli.plans.model.placement import pace
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.finite import check_finite_at
from cosine_cli.plans.resolve.times import check_unit, on_clock
from cosine_cli.schedules.core.arrays import BLOCK, Rates
from cosine_cli.schedules.core.fields import Param, params

MOST_KNOTS = 32
"""The largest number of breakpoints of a curve that get rows of their own."""


_ROUNDING = 1 - 2**-50
"""Removes rounding errors of products: 391.00000000000006 is step 391."""


class Times(NamedTuple):
    """The times of the rows in steps: listed, or multiples of a distance up to a last one, and some in between.

    Multiples of a fractional distance are rounded up to whole steps.
    """

    listed: Rates | None = None
    distance: float = 0.0
    last: float = 0.0
    between: tuple[float, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows."""
        if self.listed is not None:
            return len(self.listed)
        return self._multiples + len(self.between)

    @property
    def _multiples(self) -> int:
        if self.distance.is_integer():
            return math.ceil(self.last / self.distance) + 1
        return math.floor((self.last - 1) / (self.distance * _ROUNDING)) + 2

    def at(self, index: Rates) -> Rates:
        """Return these multiples of the distance."""
        times = index * self.distance
        return np.minimum(times if self.distance.is_integer() else np.ceil(times * _ROUNDING), self.last)

    def blocks(self) -> Iterator[Rates]:
        """Yield the times in blocks."""
        if self.listed is not None:
            yield from (self.listed[start : start + BLOCK] for start in range(0, len(self.listed), BLOCK))
            return
        for start in range(0, self._multiples, BLOCK):
            times = self.at(np.arange(start, min(start + BLOCK, self._multiples), dtype=np.float64))
            beside = [time for time in self.between if times[0] < time < (start + BLOCK) * self.distance]
            yield np.sort(np.concatenate((times, beside))) if beside else times


def choose(plan: Plan, given: dict[str, RawValue]) -> Times:
    """Return the times of the requested rows.

    Raises RequestError for two conflicting options, or for invalid values.
    """
    if len(given) > 1:
        first, second = list(given.values())[:2]
        raise user_error(f"{first.where} and {second.where}", "cannot be combined; give one of them")
    declared = {param.name: param for param in params(Rows)}
    clock = plan.clock
    given = {name: value._replace(unit=clock.unit) for name, value in given.items()}
    if "at" in given:
        times = read(declared["at"], given["at"])
        listed = np.array([_steps(time, clock, given["at"]) for time in times])
        check_finite_at(plan, listed, where=given["at"].where)
        return Times(listed)
    if "every" in given:
        return Times(distance=_distance(declared["every"], given["every"], clock), last=float(clock.total))
    count = read(declared["rows"], given["rows"]) if "rows" in given else declared["rows"].default
    return _round_rows(plan, count)


def _steps(time: Any, clock: Clock, raw: RawValue) -> float:
    return clock.steps(on_clock(time, raw, clock).value)


def _distance(declared: Param, raw: RawValue, clock: Clock) -> float:
    distance = read(declared, raw)
    if isinstance(distance, Time) and distance.unit in CONTENT:
        check_unit(distance, raw, clock)
        return max(clock.steps(distance), 1.0)
    steps = _steps(distance, clock, raw)
    if steps < 1 or not steps.is_integer():
        raise user_error(raw.where, "must be a whole number of steps, at least one", got=f"'{raw.text}'")
    return steps


def _round_rows(plan: Plan, count: int) -> Times:
    """Return round times, both ends, and breakpoints, each rounded up to a whole update."""
    clock = plan.clock
    spoken = clock.steps(Time(round_distance(clock.length, count - 1, whole=clock.unit_steps == 1), clock.unit))
    times = Times(distance=max(spoken, 1.0), last=float(clock.total))
    moved = np.array(sorted({time for curve in plan.curves for time in _updates_at_knots(curve, plan)}))
    # A breakpoint on the multiple before or after it already has a row.
    below = np.floor(moved / times.distance)
    fresh = (times.at(below) != moved) & (times.at(below + 1) != moved)
    return times._replace(between=tuple(moved[fresh].tolist()))


def _updates_at_knots(curve: Curve, plan: Plan) -> Iterator[float]:
    """Yield the times on the axis of the first update at or after each breakpoint of a curve, and of its end."""
    own, total = pace(curve, plan), plan.clock_of(curve).total
    ends = [total] if own.time(total) < plan.clock.total else []
    for knot in (*(curve.schedule.knots(total, MOST_KNOTS) or ()), *ends):
        yield own.time(math.ceil(knot))


def round_distance(length: float, intervals: float, *, whole: bool) -> float:
    """Return the smallest round number that divides ``length`` into at most ``intervals`` intervals.

    >>> round_distance(100, 10, whole=True), round_distance(95, 10, whole=True), round_distance(5, 10, whole=False)
    (10.0, 10.0, 0.5)
    """
    intervals = min(intervals, length) if whole else intervals
    exponent = math.floor(math.log10(length / intervals))
    steps = (float(f"{digit}e{power}") for power in (exponent, exponent + 1) for digit in (1, 2, 2.5, 5))
    fitting = (step for step in steps if step * intervals >= length and (not whole or step.is_integer()))
    return next(fitting)
