"""Small multiples: each of many curves on its own axes, in front of all others in light grey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.clearance import Points
from cosine_cli.render.figure import compose, lines, panels, strokes
from cosine_cli.render.figure.figure_context import FigureContext, Paths, points_along
from cosine_cli.render.figure.labels import name_of_label
from cosine_cli.render.figure.lines import Look
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.panels import PanelGrid, Spacing
from cosine_cli.render.figure.primitives import Line, Primitive, Text, join_lines
from cosine_cli.render.figure.ruler import Face, Ruler, fitted, shrunk
from cosine_cli.text import visible

MOST_ON_ONE = 8
"""The largest number of curves on one pair of axes."""

_LEFT_OVER = 2.0
_WIDEST = 0.3
"""The largest width of a panel chosen to fit a label, as a fraction of the whole."""

_NAME_GAP = 4.5
_GHOST, _GHOST_LAYER = 0.9, 1.0
_GHOST_SPACING = 2.0
_LAYER = 3.0


def scene_of_panels(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the primitives of a plan with one panel per curve."""
    whole = compose.context(compose.evaluate_curves(plan), theme, ruler, values=False)
    grid = _grid(whole)
    boxes = _boxes(grid, whole)
    paths = replace(whole, axes=replace(whole.axes, box=boxes[0])).paths
    ghosts = join_lines(
        [points_along(part, _GHOST_SPACING) for curve in paths for part in (*curve.strokes, *curve.jumps)]
    )
    marks: list[Primitive] = list(panels.around(whole))
    for index, box in enumerate(boxes):
        part = replace(whole, axes=replace(whole.axes, box=box))
        shift = np.array([box.left - boxes[0].left, box.bottom - boxes[0].bottom])
        marks += _panel(part, index, grid, moved(paths[index], shift), ghosts + shift)
    return marks


def panel_names(plan: Plan, theme: Theme, ruler: Ruler) -> Iterator[Text]:
    """Yield the title and the labels above the panels, without the cost of drawing the panels."""
    whole = compose.context(compose.evaluate_peaks(plan), theme, ruler, values=False)
    if whole.page.shown.title:
        yield from compose.title(plan, whole.page, theme, ruler)
    grid = _grid(whole)
    for index, box in enumerate(_boxes(grid, whole)):
        yield from _name(replace(whole, axes=replace(whole.axes, box=box)), index, grid)


def _grid(whole: FigureContext) -> PanelGrid:
    curves, box = whole.plan.curves, whole.axes.box
    size = FONTS.small * whole.scale
    widest = max(whole.ruler.width(visible(curve.label), size, bold=True) for curve in curves)
    least = min(widest, _WIDEST * box.width)
    return panels.best_grid(len(curves), box, Spacing.of(whole.scale), left_over=_LEFT_OVER, least=least)


def _boxes(grid: PanelGrid, whole: FigureContext) -> list[Box]:
    return [panels.panel(index, grid, whole.axes.box) for index in range(len(whole.plan.curves))]


def moved(paths: Paths, shift: Points) -> Paths:
    """Return the paths of a curve, shifted."""
    return Paths(
        strokes=tuple(part + shift for part in paths.strokes),
        jumps=tuple(part + shift for part in paths.jumps),
        bands=tuple((low + shift, high + shift) for low, high in paths.bands),
        off_scale=tuple(x + float(shift[0]) for x in paths.off_scale),
    )


def _panel(part: FigureContext, index: int, grid: PanelGrid, paths: Paths, ghosts: Points) -> Iterator[Primitive]:
    k, theme = part.scale, part.theme
    yield from panels.framed(part)
    yield Line(ghosts, theme.ghost, _GHOST * k, _GHOST_LAYER)
    look = Look(theme.hue(index), strokes.REFERENCE * k, (), k)
    yield from lines.curve(paths, look, layer=_LAYER, floor=part.axes.box.bottom)
    yield from _name(part, index, grid)
    yield from panels.outer(part, index, grid, len(part.plan.curves))


def _name(part: FigureContext, index: int, grid: PanelGrid) -> Iterator[Text]:
    """Yield the label above a panel, smaller if it is long; nothing if there is no space above the panel."""
    if not grid.above:
        return
    box, label, face = part.axes.box, part.plan.curves[index].label, Face(FONTS.end * part.scale, bold=True)
    fit = shrunk(label, part.ruler, face, max_width=box.width, min_scale=FONTS.small / FONTS.end)
    name = fitted(label, part.ruler, fit, max_width=box.width)
    words = Text(box.left, box.top + _NAME_GAP * part.scale, name, fit.size, part.theme.hue(index), bold=True)
    yield words._replace(names=name_of_label(part.plan.curves[index]))
