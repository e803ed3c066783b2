"""Headings of panels: one above each, or one above each column and beside each row of a matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.plans.model.figure_settings import Axis
from cosine_cli.render.figure import panels
from cosine_cli.render.figure.axes import FROM_RATES
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FONTS, MEASURES, RISE, Box
from cosine_cli.render.figure.panels import PanelGrid
from cosine_cli.render.figure.primitives import Name, Text
from cosine_cli.render.figure.ruler import Face, fitted, shrunk

HEADING = 15.0
"""The height of a heading above a panel, in points."""

_OVER = 5.0
_BETWEEN = 4.0
_ROW_GAP = 9.0
_LEADING = 11.5
_SMALLEST = 0.72
_WIDEST_ROW = 0.16
"""The largest width of a row heading, as a fraction of the page."""


def headings(axes: Sequence[Axis], whole: FigureContext, grid: PanelGrid, box: Box) -> Iterator[Text]:
    """Yield the headings: values of the first parameter above panels, of the second beside rows if they fit."""
    across, *down = axes
    if down or grid.above:
        yield from _over(across, whole, [panels.panel(i, grid, box) for i in range(len(across.values))])
    for axis in down if whole.page.shown.rate_ticks else ():
        for row, value in enumerate(axis.values):
            yield from _beside(axis, value, panels.panel(row * grid.columns, grid, box), whole)


def _over(axis: Axis, whole: FigureContext, boxes: Sequence[Box]) -> Iterator[Text]:
    """Yield the headings above panels: the parameter and its value in bold; all smaller if one is long."""
    k, ruler = whole.scale, whole.ruler
    named = ruler.width(axis.name, FONTS.note * k) + _BETWEEN * k
    longest = max(ruler.width(value, FONTS.base * k, bold=True) for value in axis.values)
    share = k * min(max(boxes[0].width / (named + longest), _SMALLEST), 1.0)
    for value, box in zip(axis.values, boxes, strict=True):
        y = box.top + _OVER * k
        name = fitted(axis.name, ruler, Face(FONTS.note * share), max_width=box.width)
        yield Text(box.left, y, name, FONTS.note * share, whole.theme.soft, names=Name("parameter", axis.name))
        x = box.left + ruler.width(name, FONTS.note * share) + _BETWEEN * share
        room = max(box.right + _BETWEEN * k - x, 0.0)
        shown = fitted(value, ruler, Face(FONTS.base * share, bold=True), max_width=room)
        words = Text(x, y, shown, FONTS.base * share, whole.theme.ink, bold=True)
        yield words._replace(names=Name(axis.name, value))


def _beside(axis: Axis, value: str, box: Box, whole: FigureContext) -> Iterator[Text]:
    """Yield the heading of a row: the parameter above its value, at half the height of the row."""
    k, max_width = whole.scale, _row_width(axis, whole)
    middle = (box.bottom + box.top) / 2
    for kind, text, face, colour, offset in (
        ("parameter", axis.name, Face(FONTS.note * k), whole.theme.soft, _LEADING / 2),
        (axis.name, value, Face(FONTS.base * k, bold=True), whole.theme.ink, -_LEADING / 2),
    ):
        fit = shrunk(text, whole.ruler, face, max_width=max_width, min_scale=_SMALLEST)
        shown = fitted(text, whole.ruler, fit, max_width=max_width)
        y = middle + offset * k - RISE * fit.size
        yield Text(MEASURES.edge * k, y, shown, fit.size, colour, bold=fit.bold, names=Name(kind, text))


def room_for_rows(axes: Sequence[Axis], whole: FigureContext) -> float:
    """Return how far the panels move to the right for the headings of their rows."""
    if len(axes) == 1 or not whole.page.shown.rate_ticks:
        return 0.0
    k = whole.scale
    needed = (MEASURES.edge + _ROW_GAP + FROM_RATES) * k + _row_width(axes[1], whole) + whole.page.shown.rate_ticks
    return max(needed - whole.axes.box.left, 0.0)


def _row_width(axis: Axis, whole: FigureContext) -> float:
    k = whole.scale
    values = [whole.ruler.width(value, FONTS.base * k, bold=True) for value in axis.values]
    return min(max(whole.ruler.width(axis.name, FONTS.note * k), *values), _WIDEST_ROW * whole.page.width)
