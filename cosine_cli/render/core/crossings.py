"""Where curves first fall to half the largest peak."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.descriptions import time_text
from cosine_cli.schedules.core.search import Point, first_fall

_SAME = 1e-9
"""Peaks with a relative difference below this are equal."""


class Crossing(NamedTuple):
    """A curve's first fall to half the largest peak: the index of the curve, the time in steps and its text."""

    curve: int
    time: float
    text: str


def half_peak_crossings(plan: Plan, peaks: Sequence[Point], largest: float) -> Iterator[Crossing]:
    """Yield the crossings in the order of the curves, each after the curve's own peak.

    Curves with a lower peak, curves that never fall so far, and points do not have one.
    """
    level, until = largest / 2, float(plan.clock.total)
    for index, (curve, peak) in enumerate(zip(plan.curves, peaks, strict=True)):
        if peak.rate > level and not curve.style.is_points:
            time = first_fall(on_axis(curve, plan), level, after=peak.time, until=until)
            if time is not None:
                yield Crossing(index, time, time_text(time, plan.clock))


def half_peak_note(peaks: Sequence[float]) -> str:
    """Return the label of the line at half the largest peak, given the peaks of the curves that cross it.

    It differs if the peaks do: tables give the time at which a curve falls to half of its own peak.

    >>> half_peak_note([0.1, 0.1]), half_peak_note([0.1, 0.08])
    ('half the peak', 'half the highest peak')
    """
    same = all(math.isclose(peak, max(peaks), rel_tol=_SAME) for peak in peaks)
    return "half the peak" if same else "half the highest peak"
