"""At which of the times that a curve was given to change at no change is seen in the run."""

from __future__ import annotations

from typing import NamedTuple

from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.milestones import Milestone


class Idle(NamedTuple):
    """One curve's milestones at which no update sees the rate change.

    - ``never``: they come after the last update, or not at all.
    - ``climbed``: a warmup is under way at them.
    - ``left``: how many others there are.
    """

    curve: Curve
    never: tuple[Milestone, ...]
    climbed: tuple[Milestone, ...]
    left: int


def idle_milestones(plan: Plan) -> list[Idle]:
    """Return the curves of a plan, those of its panels too, that have such milestones."""
    curves = [*plan.bases, *(curve.base or curve for panel in plan.panels for curve in panel.curves)]
    found = [_idle(curve, plan.clock.total) for curve in curves]
    return [one for one in found if one.never or one.climbed]


def _idle(curve: Curve, updates: int) -> Idle:
    milestones = curve.schedule.milestones_given
    never = tuple(one for one in milestones if _comes_too_late(one, updates))
    climbed = tuple(one for one in milestones if one.climbed and not _comes_too_late(one, updates))
    return Idle(curve, never, climbed, len(milestones) - len(never) - len(climbed))


def _comes_too_late(milestone: Milestone, updates: int) -> bool:
    """Tell whether no update comes after it; a rate that is reached at the end of the run is its final rate."""
    return milestone.acts > (updates if milestone.reached else updates - 1)
