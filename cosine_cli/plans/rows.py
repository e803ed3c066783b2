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
    """The times of the rows, in steps: listed, or a first one, a distance and a last one."""

    listed: Rates | None = None
    distance: float = 0.0
    last: float = 0.0

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.listed) if self.listed is not None else math.ceil(self.last / self.distance) + 1

    def blocks(self) -> Iterator[Rates]:
        """Yield the times a block at a time."""
        if self.listed is not None:
            yield from (self.listed[start : start + BLOCK] for start in range(0, len(self.listed), BLOCK))
            return
        for start in range(0, self.rows, BLOCK):
            index = np.arange(start, min(start + BLOCK, self.rows), dtype=np.float64)
            yield np.minimum(index * self.distance, self.last)


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
    distance = clock.steps(Time(round_distance(clock.length, count - 1, whole=clock.unit_steps == 1), clock.unit))
    times = Times(distance=max(math.ceil(distance), 1.0), last=float(clock.total))
    if times.rows > count + 1:  # asked for so many that blocks serve them better
        return times
    knots = [curve.schedule.knots(clock.total, MOST_KNOTS) or () for curve in plan.curves]
    # Not np.unique: it imports numpy.ma, which costs as much as the whole table.
    moved = {float(math.ceil(knot)) for some in knots for knot in some}
    return Times(np.array(sorted(moved.union(*(block.tolist() for block in times.blocks())))))


def round_distance(length: float, intervals: int, *, whole: bool) -> float:
    """Return the smallest round number that parts ``length`` into at most so many intervals.

    >>> round_distance(100, 10, whole=True), round_distance(95, 10, whole=True), round_distance(5, 10, whole=False)
    (10.0, 10.0, 0.5)
    """
    exponent = math.floor(math.log10(length / intervals))
    steps = (float(f"{digit}e{power}") for power in (exponent, exponent + 1) for digit in (1, 2, 2.5, 5))
    fitting = (step for step in steps if step * intervals >= length and (not whole or step.is_integer()))
    return next(fitting)
