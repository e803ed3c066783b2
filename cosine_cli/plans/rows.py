"""At which times a table has its rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from cosine_cli.errors import refusal
from cosine_cli.plans.asked import Rows
from cosine_cli.plans.clock import Clock, Time
from cosine_cli.plans.numbers import Percent
from cosine_cli.plans.plan import Plan
from cosine_cli.plans.reading import read
from cosine_cli.plans.said import Said
from cosine_cli.schedules.core.arrays import BLOCK, Rates
from cosine_cli.schedules.core.fields import Param, params

MOST_KNOTS = 32
"""A curve with more knots than this shows none of them in a table."""


class Times(NamedTuple):
    """The times of the rows, in steps: listed, or at every distance from 0 to a last one, and some in between."""

    listed: Rates | None = None
    distance: float = 0.0
    last: float = 0.0
    between: tuple[float, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        if self.listed is not None:
            return len(self.listed)
        return math.ceil(self.last / self.distance) + 1 + len(self.between)

    def blocks(self) -> Iterator[Rates]:
        """Yield the times a block at a time."""
        if self.listed is not None:
            yield from (self.listed[start : start + BLOCK] for start in range(0, len(self.listed), BLOCK))
            return
        even = self.rows - len(self.between)
        for start in range(0, even, BLOCK):
            index = np.arange(start, min(start + BLOCK, even), dtype=np.float64)
            times = np.minimum(index * self.distance, self.last)
            beside = [time for time in self.between if times[0] < time < (start + BLOCK) * self.distance]
            yield np.sort(np.concatenate((times, beside))) if beside else times


def choose(plan: Plan, said: dict[str, Said]) -> Times:
    """Return the times of the rows that were asked for.

    Raises RequestError where two ways of choosing them were given, or one that makes none.
    """
    if len(said) > 1:
        first, second = list(said.values())[:2]
        raise refusal(f"{first.where} and {second.where}", "rows are chosen one way: give one of the two")
    declared = {param.name: param for param in params(Rows)}
    clock = plan.clock
    if "at" in said:
        times = read(declared["at"], said["at"])
        return Times(np.array([_steps(time, clock, said["at"]) for time in times]))
    if "every" in said:
        return Times(distance=_distance(declared["every"], said["every"], clock), last=float(clock.total))
    count = read(declared["rows"], said["rows"]) if "rows" in said else declared["rows"].default
    return _round_rows(plan, count)


def _steps(time: Any, clock: Clock, said: Said) -> float:
    if isinstance(time, Percent):
        return float(round(clock.total * time.value / 100))
    if isinstance(time, Time) and time.unit == "epoch" and clock.steps_per_epoch is None:
        raise refusal(said.where, "epochs mean nothing here", got=f"'{said.text}'", mend="give --steps-per-epoch")
    return clock.steps(time)


def _distance(declared: Param, said: Said, clock: Clock) -> float:
    steps = _steps(read(declared, said), clock, said)
    if steps < 1 or not steps.is_integer():
        raise refusal(said.where, "must be a whole number of updates, at least one", got=f"'{said.text}'")
    return steps


def _round_rows(plan: Plan, count: int) -> Times:
    """Return round times, both ends and the knots: each the first update at which the curve has moved."""
    clock = plan.clock
    spoken = clock.steps(Time(round_distance(clock.length, count - 1, whole=clock.unit_steps == 1), clock.unit))
    distance, last = float(max(math.ceil(spoken), 1)), float(clock.total)
    knots = [curve.schedule.knots(clock.total, MOST_KNOTS) or () for curve in plan.curves]
    moved = {float(math.ceil(knot)) for some in knots for knot in some}
    return Times(distance=distance, last=last, between=tuple(sorted(t for t in moved if t % distance and t < last)))


def round_distance(length: float, intervals: int, *, whole: bool) -> float:
    """Return the smallest round number that parts ``length`` into at most so many intervals.

    >>> round_distance(100, 10, whole=True), round_distance(95, 10, whole=True), round_distance(5, 10, whole=False)
    (10.0, 10.0, 0.5)
    """
    exponent = math.floor(math.log10(length / intervals))
    steps = (float(f"{digit}e{power}") for power in (exponent, exponent + 1) for digit in (1, 2, 2.5, 5))
    fitting = (step for step in steps if step * intervals >= length and (not whole or step.is_integer()))
    return next(fitting)
