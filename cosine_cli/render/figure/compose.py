"""The evaluated curves of a plan, and the page with their axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.log_range import decades_below
from cosine_cli.render.core.ticks import round_above
from cosine_cli.render.core.traces import Trace, trace, trace_between
from cosine_cli.render.figure.end_values import end_texts, width_of_values
from cosine_cli.render.figure.figure_context import FigureContext, rate_tick_heights
from cosine_cli.render.figure.margins import FONTS, INCH, Box, ShownText, page_layout, scale
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.ruler import Ruler
from cosine_cli.render.figure.title_block import title_block
from cosine_cli.render.figure.transform import AxesTransform
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import Point, highest

_COLUMNS_PER_INCH = 60.0
"""The resolution of a band: about one column per point, less than the width of a curve."""


_LEAST_FOR_TWO = 200.0
"""In points: the smallest width of a figure with a second time axis."""


@dataclass(frozen=True, kw_only=True)
class CurveData:
    """Data of the curves that does not depend on the axes, computed once per figure.

    - ``tops``: the highest rate of each curve between the limits of the time axis.
    """

    plan: Plan
    traces: Sequence[Trace]
    peaks: Sequence[Point]
    tops: Sequence[float]

    @property
    def peak(self) -> float:
        """The largest rate on the axes, rounded up unless it is that of the run; 1 instead of 0: it is a divisor."""
        top = max(self.tops)
        return (top if top == self.largest else round_above(top)) if top > 0 else 1.0

    @property
    def largest(self) -> float:
        """The largest rate of the run."""
        return max(point.rate for point in self.peaks) or 1.0


def evaluate_curves(plan: Plan, across: int = 1) -> CurveData:
    """Evaluate the curves of a plan as they are drawn in one of ``across`` panels in a row."""
    columns = max(int(plan.figure.size[0] * _COLUMNS_PER_INCH) // across, 8)
    return replace(evaluate_peaks(plan), traces=[_trace(on_axis(curve, plan), plan, columns) for curve in plan.curves])


def _trace(schedule: Schedule, plan: Plan, columns: int) -> Trace:
    run = float(plan.clock.total)
    if plan.figure.xlim is None:
        return trace(schedule, run, columns)
    return trace_between(schedule, plan.window, run, columns)


def evaluate_peaks(plan: Plan) -> CurveData:
    """Evaluate only what the page and its axes depend on."""
    until = float(plan.clock.total)
    schedules = [on_axis(curve, plan) for curve in plan.curves]
    peaks = [highest(schedule, until) for schedule in schedules]
    if plan.figure.xlim is None or plan.figure.ylim is not None:
        return CurveData(plan=plan, traces=(), peaks=peaks, tops=[peak.rate for peak in peaks])
    start, stop = plan.window
    inside = np.array([start, math.nextafter(min(stop, until), math.inf)])
    tops = [max(float(envelope(schedule, inside)[1][0]), 0.0) for schedule in schedules]
    return CurveData(plan=plan, traces=(), peaks=peaks, tops=tops)


def context(data: CurveData, theme: Theme, ruler: Ruler, *, values: bool = True) -> FigureContext:
    """Return the page and its axes, with space at the right edge for end ``values``."""
    return build_context(data, theme, ruler, required_texts(data, ruler, values=values))


def required_texts(data: CurveData, ruler: Ruler, *, values: bool = True) -> ShownText:
    """Return the texts around the axes, whether or not they fit the page."""
    plan = data.plan
    k = scale(plan.figure.size[0], plan.figure.base)
    shows_values = values and plan.figure.annotations
    ends = end_texts(data.traces, data.peaks, plan, _axes(data)) if shows_values else []
    block = title_block(plan, ruler)
    return ShownText(
        title=block is not None,
        title_lines=len(block.title) if block else 0,
        subtitle_lines=len(block.subtitle) if block else 0,
        rate_ticks=max(ruler.width(text, FONTS.base * k) for _, text in rate_tick_heights(_axes(data))),
        ends=width_of_values(ends, k),
        times_above=len(plan.figure_units) > 1 and _is_wide(plan, k),
    )


def _is_wide(plan: Plan, scale: float) -> bool:
    """Tell whether a figure has space for a second time axis; with steps and epochs alone it always has one."""
    return not plan.axis or plan.figure.size[0] * INCH >= _LEAST_FOR_TWO * scale


def build_context(data: CurveData, theme: Theme, ruler: Ruler, shown: ShownText) -> FigureContext:
    """Return the page and its axes, with the texts that fit around them."""
    plan = data.plan
    page = page_layout((plan.figure.size[0], plan.figure.size[1]), shown, plan.figure.base)
    axes = replace(_axes(data), box=page.box)
    return FigureContext(
        plan=plan,
        theme=theme,
        ruler=ruler,
        page=page,
        axes=axes,
        traces=data.traces,
        peaks=data.peaks,
        largest=data.largest,
    )


def _axes(data: CurveData) -> AxesTransform:
    """Return the axes before their position on the page is known."""
    figure, box = data.plan.figure, Box(0.0, 0.0, 1.0, 1.0)
    since, until = data.plan.window
    if figure.ylim is None:
        depth = decades_below(data.tops) if figure.log else None
        return AxesTransform(box=box, since=since, until=until, peak=data.peak, decades=depth)
    bottom, top = (rate / data.peak for rate in figure.ylim)
    depth = -math.log10(bottom) if figure.log else None
    return AxesTransform(box=box, since=since, until=until, peak=data.peak, decades=depth, limits=(bottom, top))
