"""Jagged restarts: another schedule, lowered and raised again at every restart, as axolotl and ReLoRA do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.computed import computed_value, interpolated_spec
from cosine_cli.plans.importers.core.later import ahead
from cosine_cli.plans.importers.core.sequence import MOST_PARTS, TimedCurve, timed_sequence
from cosine_cli.plans.parse.raw import CurveSpec, Request
from cosine_cli.plans.resolve.request import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cosine_cli.plans.parse.raw import RawValue
    from cosine_cli.schedules.core.arrays import Rates

MOST_RESTARTS = (MOST_PARTS - 1) // 2
MOST_KNOTS = 5000


class Jagged(NamedTuple):
    """Restarts, in calls of the scheduler.

    - ``every``: calls between two restarts.
    - ``warmup``, ``anneal``: calls after and before each.
    - ``lowest``: the factor at a restart.
    - ``begin``: the calls before the first update.
    - ``key``, ``where``: the key of ``every``, and its place.
    """

    every: int
    warmup: int
    anneal: int
    lowest: float
    begin: int
    key: str
    where: str

    def restarts(self, end: int) -> range:
        """Return the calls of the restarts that lower the rate before ``end``."""
        return range(self.every, end + self.anneal, self.every)

    def factor(self, call: int) -> float:
        """Return the factor on the rate near a restart."""
        done = call % self.every
        left = self.every - done
        near = done / self.warmup if done < self.warmup else min(1.0, left / self.anneal)
        return near * (1.0 - self.lowest) + self.lowest


def jagged_curve(curve: CurveSpec, jagged: Jagged, lr: RawValue, steps: int) -> CurveSpec:
    """Return a curve of a run of ``steps`` updates with restarts.

    Raises RequestError if a restart overlaps the next one, or if there are too many of them.
    """
    end = steps + jagged.begin
    restarts = jagged.restarts(end)
    near = jagged.warmup + jagged.anneal
    if near > jagged.every:
        rule = f"{jagged.key} must be at least the warmup and the annealing of a restart ({near})"
        raise user_error(jagged.where, rule, got=str(jagged.every))
    if len(restarts) > MOST_RESTARTS or len(restarts) * near > MOST_KNOTS:
        rule = f"{jagged.key} must give at most {MOST_RESTARTS} restarts with {MOST_KNOTS:,} steps in all"
        raise user_error(jagged.where, rule, got=f"{len(restarts):,} with {len(restarts) * near:,}")
    parts = [part for part in _parts(curve, jagged, end, _rates(curve, lr, steps)) if part.begin < end]
    return ahead(timed_sequence(parts, jagged.where, "step"), jagged.begin, jagged.where)


def _parts(curve: CurveSpec, jagged: Jagged, end: int, rates: Callable[[range], Rates]) -> Iterator[TimedCurve]:
    """Yield the parts between restarts, which are those of the curve, and the parts around restarts."""
    begin = 0
    for restart in jagged.restarts(end):
        start, stop = restart - jagged.anneal, restart + jagged.warmup
        if begin < start:
            yield TimedCurve(begin, ahead(curve, begin, jagged.where))
        calls = range(start, min(stop, end) + 1)
        lowered = [rate * jagged.factor(call) for rate, call in zip(rates(calls).tolist(), calls, strict=True)]
        yield TimedCurve(start, interpolated_spec(dict(enumerate(lowered)), jagged.where))
        begin = stop
    yield TimedCurve(begin, ahead(curve, begin, jagged.where))


def _rates(curve: CurveSpec, lr: RawValue, steps: int) -> Callable[[range], Rates]:
    """Return the rates of a curve at some calls."""
    run = {"lr": lr, "steps": computed_value(steps, curve.where)}
    schedule = resolve(Request(unit="step", run=run, curves=(curve,))).curves[0].schedule
    return lambda calls: schedule(np.array(calls))
