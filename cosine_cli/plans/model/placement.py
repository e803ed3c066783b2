"""Curves on the time axis of their plan, which may be longer than their own run and count other steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.plans.model.clock import CONTENT
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.fields import NamedCurve, param
from cosine_cli.schedules.core.ops import NUMPY, Ops
from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.core.schedule import Schedule

_BEFORE = 1.0 - 2.0**-53
"""The factor from a whole number to the float before it."""


class Pace(NamedTuple):
    """So many steps of a run pass in ``per`` steps of the axis."""

    steps: float
    per: float

    def time(self, step: float) -> float:
        """Return a step of the run as a time in steps of the axis."""
        return step * self.per / self.steps


def pace(curve: Curve, plan: Plan) -> Pace:
    """Return the pace of a curve's run on the plan's axis."""
    own, axis = plan.clock_of(curve), plan.clock
    if own.unit_steps == axis.unit_steps:
        return Pace(1.0, 1.0)
    if axis.unit in CONTENT:
        return Pace(axis.per_step(axis.unit) or 1.0, own.per_step(own.unit) or 1.0)
    return Pace(own.unit_steps, axis.unit_steps)


def on_axis(curve: Curve, plan: Plan) -> Schedule:
    """Return the schedule of a curve in steps of the plan's axis; it ends with its run."""
    own = plan.clock_of(curve)
    if own.unit_steps == plan.clock.unit_steps and own.length == plan.clock.length:
        return curve.schedule
    steps, per = pace(curve, plan)
    return OnAxis(pace=float(steps), per=float(per), run=float(own.total), of=curve.schedule)


def on_own_run(curve: Curve) -> Schedule:
    """Return the schedule of a curve in updates of its own run; beside others it ends with its run."""
    if curve.clock is None:
        return curve.schedule
    return OnAxis(pace=1.0, run=float(curve.clock.total), of=curve.schedule)


@dataclass(frozen=True, kw_only=True)
class OnAxis(Schedule):
    """A schedule on a common axis: time ``t`` is step ``t * pace / per`` of ``of``, whose run has ``run`` steps."""

    framework_names: ClassVar[Mapping[str, str]] = {}

    pace: float = param(1.0, "steps of the run in so many steps of the axis", above=0)
    per: float = param(1.0, "steps of the axis in so many steps of the run", above=0)
    run: float = param(1.0, "length of the run in its own steps", above=0)
    of: Schedule = param(NamedCurve("cosine"), "the schedule of the run")

    @property
    def ends(self) -> float:
        """The end of the run, or of the schedule if it ends before."""
        return self._time(min(self.of.ends, self.run))

    @property
    def ends_in_nan(self) -> bool:
        """Whether the schedule is NaN before the end of the run."""
        return self.of.ends_in_nan and self.of.ends < self.run

    @property
    def warmup_length(self) -> float:
        """The length of the warmup in steps of the axis."""
        return self.of.warmup_length * self.per / self.pace

    def has_ended(self, t: Rates) -> NDArray[np.bool_]:
        """Return a mask of the times after the run, or after the end of the schedule."""
        ended: NDArray[np.bool_] = self.of.has_ended(self._step(NUMPY, t)) | (t > self.run * self.per / self.pace)
        return ended

    def formula(self, m: Ops, t: Any) -> Any:
        """Return the rate at time ``t`` of the axis."""
        return self.of.at(m, m.named("step", self._step(m, t)))

    def _step(self, m: Ops, t: Any) -> Any:
        """Return the step of the run at ``t``; rounding never moves a time across a whole step."""
        if self.pace == self.per:
            return t
        step = t * self.pace / self.per
        nearest = m.floor(step + 0.5)
        time = nearest * self.per / self.pace
        late = m.where(t < time, m.minimum(step, nearest * _BEFORE), m.maximum(step, nearest))
        return m.where(t == time, nearest, late)

    def _time(self, step: float) -> float:
        """Return the first time of the axis at which the run has reached a step."""
        time = step * self.per / self.pace
        return time if self._step(NUMPY, np.array(time)) >= step else math.nextafter(time, math.inf)

    def pieces(self, until: float, at_most: int) -> list[Piece]:
        """Return the pieces of the schedule within its run, on the axis."""
        inside = self.of.pieces(min(until * self.pace / self.per, self.run), at_most)
        placed = (
            piece.stretched(self.per / self.pace)._replace(t0=self._time(piece.t0), t1=self._time(piece.t1))
            for piece in inside
        )
        return list(between(placed, 0.0, until))
