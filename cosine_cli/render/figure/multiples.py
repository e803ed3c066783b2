"""Small multiples: many curves, each on axes of its own, all others behind it in light grey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure import compose, lines, panels, strokes
from cosine_cli.render.figure.figure_context import FigureContext, Paths, along
from cosine_cli.render.figure.labels import name_of
from cosine_cli.render.figure.lines import Look
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.panels import Grid, Spacing
from cosine_cli.render.figure.primitives import Line, Points, Primitive, Text, joined
from cosine_cli.render.figure.ruler import Face, Ruler, fitted, shrunk
from cosine_cli.text import visible

MOST_ON_ONE = 8
"""How many curves share one pair of axes."""

_LEFT_OVER = 2.0
_WIDEST = 0.3
"""The widest panel that is chosen for the sake of a name, as a share of the whole."""

_NAME_GAP = 4.5
_GHOST, _GHOST_LAYER = 0.9, 1.0
_GHOST_SPACING = 2.0
_LAYER = 3.0


def scene_of_panels(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive]:
    """Return the figure of a plan with a panel for each curve."""
    whole = compose.context(compose.evaluated(plan), theme, ruler, values=False)
    grid = _grid(whole)
    boxes = _boxes(grid, whole)
    drawn = replace(whole, frame=replace(whole.frame, box=boxes[0])).drawn
    ghosts = joined([along(part, _GHOST_SPACING) for curve in drawn for part in (*curve.strokes, *curve.jumps)])
    marks: list[Primitive] = list(panels.around(whole))
    for index, box in enumerate(boxes):
        part = replace(whole, frame=replace(whole.frame, box=box))
        shift = np.array([box.left - boxes[0].left, box.bottom - boxes[0].bottom])
        marks += _panel(part, index, grid, moved(drawn[index], shift), ghosts + shift)
    return marks


def names(plan: Plan, theme: Theme, ruler: Ruler) -> Iterator[Text]:
    """Yield the title and the names over the panels, at a small part of what it costs to draw what is in them."""
    whole = compose.context(compose.without_traces(plan), theme, ruler, values=False)
    if whole.page.shown.title:
        yield from compose.title(plan, whole.page, theme, ruler)
    grid = _grid(whole)
    for index, box in enumerate(_boxes(grid, whole)):
        yield from _name(replace(whole, frame=replace(whole.frame, box=box)), index, grid)


def _grid(whole: FigureContext) -> Grid:
    curves, box = whole.plan.curves, whole.frame.box
    size = FONTS.small * whole.scale
    widest = max(whole.ruler.width(visible(curve.label), size, bold=True) for curve in curves)
    least = min(widest, _WIDEST * box.width)
    return panels.arranged(len(curves), box, Spacing.of(whole.scale), left_over=_LEFT_OVER, least=least)


def _boxes(grid: Grid, whole: FigureContext) -> list[Box]:
    return [panels.panel(index, grid, whole.frame.box) for index in range(len(whole.plan.curves))]


def moved(drawn: Paths, shift: Points) -> Paths:
    """Return a curve drawn elsewhere."""
    return Paths(
        strokes=tuple(part + shift for part in drawn.strokes),
        jumps=tuple(part + shift for part in drawn.jumps),
        bands=tuple((low + shift, high + shift) for low, high in drawn.bands),
        off_scale=tuple(x + float(shift[0]) for x in drawn.off_scale),
    )


def _panel(part: FigureContext, index: int, grid: Grid, drawn: Paths, ghosts: Points) -> Iterator[Primitive]:
    k, theme = part.scale, part.theme
    yield from panels.framed(part)
    yield Line(ghosts, theme.ghost, _GHOST * k, _GHOST_LAYER)
    look = Look(theme.hue(index), strokes.REFERENCE * k, (), k)
    yield from lines.curve(drawn, look, layer=_LAYER, floor=part.frame.box.bottom)
    yield from _name(part, index, grid)
    yield from panels.outer(part, index, grid, len(part.plan.curves))


def _name(part: FigureContext, index: int, grid: Grid) -> Iterator[Text]:
    """Yield the name over a panel, smaller where it is long; none where a low panel has no room over it."""
    if not grid.above:
        return
    box, label, face = part.frame.box, part.plan.curves[index].label, Face(FONTS.end * part.scale, bold=True)
    fit = shrunk(label, part.ruler, face, most=box.width, least=FONTS.small / FONTS.end)
    name = fitted(label, part.ruler, fit, most=box.width)
    words = Text(box.left, box.top + _NAME_GAP * part.scale, name, fit.size, part.theme.hue(index), bold=True)
    yield words._replace(names=name_of(part.plan.curves[index]))
