"""The times at which a curve was told to change, and when it does."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

NEVER = math.inf


class Milestone(NamedTuple):
    """One of the times that were given to a schedule, or to one inside it.

    - ``name``: the parameter that it was given in.
    - ``value``: the time as it was given, in steps on the clock of the schedule that takes it; in a framework's calls
      where ``calls``.
    - ``acts``: the first time, in steps on the clock of the outermost schedule, at which the rate is another; NEVER
      where it never is.
    - ``reached``: the curve gets to a rate at that time, and does not leave one.
    - ``climbed``: a warmup is under way at that time, so that no change is seen.
    """

    name: str
    value: float
    acts: float
    calls: bool = False
    reached: bool = False
    climbed: bool = False

    def moved(self, start: float = 0.0, *, stretch: float = 1.0) -> Milestone:
        """Return it on a clock on which the schedule begins at ``start`` and takes ``stretch`` times as long."""
        return self._replace(acts=start + self.acts * stretch)


def given(name: str, times: Iterable[float], *, reached: bool = False) -> tuple[Milestone, ...]:
    """Return times that act when they say."""
    return tuple(Milestone(name, time, time, reached=reached) for time in times)


def in_turn(milestones: Iterable[Milestone], start: float, end: float) -> tuple[Milestone, ...]:
    """Return the milestones of a schedule whose turn lasts from ``start`` to ``end``: after that they never act."""
    return tuple(_in_turn(milestone.moved(start), end) for milestone in milestones)


def _in_turn(milestone: Milestone, end: float) -> Milestone:
    over = milestone.acts > end if milestone.reached else milestone.acts >= end
    return milestone._replace(acts=NEVER) if over else milestone


def under_warmup(milestones: Iterable[Milestone], warmup: float) -> tuple[Milestone, ...]:
    """Return milestones, those ``climbed`` that a warmup to the rate at its end leaves nothing to see of."""
    return tuple(
        one._replace(climbed=one.climbed or (one.acts < warmup if one.reached else one.acts <= warmup))
        for one in milestones
    )
