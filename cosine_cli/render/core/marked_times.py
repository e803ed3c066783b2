"""The times at which a curve with the line style ``points`` has a point."""

from __future__ import annotations

import numpy as np

from cosine_cli.plans.model.placement import pace
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.arrays import Rates

_MOST = 2000
"""The largest number of points of a curve without a table."""


def marked_times(curve: Curve, plan: Plan) -> Rates:
    """Return the times of a curve's points in steps of the plan's axis: those of its table, or whole steps.

    Only those in the window of the figure are returned. Steps are evenly spaced if there are too many.
    """
    start, stop = plan.window
    on = pace(curve, plan)
    if curve.schedule.family == "tabulated":
        times = np.array([on.time(milestone.value) for milestone in curve.schedule.milestones_given])
    else:
        last = min(stop, on.time(plan.clock_of(curve).total))
        if last < start:
            return np.empty(0)
        times = np.unique(np.ceil(np.linspace(start, last, int(min(last - start, _MOST)) + 1)))
    return times[(times >= start) & (times <= stop)]
