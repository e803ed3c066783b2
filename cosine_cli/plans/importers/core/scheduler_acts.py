"""What a scheduler does to the current rate in its window of a run: at one tick, or at every call of a segment.

Times are in ticks: epochs or steps, whichever the run counts. A rate is that after all calls of its tick.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from cosine_cli.plans.importers.core.computed import computed_value, curve_list
from cosine_cli.plans.importers.core.later import later
from cosine_cli.plans.parse.raw import CurveSpec


class Rank(NamedTuple):
    """The place among the calls of one tick: schedulers that count epochs are called after those that count steps."""

    by_epoch: bool = False
    place: int = 0

    def at(self, tick: float) -> tuple[bool, int]:
        """Return the key to sort the calls of a tick by: those at 0 are in the order of the schedulers."""
        return (self.by_epoch and tick > 0, self.place)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of the rate at a tick, to ``factor * rate + addend``."""

    at: float
    factor: float = 1.0
    addend: float = 0.0
    rank: Rank = Rank()

    def after_call(self, tick: float, rate: float) -> float:
        """Return the rate after the change."""
        del tick
        return self.factor * rate + self.addend


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A smooth part of the run from tick ``begin`` to its ``last`` call: ``floor + height * shape(calls)``.

    Each call after the first multiplies what is above the floor by the ratio of two shapes.

    - ``every``: ticks between two calls of the scheduler, which change the rate.
    - ``updates``: optimizer steps per tick.
    - ``curve``: the curve for a given floor and height, up to a given number of calls; None if no schedule has it.
    """

    where: str
    begin: float
    last: float
    every: int
    updates: int
    floor: float
    shape: Callable[[float], float]
    curve: Callable[[float, float, int], CurveSpec | None]
    height: float = 0.0
    rank: Rank = Rank()

    @property
    def end(self) -> float:
        """The tick up to which the last call acts, if the scheduler had another one."""
        return self.last + self.every

    def calls_at(self, tick: float) -> bool:
        """Return whether a call after the first one is at a tick."""
        return self.begin < tick <= self.last and (tick - self.begin) % self.every == 0

    def calls_within(self, begin: float, end: float) -> range:
        """Return the ticks of the calls after ``begin`` and before ``end``."""
        first = self.begin + max((begin - self.begin) // self.every + 1, 1) * self.every
        return range(int(first), int(min(end, self.last + 1)), self.every)

    def after_call(self, tick: float, rate: float) -> float:
        """Return the rate after the call at a tick."""
        before = self.shape(self._index(tick) - 1)
        return self.floor + (rate - self.floor) * (self.shape(self._index(tick)) / before if before else 0.0)

    def through(self, tick: float, rate: float) -> Segment:
        """Return the segment that has this rate at a tick."""
        shape = self.shape(self._index(tick))
        return replace(self, height=(rate - self.floor) / shape if shape else 0.0)

    def rate(self, tick: float) -> float:
        """Return the rate at a tick, which the last call set."""
        return self.floor + self.height * self.shape(self._index(tick))

    def curve_between(self, tick: float, end: float) -> CurveSpec | None:
        """Return the curve from a tick to another, None if no schedule has it."""
        calls = math.ceil((end - self.begin) / self.every)
        curve, where = self.curve(self.floor, self.height, calls), self.where
        if curve is None:
            return None
        if self.every > 1:
            params = {"every": computed_value(self.every, where, curve.unit), "of": curve_list((curve,), where)}
            curve = CurveSpec("staircase", where, curve.unit, params)
        if tick > self.begin:
            curve = later(curve, computed_value((tick - self.begin) * self.updates, where), where)
        return curve

    def _index(self, tick: float) -> float:
        return (min(tick, self.last) - self.begin) // self.every


class Increase(Segment):
    """A segment whose calls add to the rate: the same height for another rate is another floor."""

    def after_call(self, tick: float, rate: float) -> float:
        """Return the rate after the call at a tick."""
        return rate + self.height * (self.shape(self._index(tick)) - self.shape(self._index(tick) - 1))

    def through(self, tick: float, rate: float) -> Segment:
        """Return the segment that has this rate at a tick."""
        return replace(self, floor=rate - self.height * self.shape(self._index(tick)))
