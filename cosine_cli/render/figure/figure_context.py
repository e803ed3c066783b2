"""The context of a figure's parts: plan, colors, page, axes and the paths of the curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.core import ticks
from cosine_cli.render.core.between_rates import band_between_rates, between_rates, jump_between_rates
from cosine_cli.render.core.clearance import Points
from cosine_cli.render.core.traces import Riser, Stroke, Trace, above
from cosine_cli.render.descriptions import axis_name, rate_title
from cosine_cli.render.figure import transform
from cosine_cli.render.figure.margins import Page
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.points import point_places
from cosine_cli.render.figure.ruler import Ruler
from cosine_cli.render.figure.strokes import StrokeStyle, stroke_styles
from cosine_cli.render.figure.transform import AxesTransform
from cosine_cli.schedules.core.search import Point
from cosine_cli.text import visible

_MIN_SPACING = 4.0
_MAX_POINTS = 500
"""The spacing, in points, and the number of the points that keep texts clear of a curve."""


@dataclass(frozen=True, kw_only=True)
class Paths:
    """One curve on the axes: strokes, jumps ``(2, 2)``, bands, and where it leaves a logarithmic axis.

    - ``edges``: the lower and the upper edges of bands that limits cut; None if they are those of the bands.
    - ``points``: what is drawn instead of lines, if the curve has the line style ``points``.
    """

    strokes: tuple[Points, ...]
    jumps: tuple[Points, ...]
    bands: tuple[tuple[Points, Points], ...]
    off_scale: tuple[float, ...]
    edges: tuple[tuple[Points, ...], tuple[Points, ...]] | None = None
    points: Points | None = None

    @cached_property
    def obstacles(self) -> Points:
        """Points along the whole curve."""
        parts = [*self.strokes, *self.jumps, *(edge for band in self.bands for edge in band)]
        parts += [(low + high) / 2 for low, high in self.bands]
        length = sum(_length(part) for part in parts)
        spacing = max(_MIN_SPACING, length / _MAX_POINTS)
        return np.concatenate([points_along(part, spacing) for part in parts]) if parts else np.empty((0, 2))


@dataclass(frozen=True, kw_only=True)
class FigureContext:
    """A page with axes and curves, before any text is placed between them.

    - ``largest``: the largest rate of the run.
    """

    plan: Plan
    theme: Theme
    ruler: Ruler
    page: Page
    axes: AxesTransform
    traces: Sequence[Trace]
    peaks: Sequence[Point]
    largest: float

    @property
    def scale(self) -> float:
        """The factor of all lengths."""
        return self.page.scale

    @cached_property
    def paths(self) -> tuple[Paths, ...]:
        """The curves on the axes."""
        paths = (curve_paths(trace, self.axes) for trace in self.traces)
        return tuple(self._with_points(*each) for each in zip(self.plan.curves, paths, strict=True))

    def _with_points(self, curve: Curve, paths: Paths) -> Paths:
        return replace(paths, points=point_places(curve, self.plan, self.axes)) if curve.style.is_points else paths

    @cached_property
    def strokes(self) -> list[StrokeStyle]:
        """The line of each curve."""
        return stroke_styles(self.plan.curves, [trace.stepped for trace in self.traces], self.scale)

    @property
    def rate_name(self) -> str:
        """The name of the rate axis."""
        return visible(self.plan.figure.ylabel or rate_title(self.plan))

    @property
    def time_name(self) -> str:
        """The name of the time axis."""
        return visible(self.plan.figure.xlabel or axis_name(self.plan.figure_units[0]))

    @property
    def second_unit(self) -> TimeUnit | None:
        """The unit of the time axis at the top, None without one."""
        return self.plan.figure_units[1] if self.page.shown.times_above else None

    @cached_property
    def rate_ticks(self) -> list[tuple[float, str]]:
        """The height and the text of each tick of the rates."""
        return rate_tick_heights(self.axes)

    @cached_property
    def restarts(self) -> bool:
        """Tell whether a curve restarts; points do not, as the rates of a log do not have cycles."""
        curves = zip(self.plan.curves, self.traces, strict=True)
        return any(trace.restarts for curve, trace in curves if not curve.style.is_points)


def rate_tick_heights(axes: AxesTransform) -> list[tuple[float, str]]:
    """Return the height and the text of each tick of the rates."""
    if axes.limits is not None:
        bottom, top = (float(f"{share * axes.peak:.15g}") for share in axes.limits)
        between = ticks.rate_ticks_between if axes.decades is None else ticks.log_ticks_between
        return [(axes.y(tick.value / axes.peak), tick.text) for tick in between(bottom, top)]
    if axes.decades is None:
        return [(axes.y(tick.value), tick.text) for tick in ticks.rate_ticks(axes.peak)]
    log_ticks = ticks.log_ticks(axes.peak, axes.decades, transform.LOG_HEADROOM)
    return [(axes.y(10.0**tick.value), tick.text) for tick in log_ticks]


def curve_paths(trace: Trace, axes: AxesTransform) -> Paths:
    """Return a curve on the axes, cut at the bottom of a logarithmic axis."""
    strokes = [_relative_to_peak(stroke, axes.peak) for stroke in trace.strokes]
    bands = [_band_edges(band.edges, band.low, band.high, axes.peak) for band in trace.bands]
    jumps = [jump._replace(before=jump.before / axes.peak, after=jump.after / axes.peak) for jump in trace.jumps]
    if axes.limits is not None:
        return _paths_between(strokes, jumps, bands, axes)
    if axes.decades is None:
        return Paths(
            strokes=tuple(axes.places(stroke) for stroke in strokes),
            jumps=tuple(_jump_points(jump, axes) for jump in jumps),
            bands=tuple((axes.places(low), axes.places(high)) for low, high in bands),
            off_scale=(),
        )
    return _log_curve_paths(strokes, jumps, bands, axes)


def _paths_between(
    strokes: list[Stroke],
    jumps: list[Riser],
    bands: list[tuple[Stroke, Stroke]],
    axes: AxesTransform,
) -> Paths:
    bottom, top = axes.range
    parts = [part for stroke in strokes for part in between_rates(stroke, bottom, top)]
    risers = filter(None, (jump_between_rates(jump, bottom, top) for jump in jumps))
    areas = [part for low, high in bands for part in band_between_rates(low, high, bottom, top)]
    lower, upper = (
        tuple(axes.places(part) for band in bands for part in between_rates(band[side], bottom, top)) for side in (0, 1)
    )
    return Paths(
        strokes=tuple(axes.places(part) for part in parts),
        jumps=tuple(_jump_points(jump, axes) for jump in risers),
        bands=tuple((axes.places(low), axes.places(high)) for low, high in areas),
        off_scale=(),
        edges=(lower, upper),
    )


def _log_curve_paths(
    strokes: list[Stroke], jumps: list[Riser], bands: list[tuple[Stroke, Stroke]], axes: AxesTransform
) -> Paths:
    parts = [part for stroke in strokes for part in above(stroke, axes.floor)]
    areas = [
        (Stroke(part.times, np.interp(part.times, low.times, low.rates)), part)
        for low, high in bands
        for part in above(high, axes.floor)
    ]
    off_scale = [part.times[-1] for part in (*parts, *(high for _, high in areas)) if part.rates[-1] == axes.floor]
    off_scale += [jump.time for jump in jumps if jump.before > axes.floor >= jump.after]
    return Paths(
        strokes=tuple(axes.places(part) for part in parts),
        jumps=tuple(_jump_points(jump, axes) for jump in jumps if max(jump.before, jump.after) > axes.floor),
        bands=tuple((axes.places(low), axes.places(high)) for low, high in areas),
        off_scale=tuple(axes.x(time) for time in off_scale),
    )


def _relative_to_peak(stroke: Stroke, peak: float) -> Stroke:
    return Stroke(stroke.times, stroke.rates / peak)


def _band_edges(edges: np.ndarray, low: np.ndarray, high: np.ndarray, peak: float) -> tuple[Stroke, Stroke]:
    """Return the edges of a band through the middles of its columns, and through its ends."""
    times = (edges[:-1] + edges[1:]) / 2
    times[0], times[-1] = edges[0], edges[-1]
    return Stroke(times, low / peak), Stroke(times, high / peak)


def _jump_points(jump: Riser, axes: AxesTransform) -> Points:
    x = axes.x(jump.time)
    return np.array([(x, axes.y(jump.before)), (x, axes.y(jump.after))])


def _length(points: Points) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def points_along(points: Points, spacing: float) -> Points:
    """Return points on a polyline, ``spacing`` apart."""
    distances = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))))
    positions = np.linspace(0.0, distances[-1], max(int(distances[-1] / spacing) + 1, 2))
    return np.column_stack([np.interp(positions, distances, points[:, axis]) for axis in (0, 1)])
