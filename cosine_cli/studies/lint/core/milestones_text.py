"""Milestones of a curve that have no effect, as a rule reports them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
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


def is_own(milestone: Milestone, curve: LintedCurve) -> bool:
    """Return whether a milestone is given to a curve itself, not to a schedule inside it."""
    given = curve.curve.params.get(milestone.name, ())
    return milestone.value in [curve.clock.steps(each) if isinstance(each, Time) else each for each in given]


def place(milestone: Milestone, curve: LintedCurve) -> str:
    """Return the place of the list that a milestone is in."""
    if is_own(milestone, curve):
        return curve.where(milestone.name)
    return next((raw.where for raw in _inside(curve.spec, milestone.name)), curve.spec.where)


def _inside(spec: CurveSpec, name: str) -> Iterator[RawValue]:
    """Yield the raw values of a parameter of the schedules inside a curve."""
    for raw in spec.params.values():
        for inner in raw.parts or ():
            if isinstance(inner, CurveSpec):
                yield from (inner.params[name],) if name in inner.params else ()
                yield from _inside(inner, name)
