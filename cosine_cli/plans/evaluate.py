"""A plan's numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cosine_cli.plans.plan import Plan
from cosine_cli.schedules.core.arrays import Rates


class Curves(NamedTuple):
    """A plan at chosen times.

    - ``t``: the times in the plan's unit, ``(N,)``.
    - ``lr``: the learning rates, ``(K, N)``, a row a curve; NaN where a curve has ended.
    - ``labels``: the names of the curves, ``K`` of them.
    """

    t: Rates
    lr: Rates
    labels: tuple[str, ...]


def evaluate(plan: Plan, steps: Rates) -> Curves:
    """Return the plan's curves at the times ``steps`` (in steps)."""
    rates = np.stack([curve.schedule(steps) for curve in plan.curves])
    return Curves(steps / plan.clock.unit_steps, rates, tuple(curve.label for curve in plan.curves))
