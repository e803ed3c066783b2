"""The times of change that a curve was given, and when the rate does change."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

NEVER = math.inf


class Milestone(NamedTuple):
    """One of the times of change that were given to a schedule, or to its inner schedule.

    - ``name``: its parameter.
    - ``value``: the given time, in steps on the clock of the schedule that takes it; with ``calls``, in calls of a
      framework's scheduler.
    - ``acts``: the first time at which the rate differs, in steps on the clock of the outermost schedule, or NEVER.
    - ``reached``: a rate is reached at that time rather than left.
    - ``climbed``: it falls within a warmup, so that no change is visible.
    """

    name: str
    value: float
    acts: float
    calls: bool = False
    reached: bool = False
    climbed: bool = False

    def moved(self, start: float = 0.0, *, stretch: float = 1.0) -> Milestone:
        """Return the milestone of a schedule that begins at ``start`` and takes ``stretch`` times as long."""
        return self._replace(acts=start + self.acts * stretch)


def given(name: str, times: Iterable[float], *, reached: bool = False) -> tuple[Milestone, ...]:
    """Return milestones that act at their own times."""
    return tuple(Milestone(name, time, time, reached=reached) for time in times)


def in_turn(milestones: Iterable[Milestone], start: float, end: float) -> tuple[Milestone, ...]:
    """Return the milestones of a schedule that runs from ``start`` to ``end``; later ones never act."""
    return tuple(_in_turn(milestone.moved(start), end) for milestone in milestones)


def _in_turn(milestone: Milestone, end: float) -> Milestone:
    over = milestone.acts > end if milestone.reached else milestone.acts >= end
    return milestone._replace(acts=NEVER) if over else milestone


def under_warmup(milestones: Iterable[Milestone], warmup: float) -> tuple[Milestone, ...]:
    """Return the milestones; those hidden by a warmup to the rate at its end are ``climbed``."""
    return tuple(
        milestone._replace(climbed=milestone.climbed or _is_within(milestone, warmup)) for milestone in milestones
    )


def _is_within(milestone: Milestone, warmup: float) -> bool:
    return milestone.acts < warmup if milestone.reached else milestone.acts <= warmup
