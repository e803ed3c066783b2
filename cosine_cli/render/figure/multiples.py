"""Small multiples: many curves, each on axes of its own, all others behind it in light grey."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.plans.plan import Plan
from cosine_cli.render.figure import axes, lines, scene, strokes
from cosine_cli.render.figure.lines import Look
from cosine_cli.render.figure.marks import Line, Mark, Points, Words, joined
from cosine_cli.render.figure.page import FONTS, Box
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.ruler import Face, Ruler, fitted, shrunk
from cosine_cli.render.figure.sheet import Drawn, Sheet, along
from cosine_cli.text import visible

MOST_ON_ONE = 8
"""How many curves share one pair of axes."""

_ASPECT = 1.7
_LEFT_OVER = 2.0
"""What a grid with all places left over would weigh against a shape that is wrong by the factor e."""

_ACROSS, _DOWN = 14.0, 10.0
"""The space between two panels, in points; a name stands in its own."""

_WIDEST = 0.3
"""The widest panel that is chosen for the sake of a name, as a share of the whole."""

_NAME = 13.0
_NAME_GAP = 4.5
_LEAST = 18.0
"""In points: a lower panel has no room for a name over it."""

_RATES_APART = 13.0
_GHOST, _GHOST_LAYER = 0.9, 1.0
_GHOST_SPACING = 2.0
_LAYER = 3.0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """How many panels stand in a row and in a column, and how large each is."""

    columns: int
    rows: int
    width: float
    height: float
    named: bool


def scene_of_panels(plan: Plan, theme: Theme, ruler: Ruler) -> list[Mark]:
    """Return the figure of a plan with a panel for each curve."""
    whole = scene.sheet(scene.evaluated(plan), theme, ruler, values=False)
    widest = max(ruler.width(visible(curve.label), FONTS.small * whole.scale, bold=True) for curve in plan.curves)
    least = min(widest, _WIDEST * whole.frame.box.width)
    grid = arranged(len(plan.curves), whole.frame.box, whole.scale, least)
    boxes = [panel(index, grid, whole.frame.box, whole.scale) for index in range(len(plan.curves))]
    drawn = replace(whole, frame=replace(whole.frame, box=boxes[0])).drawn
    ghosts = joined([along(part, _GHOST_SPACING) for curve in drawn for part in (*curve.strokes, *curve.jumps)])
    marks: list[Mark] = list(_around(whole))
    for index, box in enumerate(boxes):
        part = replace(whole, frame=replace(whole.frame, box=box))
        shift = np.array([box.left - boxes[0].left, box.bottom - boxes[0].bottom])
        marks += _panel(part, index, grid, moved(drawn[index], shift), ghosts + shift)
    return marks


def _around(whole: Sheet) -> Iterator[Mark]:
    if whole.page.shown.header:
        yield from axes.rate_name(whole)
    if whole.page.shown.title:
        yield from scene.title(whole.plan, whole.page, whole.theme, whole.ruler)
    if whole.page.shown.time_ticks:
        yield from axes.unit(whole)


def arranged(count: int, box: Box, scale: float, least: float = 0.0) -> Grid:
    """Return the grid with panels of the best shape and few places left over; panels ``least`` wide if any are.

    >>> grid = arranged(9, Box(0, 0, 500, 250), 1.0)
    >>> grid.columns, grid.rows
    (3, 3)
    """
    grids = [_grid(columns, count, box, scale) for columns in range(1, count + 1)]
    wide = [grid for grid in grids if grid.width >= least] or grids
    return min(wide, key=lambda grid: _fault(grid, count))


def _fault(grid: Grid, count: int) -> float:
    shape = abs(math.log(grid.width / grid.height / _ASPECT))
    return shape + _LEFT_OVER * (1 - count / (grid.columns * grid.rows))


def _grid(columns: int, count: int, box: Box, scale: float) -> Grid:
    rows = math.ceil(count / columns)
    pitch = box.height / rows
    named = pitch > (_LEAST + _NAME + _DOWN) * scale
    width = box.width / columns - _ACROSS * scale * (columns - 1) / columns
    above = _NAME * scale if named else 0.0
    height = pitch - above - _DOWN * scale * (rows - 1) / rows
    return Grid(columns=columns, rows=rows, width=max(width, 1.0), height=max(height, 1.0), named=named)


def panel(index: int, grid: Grid, box: Box, scale: float) -> Box:
    """Return the axes of the panel at ``index``: row by row from the upper left."""
    row, column = divmod(index, grid.columns)
    left = box.left + column * (grid.width + _ACROSS * scale)
    above = _NAME * scale if grid.named else 0.0
    top = box.top - above - row * (grid.height + above + _DOWN * scale)
    return Box(left, top - grid.height, left + grid.width, top)


def moved(drawn: Drawn, shift: Points) -> Drawn:
    """Return a curve drawn elsewhere."""
    return Drawn(
        strokes=tuple(part + shift for part in drawn.strokes),
        jumps=tuple(part + shift for part in drawn.jumps),
        bands=tuple((low + shift, high + shift) for low, high in drawn.bands),
        falls=tuple(x + float(shift[0]) for x in drawn.falls),
    )


def _panel(part: Sheet, index: int, grid: Grid, drawn: Drawn, ghosts: Points) -> Iterator[Mark]:
    box, k, theme = part.frame.box, part.scale, part.theme
    yield from axes.grid([y for y, _ in part.rate_ticks], box, theme.grid, k)
    yield axes.spine(box, theme.axis, k)
    yield Line(ghosts, theme.ghost, _GHOST * k, _GHOST_LAYER)
    look = Look(theme.hue(index), strokes.REFERENCE * k, (), k)
    yield from lines.curve(drawn, look, layer=_LAYER, floor=box.bottom)
    if grid.named:
        yield _name(part, index)
    if index % grid.columns == 0 and part.page.shown.rate_ticks:
        yield from _rates(part)
    if index + grid.columns >= len(part.plan.curves) and part.page.shown.time_ticks:
        yield from _times(part)


def _name(part: Sheet, index: int) -> Words:
    """Return the name over a panel, smaller where it is long."""
    box, label, face = part.frame.box, part.plan.curves[index].label, Face(FONTS.end * part.scale, bold=True)
    fit = shrunk(label, part.ruler, face, most=box.width, least=FONTS.small / FONTS.end)
    name = fitted(label, part.ruler, fit, most=box.width)
    return Words(box.left, box.top + _NAME_GAP * part.scale, name, fit.size, part.theme.hue(index), bold=True)


def _rates(part: Sheet) -> list[Words]:
    """Return the texts of the ticks; of the outermost alone where all would touch."""
    texts = list(axes.rates(part))
    if len(texts) > 1 and texts[1].y - texts[0].y < _RATES_APART * part.scale:
        return [texts[0], texts[-1]]
    return texts


def _times(part: Sheet) -> Iterator[Mark]:
    """Yield the ticks below a panel, the outermost texts moved inward, clear of the next panel's."""
    for mark in axes.time_ticks(part):
        if isinstance(mark, Words) and mark.x in (part.frame.box.left, part.frame.box.right):
            yield mark._replace(align="left" if mark.x == part.frame.box.left else "right")
        else:
            yield mark
