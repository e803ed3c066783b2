"""Milestones of a curve that have no effect, as a rule reports them."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.plans.registry import is_generic
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.studies.idle_milestones import IdleMilestones, idle_of
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.text import either, thousands

_LISTED = 4
"""The largest number of milestones that are listed; others are counted."""


def idle(curve: LintedCurve) -> IdleMilestones:
    """Return the milestones without effect; none of a table that is computed from another program's config."""
    if curve.is_imported and is_generic(curve.curve.name):
        return IdleMilestones(curve.curve, (), (), 0)
    return idle_of(curve.curve, curve.updates)


def listed(milestones: Sequence[Milestone], curve: LintedCurve) -> str:
    """Return milestones as text, with a verb: in calls of a framework's scheduler, or in the unit of the run."""
    texts = [thousands(one.value if one.calls else curve.clock.units(one.value)) for one in milestones]
    if len(texts) > _LISTED:
        texts = [*texts[: _LISTED - 1], f"{len(texts) - _LISTED + 1} more"]
    verb = "is" if len(milestones) == 1 else "are"
    return f"{milestones[0].name} {either(texts, last='and')} {verb}"
