"""The context of a chart's parts: the plan, its scale, and its curves as dots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.chart.canvas import DotCurve, Dots, draw_curve, draw_points, touched
from cosine_cli.render.chart.dot_scale import DotScale
from cosine_cli.render.chart.glyphs import Signs
from cosine_cli.render.core.marked_times import marked_times
from cosine_cli.studies.summary import Summary


@dataclass(frozen=True, kw_only=True)
class ChartContext:
    """A plan, its scale, and its curves on that scale.

    - ``labels``: the labels of the curves as the screen can show them.
    """

    plan: Plan
    summaries: tuple[Summary, ...]
    labels: tuple[str, ...]
    scale: DotScale
    signs: Signs

    @cached_property
    def dots(self) -> tuple[DotCurve, ...]:
        """The curves as dots."""
        return tuple(map(self._dots_of, self.plan.curves))

    def _dots_of(self, curve: Curve) -> DotCurve:
        schedule = on_axis(curve, self.plan)
        if curve.style.is_points:
            return draw_points(schedule, marked_times(curve, self.plan), self.scale)
        return draw_curve(schedule, self.scale)

    @cached_property
    def taken(self) -> tuple[Dots, ...]:
        """A mask of the characters of each curve."""
        return tuple(touched(curve.dots) for curve in self.dots)

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """The curve that colors each character: the first with a solid dot there, or the first with any dot."""
        solid = np.stack([touched(curve.solid) for curve in self.dots])
        return np.asarray(np.argmax(solid * 2 + np.stack(self.taken), axis=0))

    @cached_property
    def free(self) -> Dots:
        """A mask of the characters without a curve."""
        return np.asarray(~np.logical_or.reduce(self.taken))

    def together(self, curves: Collection[int]) -> Dots:
        """Return a mask of the characters of these curves."""
        return np.asarray(np.logical_or.reduce([np.zeros_like(self.free), *(self.taken[i] for i in curves)]))

    def others(self, curves: Collection[int]) -> Dots:
        """Return a mask of the characters of all other curves."""
        return self.together([index for index in range(len(self.taken)) if index not in curves])
