"""Milestones that do not change the rate within the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.registry import is_generic
from cosine_cli.schedules.core.milestones import Milestone


class IdleMilestones(NamedTuple):
    """The milestones of one curve that do not change the rate of any update.

    - ``never``: those after the last update, and those that are never reached.
    - ``climbed``: those within a warmup.
    - ``left``: the number of effective milestones.
    """

    curve: Curve
    never: tuple[Milestone, ...]
    climbed: tuple[Milestone, ...]
    left: int


def idle_milestones(plan: Plan) -> list[IdleMilestones]:
    """Return the curves with such milestones, including those of panels."""
    curves = [*_with_own_milestones(plan), *(curve.base or curve for panel in plan.panels for curve in panel.curves)]
    found = [idle_of(curve, plan.clock_of(curve).total) for curve in curves]
    return [one for one in found if one.never or one.climbed]


def _with_own_milestones(plan: Plan) -> Iterator[Curve]:
    """Yield the curves, without composite ones and tables that are computed from another program's config."""
    imported = [bool(part.origins) for part in plan.parts for _ in part.bases]
    for curve, is_imported in zip(plan.bases, imported, strict=True):
        if not (is_imported and is_generic(curve.name)):
            yield curve


def idle_of(curve: Curve, updates: int) -> IdleMilestones:
    """Return the milestones of a curve that do not change the rate of any of so many updates."""
    milestones = curve.schedule.milestones_given
    never = tuple(one for one in milestones if comes_too_late(one, updates))
    climbed = tuple(one for one in milestones if one.climbed and not comes_too_late(one, updates))
    return IdleMilestones(curve, never, climbed, len(milestones) - len(never) - len(climbed))


def comes_too_late(milestone: Milestone, updates: int) -> bool:
    """Tell whether no update follows; a rate reached exactly at the end of the run is its final rate."""
    return milestone.acts > (updates if milestone.reached else updates - 1)
