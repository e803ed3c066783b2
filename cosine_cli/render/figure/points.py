"""Curves that are drawn as points."""

from __future__ import annotations

import numpy as np

from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.core.clearance import Points
from cosine_cli.render.core.marked_times import marked_times
from cosine_cli.render.core.traces import Stroke
from cosine_cli.render.figure.transform import AxesTransform

_SPACING, _OVER_LINES = 4.0, 11.0
"""The smallest distance of two markers, in points: usually, and over a line that they are compared with."""


def point_places(curve: Curve, plan: Plan, axes: AxesTransform) -> Points:
    """Return the places of a curve's points, without those outside of the axes and those too close to another."""
    times = marked_times(curve, plan)
    shares = on_axis(curve, plan)(times) / axes.peak
    low, high = axes.range
    seen = np.isfinite(shares) & (shares >= low) & (shares <= high)
    spacing = _SPACING if plan.callouts is None else _OVER_LINES
    return _thinned(axes.places(Stroke(times[seen], shares[seen])), spacing)


def _thinned(places: Points, spacing: float) -> Points:
    """Return the first point, those far enough along the path from the one before, and the last one."""
    if not len(places):
        return places
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))))
    kept, last = [0], len(places) - 1
    while (following := int(np.searchsorted(along, along[kept[-1]] + spacing))) <= last:
        kept.append(following)
    if kept[-1] != last:
        kept[max(len(kept) - 1, 1) :] = [last]  # instead of one that is closer to it
    return places[kept]
