"""Draw the curves of a plan on axes that the caller made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.core.log_range import decades_below
from cosine_cli.render.core.marked_times import marked_times
from cosine_cli.render.core.traces import Trace, above, trace
from cosine_cli.render.descriptions import axis_name, rate_title, with_factors
from cosine_cli.render.figure import strokes
from cosine_cli.render.figure.mpl.colors import theme_of
from cosine_cli.render.figure.mpl.style_sheet import with_style
from cosine_cli.render.figure.strokes import StrokeStyle
from cosine_cli.schedules.core.arrays import Rates

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

_BAND_ALPHA = 0.3
_NO_LEGEND = "_nolegend_"


def draw_on(ax: Axes, plan: Plan) -> list[Line2D]:
    """Draw one line per curve, without a line through a jump, and return the lines.

    Times are in the unit of the plan; axis labels are set only where there are none. The labels of matched curves
    contain their factors. The lines are as wide as those of matplotlib, the first one half as wide again. On a
    logarithmic axis, rates below its decades in a figure of the plan are left out.
    """
    plan = with_factors(with_style(plan))
    until, clock = float(plan.clock.total), plan.clock
    columns = max(int(ax.bbox.width), 1)
    traces = [trace(on_axis(curve, plan), until, columns) for curve in plan.curves]
    floor = _floor(traces) if ax.get_yscale() == "log" else -np.inf
    theme = theme_of(plan, plan.figure.theme)
    scale = mpl.rcParams["lines.linewidth"] / strokes.REFERENCE
    styles = strokes.stroke_styles(plan.curves, [each.stepped for each in traces], scale)
    lines = []
    for index, (curve, each) in enumerate(zip(plan.curves, traces, strict=True)):
        look = {"label": curve.label, "color": theme.hue(index)}
        if curve.style.is_points:
            lines.append(_draw_points(ax, curve, plan, floor, **look, style=styles[index]))
        else:
            dash = (0, styles[index].dash) if styles[index].dash else "-"
            lines.append(_draw_curve(ax, each, clock, floor, **look, linewidth=styles[index].width, linestyle=dash))
    if not ax.get_xlabel():
        ax.set_xlabel(plan.figure.xlabel or axis_name(plan.clock.unit))
    if not ax.get_ylabel():
        ax.set_ylabel(plan.figure.ylabel or rate_title(replace(plan, title=None)))
    return lines


def _draw_points(ax: Axes, curve: Curve, plan: Plan, floor: float, *, style: StrokeStyle, **look: Any) -> Line2D:
    """Draw the points of a curve that are not below ``floor``."""
    times = marked_times(curve, plan)
    rates = on_axis(curve, plan)(times)
    seen = rates >= floor
    size = strokes.MARKER_SIZE * style.width
    (points,) = ax.plot(
        plan.clock.units(times[seen]), rates[seen], style.marker, markersize=size, markeredgewidth=0, **look
    )
    return points


def _floor(traces: Iterable[Trace]) -> float:
    """Return the rate at the bottom of a logarithmic axis in a figure."""
    peaks = [max((float(rates.max()) for rates in _rates(each)), default=0.0) for each in traces]
    return max(peaks) * float(10.0 ** -decades_below(peaks))


def _rates(curve: Trace) -> Iterator[Rates]:
    yield from (stroke.rates for stroke in curve.strokes)
    yield from (band.high for band in curve.bands)


def _draw_curve(ax: Axes, curve: Trace, clock: Clock, floor: float, **look: Any) -> Line2D:
    """Draw the strokes of a curve as one line, its jumps dotted, and its bands as areas below their upper edge."""
    for band in curve.bands:
        middles = clock.units((band.edges[:-1] + band.edges[1:]) / 2)
        low, high = np.maximum(band.low, floor), np.maximum(band.high, floor)
        ax.fill_between(middles, low, high, color=look["color"], alpha=_BAND_ALPHA, linewidth=0)
    jumps = [((clock.units(jump.time),) * 2, np.maximum((jump.before, jump.after), floor)) for jump in curve.jumps]
    dotted = {"color": look["color"], "linewidth": strokes.RISER, "linestyle": (0, strokes.DOTTED)}
    ax.plot(*_with_gaps(jumps), label=_NO_LEGEND, **dotted)
    edges = [(clock.units((band.edges[:-1] + band.edges[1:]) / 2), band.high) for band in curve.bands]
    parts = [(clock.units(part.times), part.rates) for stroke in curve.strokes for part in above(stroke, floor)]
    (line,) = ax.plot(*_with_gaps([*parts, *edges]), **look)
    return line


def _with_gaps(parts: Iterable[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Return the times and the rates of parts that are not connected: NaN separates them."""
    ordered = sorted(parts, key=lambda part: float(part[0][0]))
    times = [np.append(times, np.nan) for times, _ in ordered]
    rates = [np.append(rates, np.nan) for _, rates in ordered]
    return (np.concatenate(times)[:-1], np.concatenate(rates)[:-1]) if ordered else ((), ())
