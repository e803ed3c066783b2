"""Notes on milestones that do not change the rate within the run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.descriptions import run_length, time_text
from cosine_cli.schedules.core.milestones import NEVER, Milestone
from cosine_cli.studies.idle_milestones import IdleMilestones, idle_milestones
from cosine_cli.text import either, thousands, visible

_LISTED = 4
"""The largest number of milestones that are listed; others are counted."""


def milestone_notes(plan: Plan) -> list[str]:
    """Return one sentence per curve with such milestones, without duplicates."""
    return list(dict.fromkeys(_sentence(idle, plan.clock_of(idle.curve)) for idle in idle_milestones(plan)))


def _sentence(idle: IdleMilestones, clock: Clock) -> str:
    length = run_length(clock)
    groups = (
        (_inside(idle.curve, clock), idle.climbed, " (they take effect when it ends)"),
        (f"after the last update of {length}", [one for one in idle.never if one.acts < NEVER and not one.reached], ""),
        (f"rates not reached in {length}", [one for one in idle.never if one.reached], ""),
        ("never reached", [one for one in idle.never if one.acts == NEVER and not one.reached], ""),
    )
    parts = [f"{reason}: {_listed(milestones, clock)}{more}" for reason, milestones, more in groups if milestones]
    return f"{visible(idle.curve.label)}: {'; '.join([*parts, *([] if idle.left else ['no milestone is left'])])}"


def _inside(curve: Curve, clock: Clock) -> str:
    warmup = time_text(curve.warmup, clock)
    return f"inside the warmup of {warmup} {clock.unit}{'s' * (warmup != '1')}" if curve.warmup else "inside a warmup"


def _listed(milestones: Iterable[Milestone], clock: Clock) -> str:
    """Return milestones grouped by the name of their parameter."""
    by_name = groupby(sorted(milestones, key=attrgetter("name")), key=attrgetter("name"))
    return ", ".join(f"{name} {_times(list(of), clock)}" for name, of in by_name)


def _times(milestones: Sequence[Milestone], clock: Clock) -> str:
    texts = [thousands(one.value) if one.calls else time_text(one.value, clock) for one in milestones]
    if len(texts) > _LISTED:
        texts = [*texts[: _LISTED - 1], f"{len(texts) - _LISTED + 1} more"]
    return either(texts, last="and")
