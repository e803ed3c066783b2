"""Small multiples: each of many curves on its own axes, in front of all others in light grey."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.clearance import Points
from cosine_cli.render.figure import compose, lines, panels, strokes
from cosine_cli.render.figure.figure_context import FigureContext, Paths, points_along
from cosine_cli.render.figure.key import LEADING, name_lines, name_sizes
from cosine_cli.render.figure.lines import Look
from cosine_cli.render.figure.margins import RISE, Box
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.panels import PanelGrid
from cosine_cli.render.figure.primitives import Line, Primitive, Text, join_lines
from cosine_cli.render.figure.ruler import Face, Ruler, wrapped
from cosine_cli.render.figure.title_block import title_marks

MOST_ON_ONE = 8
"""The largest number of curves on one pair of axes."""

_LEFT_OVER = 2.0
_PER_LINE = 0.4
"""The penalty of each line of names after the first, relative to an aspect ratio wrong by a factor e."""

_LEAST_WIDTH = 24.0
"""In points: the smallest width of a panel."""

_MOST_LINES = 3
"""The largest number of lines of a name."""

_NAME_GAP = 4.5
_GHOST, _GHOST_LAYER = 0.9, 1.0
_GHOST_SPACING = 2.0
_LAYER = 3.0


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """The grid of panels, and the lines and the font size of the names above them."""

    grid: PanelGrid
    names: Sequence[tuple[str, ...]]
    size: float


def scene_of_panels(plan: Plan, theme: Theme, ruler: Ruler) -> list[Primitive] | None:
    """Return the primitives of a plan with one panel per curve, None if the names do not fit."""
    whole = compose.context(compose.evaluate_curves(plan), theme, ruler, values=False)
    layout = _layout(whole)
    if layout is None:
        return None
    boxes = _boxes(layout.grid, whole)
    paths = replace(whole, axes=replace(whole.axes, box=boxes[0])).paths
    ghosts = join_lines(
        [points_along(part, _GHOST_SPACING) for curve in paths for part in (*curve.strokes, *curve.jumps)]
    )
    marks: list[Primitive] = list(panels.around(whole))
    for index, box in enumerate(boxes):
        part = replace(whole, axes=replace(whole.axes, box=box))
        shift = np.array([box.left - boxes[0].left, box.bottom - boxes[0].bottom])
        marks += _panel(part, index, layout, moved(paths[index], shift), ghosts + shift)
    return marks


def panel_names(plan: Plan, theme: Theme, ruler: Ruler) -> list[Text] | None:
    """Return the title and the names above the panels, without the cost of drawing the panels."""
    whole = compose.context(compose.evaluate_peaks(plan), theme, ruler, values=False)
    layout = _layout(whole)
    if layout is None:
        return None
    texts = list(title_marks(whole))
    for index, box in enumerate(_boxes(layout.grid, whole)):
        texts += _name(replace(whole, axes=replace(whole.axes, box=box)), index, layout)
    return texts


def _layout(whole: FigureContext) -> _Layout | None:
    """Return the layout with the largest font with which all names fit above panels of a good shape."""
    sizes = name_sizes(whole.scale, whole.plan.figure.smallest)
    return next((layout for size in sizes if (layout := _layout_in(whole, size))), None)


def _layout_in(whole: FigureContext, size: float) -> _Layout | None:
    box, count, spacing = whole.axes.box, len(whole.plan.curves), panels.Spacing.of(whole.scale)
    layouts: list[_Layout] = []
    for columns in range(1, count + 1):
        width = panels.panel_grid(columns, count, box, spacing).width
        names = _wrapped_names(whole, size, width) if width >= _LEAST_WIDTH * whole.scale else None
        if names is not None:
            further = (max(map(len, names)) - 1) * LEADING * size
            space = replace(spacing, heading=spacing.heading + further)
            layouts.append(_Layout(grid=panels.panel_grid(columns, count, box, space), names=names, size=size))
    fitting = [one for one in layouts if one.grid.above]
    return min(fitting, key=lambda one: _badness(one, count), default=None)


def _wrapped_names(whole: FigureContext, size: float, width: float) -> list[tuple[str, ...]] | None:
    face = Face(size, bold=True)
    names = [wrapped(curve.label, whole.ruler, face, max_width=width, most=_MOST_LINES) for curve in whole.plan.curves]
    fitting = [lines for lines in names if lines is not None]
    return fitting if len(fitting) == len(names) else None


def _badness(layout: _Layout, count: int) -> float:
    return panels.badness(layout.grid, count, left_over=_LEFT_OVER) + _PER_LINE * (max(map(len, layout.names)) - 1)


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


def _panel(part: FigureContext, index: int, layout: _Layout, paths: Paths, ghosts: Points) -> Iterator[Primitive]:
    k, theme = part.scale, part.theme
    yield from panels.framed(part)
    yield Line(ghosts, theme.ghost, _GHOST * k, _GHOST_LAYER)
    look = Look(theme.hue(index), strokes.REFERENCE * k, (), k)
    yield from lines.curve(paths, look, layer=_LAYER, floor=part.axes.box.bottom)
    yield from _name(part, index, layout)
    yield from panels.outer(part, index, layout.grid, len(part.plan.curves))


def _name(part: FigureContext, index: int, layout: _Layout) -> Iterator[Text]:
    """Yield the name above a panel."""
    names, size = layout.names[index], layout.size
    top = part.axes.box.top + _NAME_GAP * part.scale + RISE * size + (len(names) - 1) * LEADING * size
    yield from name_lines(part, index, names, (part.axes.box.left, top), size)
