"""A panel with the whole plan per value of a parameter, or a matrix for two parameters, on shared axes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.traces import Trace
from cosine_cli.render.figure import compose, end_values, half_peak, key, lines, panels, spans
from cosine_cli.render.figure.compose import CurveData
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.headings import Headings, fit_above, fit_beside, marks_above, marks_beside, room_for_rows
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
    """The grid of panels, its box, its headings, and whether end values fit between its columns."""

    grid: PanelGrid
    box: Box
    above: Headings | None
    beside: Headings | None
    valued: bool


def scene_of_grid(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the primitives of a plan with panels."""
    data = _evaluate(plan)
    whole, key_marks = _page(plan, data, theme, ruler)
    layout = _layout(plan, whole, data)
    boxes = [panels.panel(index, layout.grid, layout.box) for index in range(len(plan.panels))]
    marks: list[Primitive] = [
        *panels.around(replace(whole, axes=replace(whole.axes, box=layout.box))),
        *key_marks,
        *_headings(plan, whole, layout, boxes),
    ]
    for index, (panel_data, box) in enumerate(zip(data, boxes, strict=True)):
        context = _panel_context(whole, panel_data, data[0].traces)
        placed = replace(context, axes=replace(context.axes, box=box))
        marks += panels.outer(placed, index, layout.grid, len(boxes))
        marks += _panel(_scaled(placed), index, valued=layout.valued)
    return marks


def _evaluate(plan: Plan) -> list[CurveData]:
    """Evaluate each panel's curves."""
    across = len(plan.figure.grid[0].values) if len(plan.figure.grid) > 1 else math.isqrt(len(plan.panels))
    return [compose.evaluate_curves(replace(plan, curves=panel.curves), across) for panel in plan.panels]


def _page(
    plan: Plan, data: Sequence[CurveData], theme: Theme, ruler: Ruler
) -> tuple[FigureContext, Iterable[Primitive]]:
    """Return the page with axes for all curves of all panels, and the key, which is empty if it does not fit."""
    all_curves = CurveData(
        plan=replace(plan, curves=tuple(curve for panel in plan.panels for curve in panel.curves)),
        traces=[trace for panel_data in data for trace in panel_data.traces],
        peaks=[point for panel_data in data for point in panel_data.peaks],
        tops=[top for panel_data in data for top in panel_data.tops],
    )
    shown = replace(compose.required_texts(all_curves, ruler), times_above=False)
    page = compose.build_context(all_curves, theme, ruler, shown)
    legend = plan.figure.legend or "above"
    if legend == "none":
        return page, ()
    first = _key_context(replace(page, axes=replace(page.axes, box=_box_of_panels(plan, page))), data[0])
    row = key.key_row(first) if legend == "above" else None
    if row is not None:
        return page, row
    for size in key.name_sizes(page.scale, plan.figure.smallest):
        arranged = key.arranged(first, size, legend)
        if arranged is None:
            continue
        page_with_key = compose.build_context(
            all_curves, theme, ruler, key.texts_with_key(shown, first, arranged, legend)
        )
        if page_with_key.page.shown == key.texts_with_key(page.page.shown, first, arranged, legend):
            return page_with_key, key.marks_at(_key_context(page_with_key, data[0]), arranged, legend)
    return page, ()


def _panel_context(whole: FigureContext, panel_data: CurveData, first: Sequence[Trace]) -> FigureContext:
    """Return the curves of one panel on the shared axes, each dashed as in the first panel."""
    traces = [replace(trace, stepped=like.stepped) for trace, like in zip(panel_data.traces, first, strict=True)]
    return replace(whole, plan=panel_data.plan, traces=traces, peaks=panel_data.peaks)


def _key_context(whole: FigureContext, first: CurveData) -> FigureContext:
    """Return the context of the key: the curves of the first panel on the whole page."""
    return _panel_context(whole, first, first.traces)


def _scaled(part: FigureContext) -> FigureContext:
    """Return a panel with smaller lines and texts, as far as its smallest text allows."""
    least = part.plan.figure.smallest / FONTS.note
    return replace(part, page=replace(part.page, scale=min(max(part.scale * _PANEL_SCALE, least), part.scale)))


