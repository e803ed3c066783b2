"""The curves: strokes, dotted jumps, bands, and the tint below the subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cosine_cli.render.core.between_rates import clipped
from cosine_cli.render.core.clearance import Points
from cosine_cli.render.core.traces import Stroke, Trace
from cosine_cli.render.figure import strokes
from cosine_cli.render.figure.figure_context import FigureContext, Paths
from cosine_cli.render.figure.primitives import Area, Dash, Dot, Line, Markers, Primitive, join_lines

_TINT, _FILL, _REFERENCES, _SUBJECT, _OVER_SUBJECT, _POINTS, _FALLS = 1.0, 1.5, 3.0, 4.0, 4.5, 4.7, 5.0
"""Layers."""

_COMPARED = 60
"""The number of times at which two curves are compared."""

_BAND_ALPHA = 0.3
_THIN = 1.5
"""In points: a band that is nowhere higher is drawn as a line."""

_FALL_SIZE = 7.0
_STOP = 5.0
"""Half the height of the bar at the end of a curve, in points."""

_EDGE = 0.9


def curve_marks(context: FigureContext, *, tinted: bool) -> Iterator[Primitive]:
    """Yield all curves, the subject last and on top."""
    if tinted and context.axes.decades is None and context.paths[0].points is None:
        yield from tint(context)
    for index in reversed(range(len(context.traces))):
        look = Look(context.theme.hue(index), *context.strokes[index], context.scale)
        layer = _layer(context, index)
        yield from curve(context.paths[index], look, layer=layer, floor=context.axes.box.bottom)
        yield from _stop(context, index, look, layer)


def _stop(context: FigureContext, index: int, look: Look, layer: float) -> Iterator[Line]:
    """Yield a bar across a curve that ends before the run, unless it is drawn as points."""
    trace, box = context.traces[index], context.axes.box
    share = trace.end / context.axes.peak
    points = context.plan.curves[index].style.is_points
    if trace.ends_at is None or points or share < context.axes.floor or not context.axes.shows(trace.ends_at, share):
        return
    x, y = context.axes.x(trace.ends_at), context.axes.y(share)
    low = max(y - _STOP * context.scale, box.bottom)
    yield Line(np.array([(x, low), (x, low + 2 * _STOP * context.scale)]), look.color, look.width, layer)


def _layer(context: FigureContext, index: int) -> float:
    if index == 0:
        return _SUBJECT
    return _OVER_SUBJECT if _coincides(context, index) else _REFERENCES


def _coincides(context: FigureContext, index: int) -> bool:
    """Tell whether a curve coincides with the subject; its dashes are then drawn on top."""
    times = np.linspace(context.axes.since, context.axes.until, _COMPARED)
    one, other = (context.traces[i].outline for i in (0, index))
    if not len(one.times) or not len(other.times):
        return False
    apart = np.interp(times, one.times, one.rates) - np.interp(times, other.times, other.rates)
    return float(np.abs(apart / context.axes.peak).max()) * context.axes.box.height < context.scale


def tint(context: FigureContext) -> Iterator[Area]:
    """Yield the area below the subject, none if it ends before the axes begin."""
    times, rates = _grounded(context.traces[0])
    if not len(times):
        return
    outline = Stroke(times, rates / context.axes.peak)
    if context.axes.limits is not None:
        outline = clipped(outline, *context.axes.limits)
    top = context.axes.places(outline)
    bottom = context.axes.box.bottom
    corners = np.array([(top[-1, 0], bottom), (top[0, 0], bottom)])
    yield Area(np.concatenate((top, corners)), context.theme.hue(0), context.theme.tint, _TINT)


def _grounded(trace: Trace) -> Stroke:
    """Return the outline of a curve, at 0 in its gaps."""
    times, rates = trace.outline
    for start, stop in trace.gaps:
        at = int(np.searchsorted(times, stop))
        times, rates = np.insert(times, at, (start, stop)), np.insert(rates, at, (0.0, 0.0))
    return Stroke(times, rates)


class Look(NamedTuple):
    """The style of a curve; ``scale`` is the factor of lengths other than its width."""

    color: str
    width: float
    dash: Dash
    marker: str
    scale: float


def curve(paths: Paths, look: Look, *, layer: float, floor: float) -> Iterator[Primitive]:
    """Yield one curve; ``floor`` is the bottom of its axes."""
    if paths.points is not None:
        yield Markers(paths.points, look.color, look.marker, strokes.MARKER_SIZE * look.width, _POINTS)
        return
    if paths.jumps:
        yield Line(join_lines(paths.jumps), look.color, strokes.RISER * look.scale, layer, strokes.DOTTED)
    for low, high in paths.bands:
        yield from _band(low, high, look, layer) if paths.edges is None else [_area(low, high, look)]
    for edges, width in zip(paths.edges or (), (_EDGE * look.scale, look.width), strict=False):
        if edges:
            yield Line(join_lines(edges), look.color, width, layer)
    if paths.strokes:
        yield Line(join_lines(paths.strokes), look.color, look.width, layer, _whole(look, paths.strokes))
    for x in paths.off_scale:
        yield Dot(x, floor, _FALL_SIZE * look.scale, 0.0, look.color, look.color, _FALLS, "down")


def _area(low: Points, high: Points, look: Look) -> Area:
    return Area(np.concatenate((high, low[::-1])), look.color, _BAND_ALPHA, _FILL)


def _whole(look: Look, parts: Sequence[Points]) -> Dash:
    """Return the dash pattern, scaled so that a curve of one stroke ends with a whole dash."""
    if not look.dash or len(parts) > 1:
        return look.dash
    length = float(np.hypot(*np.diff(parts[0], axis=0).T).sum())
    return strokes.whole_dash(look.dash, length / look.width)


def _band(low: Points, high: Points, look: Look, layer: float) -> Iterator[Primitive]:
    """Yield a band: its area below all curves and its edges; a thin band is a line."""
    if float((high - low)[:, 1].max()) <= _THIN * look.scale:
        yield Line((low + high) / 2, look.color, look.width, layer, look.dash)
        return
    yield _area(low, high, look)
    yield Line(low, look.color, _EDGE * look.scale, layer)
    yield Line(high, look.color, look.width, layer, look.dash)
