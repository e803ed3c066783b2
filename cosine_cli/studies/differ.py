"""Where two schedules first differ, and by how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import BLOCK, Rates
from cosine_cli.schedules.core.schedule import Schedule

MOST_COMPARED = 10**6
"""The largest number of updates of a run that is compared at every update."""

_SAMPLED = 200_000


class Difference(NamedTuple):
    """The differences of two schedules over a run.

    - ``first``: the first update with different rates, or None; ``by`` is the difference there.
    - ``most``: the largest difference; ``most_at`` is its update.
    """

    first: int | None
    by: float
    most: float
    most_at: int


def compare(one: Schedule, other: Schedule, updates: int, *, precision: float = 1e-12) -> Difference:
    """Return the differences ``other`` - ``one`` from update 0 to the end.

    Differences below ``precision`` of the larger peak are ignored; rates differ if only one curve has one.
    """
    first: tuple[int, float] | None = None
    most, most_at = 0.0, 0
    for times in _times(one, other, updates):
        ours, theirs = one(times), other(times)
        level = precision * max(one.peak, other.peak)
        apart = np.where(np.isnan(ours) & np.isnan(theirs), 0.0, theirs - ours)
        differing = ~(np.abs(apart) <= level)
        if first is None and differing.any():
            at = int(np.argmax(differing))
            first = int(times[at]), float(apart[at])
        sizes = np.where(np.isnan(apart), np.inf, np.abs(apart))
        at = int(np.argmax(sizes))
        if sizes[at] > abs(most):
            most, most_at = float(apart[at]) if np.isfinite(sizes[at]) else float("nan"), int(times[at])
    return Difference(first[0] if first else None, first[1] if first else 0.0, most, most_at)


def _times(one: Schedule, other: Schedule, updates: int) -> list[Rates]:
    """Return the updates to compare, in blocks: all, or for a long run a sample and the neighbours of every knot."""
    if updates <= MOST_COMPARED:
        every = np.arange(updates + 1, dtype=np.float64)
    else:
        spread = np.linspace(0, updates, _SAMPLED)
        knots = np.array([*(one.knots(updates, BLOCK) or ()), *(other.knots(updates, BLOCK) or ())])
        beside = np.concatenate([spread, np.arange(BLOCK), *(knots + shift for shift in (-2, -1, 0, 1, 2))])
        every = np.unique(np.clip(np.floor(beside), 0, updates))
    return np.array_split(every, max(len(every) // BLOCK, 1))
