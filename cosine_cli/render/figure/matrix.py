"""A panel with the whole plan per value of a parameter, or a matrix for two parameters, on shared axes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.traces import Trace
from cosine_cli.render.figure import compose, half_peak, labels, lines, panels, spans
from cosine_cli.render.figure.compose import CurveData
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.headings import HEADING, headings, room_for_rows
from cosine_cli.render.figure.margins import FONTS, MEASURES, Box
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.panels import PanelGrid, Spacing
from cosine_cli.render.figure.primitives import Primitive
from cosine_cli.render.figure.ruler import Ruler

_LEFT_OVER = 4.0
"""The weight of empty places in the last row, higher than in small multiples: each row is read as a series."""

_PANEL_SCALE = 0.85
"""The size of lines and texts in a panel, relative to those around it."""

_LEAST_WIDTH = 72.0
"""In points: narrower panels omit their end values."""

_ROW_GAP = 14.0

_VALUES_GAP_LEFT, _VALUES_GAP_RIGHT = 9.0, 5.0
"""The space before and after the end values."""


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """The grid of panels, its box, and whether end values fit between its columns."""

    grid: PanelGrid
    box: Box
    valued: bool


def scene_of_grid(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the primitives of a plan with panels."""
    data = _evaluate(plan)
    whole = _page_context(plan, data, theme, ruler)
    layout = _layout(plan, whole, data)
    contexts = [_panel_context(whole, panel_data, data[0].traces) for panel_data in data]
    within = replace(whole, axes=replace(whole.axes, box=layout.box))
    marks: list[Primitive] = [
        *panels.around(within),
        *_key_marks(whole, contexts[0]),
        *headings(plan.figure.grid, whole, layout.grid, layout.box),
    ]
    for index, context in enumerate(contexts):
        box = panels.panel(index, layout.grid, layout.box)
        placed = replace(context, axes=replace(context.axes, box=box))
        marks += panels.outer(placed, index, layout.grid, len(contexts))
        marks += _panel(_scaled(placed), index, valued=layout.valued)
    return marks


def _evaluate(plan: Plan) -> list[CurveData]:
    """Evaluate each panel's curves."""
    across = len(plan.figure.grid[0].values) if len(plan.figure.grid) > 1 else math.isqrt(len(plan.panels))
    return [compose.evaluate_curves(replace(plan, curves=panel.curves), across) for panel in plan.panels]


def _page_context(plan: Plan, data: Sequence[CurveData], theme: Theme, ruler: Ruler) -> FigureContext:
    """Return the page with axes for all curves of all panels, and space for key rows."""
    all_curves = CurveData(
        plan=replace(plan, curves=tuple(curve for panel in plan.panels for curve in panel.curves)),
        traces=[trace for panel_data in data for trace in panel_data.traces],
        peaks=[point for panel_data in data for point in panel_data.peaks],
    )
    shown = replace(compose.required_texts(all_curves, ruler), steps_above=False)
    page = compose.build_context(all_curves, theme, ruler, shown)
    key = _key_context(page, _panel_context(page, data[0], data[0].traces))
    key_rows = labels.extra_key_rows(key) if labels.key_row(key) is None else 0
    return compose.build_context(all_curves, theme, ruler, replace(shown, key_rows=key_rows)) if key_rows else page


def _panel_context(whole: FigureContext, panel_data: CurveData, first: Sequence[Trace]) -> FigureContext:
    """Return the curves of one panel on the shared axes, each dashed as in the first panel."""
    traces = [replace(trace, stepped=like.stepped) for trace, like in zip(panel_data.traces, first, strict=True)]
    return replace(whole, plan=panel_data.plan, traces=traces, peaks=panel_data.peaks)


def _scaled(part: FigureContext) -> FigureContext:
    return replace(part, page=replace(part.page, scale=part.page.scale * _PANEL_SCALE))


def _key_context(whole: FigureContext, first: FigureContext) -> FigureContext:
    """Return the context of the key: the curves of the first panel on the whole page."""
    return replace(first, page=whole.page, axes=whole.axes)


def _key_marks(whole: FigureContext, first: FigureContext) -> list[Primitive]:
    if not whole.page.shown.header:
        return []
    names = _key_context(whole, first)
    return labels.key_row(names) or labels.key_rows(names)


def _layout(plan: Plan, whole: FigureContext, data: Sequence[CurveData]) -> _Layout:
    """Return the layout of the panels: beside the headings of their rows, with end values if they fit."""
    k = whole.scale
    box = whole.axes.box._replace(left=whole.axes.box.left + room_for_rows(plan.figure.grid, whole))
    ends = [text for panel_data in data for text in labels.end_texts(panel_data.traces, panel_data.peaks, plan.clock)]
    values = labels.width_of_ends(ends, k * _PANEL_SCALE, whole.ruler, (), 0.0)
    values = max(values, whole.ruler.width(labels.ENDS_AT, FONTS.note * k * _PANEL_SCALE))
    valued = bool(whole.page.shown.ends)
    across = (_VALUES_GAP_LEFT * _PANEL_SCALE + _VALUES_GAP_RIGHT) * k + values if valued else panels.ACROSS * k
    wide = _panel_grid(plan, box, k, across)
    if valued and wide.columns > 1 and wide.width < _LEAST_WIDTH * k:
        box = box._replace(right=whole.page.width - 2 * MEASURES.bare * k)
        return _Layout(
            grid=_panel_grid(plan, box, k, panels.ACROSS * k), box=_under_headings(plan, box, k), valued=False
        )
    return _Layout(grid=wide, box=_under_headings(plan, box, k), valued=valued)


def _panel_grid(plan: Plan, box: Box, scale: float, across: float) -> PanelGrid:
    """Return the grid of a matrix, or for one parameter the grid with the best panel shape."""
    count, box = len(plan.panels), _under_headings(plan, box, scale)
    space = replace(Spacing.of(scale), across=across, down=_ROW_GAP * scale)
    if len(plan.figure.grid) > 1:
        return panels.panel_grid(len(plan.figure.grid[0].values), count, box, replace(space, heading=0.0))
    return panels.best_grid(count, box, replace(space, heading=HEADING * scale), left_over=_LEFT_OVER)


def _under_headings(plan: Plan, box: Box, scale: float) -> Box:
    """Return the box below the column headings of a matrix; for one parameter, each panel has its own heading."""
    return box._replace(top=box.top - HEADING * scale) if len(plan.figure.grid) > 1 else box


def _panel(part: FigureContext, index: int, *, valued: bool) -> Iterator[Primitive]:
    """Yield one panel; only the first one explains its marks."""
    figure = part.plan.figure
    yield from panels.framed(part)
    yield from lines.curve_marks(part, tinted=figure.annotations)
    if not figure.annotations:
        return
    placed: list[Box] = []
    if index == 0 and all(axis.name != "warmup" for axis in figure.grid):
        yield from spans.span_marks(part, placed)
    else:
        yield from spans.warmup(part)
        yield from spans.cycles(part, placed)
    if part.axes.decades is None and not part.restarts and _one_peak(part):
        yield from half_peak.half_peak_marks(part, half_peak.half_peaks(part), placed, with_note=not index)
    if valued:
        yield from labels.end_values(part) if index else labels.ends(part, labelled=False)


def _one_peak(part: FigureContext) -> bool:
    """Tell whether this panel has the largest peak of all panels."""
    return math.isclose(max(point.rate for point in part.peaks), part.axes.peak, rel_tol=1e-9)
