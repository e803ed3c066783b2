"""Milestones of a curve that have no effect, as a rule reports them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.plans.model.clock import Time
from cosine_cli.plans.model.imported_milestones import ImportedMilestones
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.registry import is_generic
from cosine_cli.schedules.core.milestones import Milestone
from cosine_cli.studies.idle_milestones import IdleMilestones, comes_too_late, idle_of
from cosine_cli.studies.lint.core.assignment import assignment
from cosine_cli.studies.lint.core.linted_curve import LintedCurve
from cosine_cli.studies.lint.core.specified_warmup import specified_warmup
from cosine_cli.text import either, thousands

_LISTED = 4
"""The largest number of milestones that are listed; others are counted."""


def idle(curve: LintedCurve) -> IdleMilestones:
    """Return the milestones without effect, of another program's config those that it lists."""
    if not (curve.is_imported and is_generic(curve.curve.name)):
        return idle_of(curve.curve, curve.updates)
    listed_in_config = curve.request.milestones if curve.is_only else ()
    milestones = [milestone for each in listed_in_config for milestone in _milestones(each, curve)]
    never = tuple(one for one in milestones if comes_too_late(one, curve.updates))
    climbed = tuple(one for one in milestones if one.climbed and one not in never)
    return IdleMilestones(curve.curve, never, climbed, len(milestones) - len(never) - len(climbed))


def _milestones(imported: ImportedMilestones, curve: LintedCurve) -> list[Milestone]:
    warmup = specified_warmup(curve).length
    times = [curve.clock.steps(Time(time, imported.unit)) for time in imported.times]
    return [
        Milestone(imported.name, value, acts, calls=True, climbed=0 < acts < warmup < curve.updates)
        for value, acts in zip(imported.values, times, strict=True)
    ]


def _imported(curve: LintedCurve, name: str) -> ImportedMilestones | None:
    listed_in_config = curve.request.milestones if curve.is_imported else ()
    return next((each for each in listed_in_config if each.name == name), None)


def evenly(curve: LintedCurve, milestone: Milestone, count: int) -> str:
    """Return so many milestones that divide the run after its warmup evenly, as they are written at their place."""
    name, imported = milestone.name, _imported(curve, milestone.name)
    per = imported.per if imported else curve.steps_per_call / curve.clock.unit_steps if curve.framework else 1.0
    if per is None or not (imported or is_own(milestone, curve)):
        return f"move {name} into the run"
    begin, end = (curve.clock.units(steps) / per for steps in (specified_warmup(curve).length, curve.updates))
    times = [f"{begin + (end - begin) * (at + 1) / (count + 1):.0f}" for at in range(count)]
    if count >= end - begin:
        return f"give {name} fewer values, within the run"
    raw = None if imported else curve.raw(name)
    return f"move {name} into the run: {assignment(name, times, raw=raw, where=place(milestone, curve))}"


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
    if (imported := _imported(curve, milestone.name)) is not None:
        return imported.where
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
