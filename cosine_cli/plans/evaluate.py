"""Evaluate a plan at chosen times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.schedules.core.arrays import Rates


class Curves(NamedTuple):
    """The learning rates of a plan at chosen times.

    - ``t``: the times in the plan's unit, shape ``(N,)``.
    - ``lr``: the learning rates, shape ``(K, N)``, one row per curve; NaN after a curve's end.
    - ``labels``: the labels of the ``K`` curves.
    - ``ended``: whether a curve has ended, shape ``(K, N)``; any other NaN is a rate that a training loop would use.
    """

    t: Rates
    lr: Rates
    labels: tuple[str, ...]
    ended: NDArray[np.bool_]

    def columns(self) -> list[list[float | None]]:
        """Return the rates of each curve, None after its end."""
        rows = zip(self.lr.tolist(), self.ended.tolist(), strict=True)
        return [[None if over else rate for rate, over in zip(*row, strict=True)] for row in rows]


def times_shown(plan: Plan, steps: Rates) -> dict[TimeUnit, Rates]:
    """Return times in steps in each unit in which the plan shows them: its own, or those of its time axis."""
    return {unit: plan.clock.in_unit(unit).units(steps) for unit in plan.units}


def evaluate(plan: Plan, steps: Rates) -> Curves:
    """Return the plan's curves at the times ``steps`` (in steps)."""
    schedules = [on_axis(curve, plan) for curve in plan.curves]
    rates = np.stack([schedule(steps) for schedule in schedules])
    ended = np.stack([schedule.has_ended(steps) for schedule in schedules])
    return Curves(plan.clock.units(steps), rates, tuple(curve.label for curve in plan.curves), ended)