def _headings(plan: Plan, whole: FigureContext, layout: _Layout, boxes: Sequence[Box]) -> Iterator[Primitive]:
    if layout.above is not None and (layout.beside is not None or layout.grid.above):
        count = len(plan.figure.grid[0].values)
        yield from marks_above(layout.above, whole, boxes[:count])
    if layout.beside is not None and whole.page.shown.rate_ticks:
        yield from marks_beside(layout.beside, whole, boxes[:: layout.grid.columns])


def _layout(plan: Plan, whole: FigureContext, data: Sequence[CurveData]) -> _Layout:
    """Return the layout of the panels: beside the headings of their rows, with end values if they fit."""
    k, scaled = whole.scale, _scaled(whole).scale
    beside, box = _headings_of_rows(plan, whole), _box_of_panels(plan, whole)
    ends = [text for part in data for text in end_values.end_texts(part.traces, part.peaks, part.plan, whole.axes)]
    values = max(end_values.width_of_values(ends, scaled), whole.ruler.width(end_values.ENDS_AT, FONTS.note * scaled))
    valued = bool(whole.page.shown.ends)
    across = _VALUES_GAP_LEFT * scaled + _VALUES_GAP_RIGHT * k + values if valued else panels.ACROSS * k
    wide = _panel_grid(plan, whole, box, across)
    if valued and wide[0].columns > 1 and wide[0].width < _LEAST_WIDTH * k:
        box = box._replace(right=whole.page.width - 2 * MEASURES.bare * k - whole.page.shown.key_right)
        wide, valued = _panel_grid(plan, whole, box, panels.ACROSS * k), False
    grid, above = wide
    return _Layout(grid=grid, box=_below(box, above, plan, k), above=above, beside=beside, valued=valued)


def _headings_of_rows(plan: Plan, whole: FigureContext) -> Headings | None:
    return fit_beside(plan.figure.grid[1], whole) if len(plan.figure.grid) > 1 else None


def _box_of_panels(plan: Plan, whole: FigureContext) -> Box:
    """Return the box of the axes without the space for the headings of rows."""
    box = whole.axes.box
    return box._replace(left=box.left + room_for_rows(_headings_of_rows(plan, whole), whole))


def _panel_grid(plan: Plan, whole: FigureContext, box: Box, across: float) -> tuple[PanelGrid, Headings | None]:
    """Return the grid of a matrix, or for one parameter the grid with the best panel shape, and the headings above."""
    k, count, axis = whole.scale, len(plan.panels), plan.figure.grid[0]
    space = replace(Spacing.of(k), across=across, down=_ROW_GAP * k, heading=0.0)
    if len(plan.figure.grid) > 1:
        above = fit_above(axis, whole, panels.panel_grid(len(axis.values), count, box, space).width)
        return panels.panel_grid(len(axis.values), count, _below(box, above, plan, k), space), above
    grids = list[tuple[PanelGrid, Headings | None]]()
    for columns in range(1, count + 1):
        above = fit_above(axis, whole, panels.panel_grid(columns, count, box, space).width)
        heading = above.height(k) if above else 0.0
        grids.append((panels.panel_grid(columns, count, box, replace(space, heading=heading)), above))
    fitting = [one for one in grids if one[0].above] or grids
    return min(fitting, key=lambda one: panels.badness(one[0], count, left_over=_LEFT_OVER))


def _below(box: Box, above: Headings | None, plan: Plan, scale: float) -> Box:
    """Return the box below the column headings of a matrix; for one parameter, each panel has its own heading."""
    matrix = len(plan.figure.grid) > 1 and above is not None
    return box._replace(top=box.top - above.height(scale)) if matrix and above else box


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
        yield from end_values.end_values(part) if index else end_values.ends(part)


def _one_peak(part: FigureContext) -> bool:
    """Tell whether this panel has the largest peak of all panels."""
    return math.isclose(max(point.rate for point in part.peaks), part.largest, rel_tol=1e-9)
