"""What is on a chart before anything is placed: the plan on its scale, and its curves as dots."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.chart.canvas import DotCurve, Dots, drawn, touched
from cosine_cli.render.chart.dot_scale import Scale
from cosine_cli.render.chart.glyphs import Signs
from cosine_cli.studies.summary import Summary


@dataclass(frozen=True, kw_only=True)
class ChartContext:
    """A plan, the scale that it is drawn on, and its curves there.

    - ``labels``: the names of the curves as the screen can show them.
    """

    plan: Plan
    summaries: tuple[Summary, ...]
    labels: tuple[str, ...]
    scale: Scale
    signs: Signs

    @cached_property
    def drawn(self) -> tuple[DotCurve, ...]:
        """The curves as dots."""
        return tuple(drawn(curve.schedule, self.scale) for curve in self.plan.curves)

    @cached_property
    def taken(self) -> tuple[Dots, ...]:
        """The characters that each curve takes."""
        return tuple(touched(curve.dots) for curve in self.drawn)

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """The curve that gives each character its colour: the first with a solid dot there, else the first with any."""
        solid = np.stack([touched(curve.solid) for curve in self.drawn])
        return np.asarray(np.argmax(solid * 2 + np.stack(self.taken), axis=0))

    @cached_property
    def free(self) -> Dots:
        """The characters that no curve takes."""
        return np.asarray(~np.logical_or.reduce(self.taken))

    def together(self, curves: Collection[int]) -> Dots:
        """Return the characters that any of some curves takes."""
        return np.asarray(np.logical_or.reduce([np.zeros_like(self.free), *(self.taken[i] for i in curves)]))

    def others(self, curves: Collection[int]) -> Dots:
        """Return the characters that any curve but those takes."""
        return self.together([index for index in range(len(self.taken)) if index not in curves])
