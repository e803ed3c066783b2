"""Small multiples: each of many curves on its own axes, in front of all others in light grey."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.clearance import Points
from cosine_cli.render.figure import compose, lines, panels, strokes
from cosine_cli.render.figure.figure_context import FigureContext, Paths, points_along
from cosine_cli.render.figure.key import LEADING, name_lines, name_sizes
from cosine_cli.render.figure.lines import Look
from cosine_cli.render.figure.margins import FONTS, RISE, Box
from cosine_cli.render.figure.palette import Theme
from cosine_cli.render.figure.panels import PanelGrid
from cosine_cli.render.figure.primitives import Line, Primitive, Text, join_lines
from cosine_cli.render.figure.ruler import Face, Ruler, wrapped_all

MOST_ON_ONE = 8
"""The largest number of curves on one pair of axes."""

_LEFT_OVER = 2.0
_PER_LINE, _PER_SIZE = 0.4, 3.0
"""The penalties of each line of names after the first, and of a font smaller by a factor e.

Both are relative to the penalty of an aspect ratio wrong by a factor e.
"""

_LEAST_WIDTH = 24.0
"""In points: the smallest width of a panel."""

_MOST_LINES = 4
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
    texts = [mark for mark in panels.around(whole) if isinstance(mark, Text)]
    for index, box in enumerate(_boxes(layout.grid, whole)):
        texts += _name(replace(whole, axes=replace(whole.axes, box=box)), index, layout)
    return texts


def _layout(whole: FigureContext) -> _Layout | None:
    """Return the layout with the best shape of panels, number of lines and font size of names; None if none fits.

    Smaller fonts are tried only as long as names are wrapped.
    """
    sizes, best = name_sizes(whole.scale, whole.plan.figure.smallest), list[_Layout]()

    def badness(layout: _Layout) -> float:
        return _badness(layout, sizes[0], len(whole.plan.curves))

    for size in sizes:
        best = sorted([*best, *_layouts(whole, size)], key=badness)[:1]
        if best and all(len(lines) == 1 for lines in best[0].names):
            break
    return best[0] if best else None


def _layouts(whole: FigureContext, size: float) -> Iterator[_Layout]:
    """Yield a layout for each number of columns with which the names fit in this size."""
    box, count, spacing = whole.axes.box, len(whole.plan.curves), panels.Spacing.of(whole.scale)
    one_line = replace(spacing, heading=spacing.heading + size - FONTS.end * whole.scale)
    for columns in range(1, count + 1):
        lowest = panels.panel_grid(columns, count, box, one_line)
        fits = lowest.above and lowest.width >= _LEAST_WIDTH * whole.scale
        names = _wrapped_names(whole, size, lowest.width) if fits else None
        if names is not None:
            further = (max(map(len, names)) - 1) * LEADING * size
            grid = panels.panel_grid(columns, count, box, replace(one_line, heading=one_line.heading + further))
            if grid.above:
                yield _Layout(grid=grid, names=names, size=size)


def _wrapped_names(whole: FigureContext, size: float, width: float) -> list[tuple[str, ...]] | None:
    return wrapped_all(
        [curve.label for curve in whole.plan.curves],
        whole.ruler,
        Face(size, bold=True),
        max_width=width,
        most=_MOST_LINES,
    )


def _badness(layout: _Layout, usual_size: float, count: int) -> float:
    lines, shrinking = max(map(len, layout.names)) - 1, math.log(usual_size / layout.size)
    return panels.badness(layout.grid, count, left_over=_LEFT_OVER) + _PER_LINE * lines + _PER_SIZE * shrinking


def _boxes(grid: PanelGrid, whole: FigureContext) -> list[Box]:
    return [panels.panel(index, grid, whole.axes.box) for index in range(len(whole.plan.curves))]


def moved(paths: Paths, shift: Points) -> Paths:
    """Return the paths of a curve, shifted."""

    def shifted(parts: tuple[Points, ...]) -> tuple[Points, ...]:
        return tuple(part + shift for part in parts)

    return Paths(
        strokes=shifted(paths.strokes),
        jumps=shifted(paths.jumps),
        bands=tuple((low + shift, high + shift) for low, high in paths.bands),
        off_scale=tuple(x + float(shift[0]) for x in paths.off_scale),
        edges=None if paths.edges is None else (shifted(paths.edges[0]), shifted(paths.edges[1])),
        points=None if paths.points is None else paths.points + shift,
    )


def _panel(part: FigureContext, index: int, layout: _Layout, paths: Paths, ghosts: Points) -> Iterator[Primitive]:
    k, theme = part.scale, part.theme
    yield from panels.framed(part)
    yield Line(ghosts, theme.ghost, _GHOST * k, _GHOST_LAYER)
    style = strokes.styled(part.plan.curves[index], strokes.StrokeStyle(strokes.REFERENCE * k, (), strokes.MARKERS[0]))
    look = Look(theme.hue(index), *style, k)
    yield from lines.curve(paths, look, layer=_LAYER, floor=part.axes.box.bottom)
    yield from _name(part, index, layout)
    yield from panels.outer(part, index, layout.grid, len(part.plan.curves))


def _name(part: FigureContext, index: int, layout: _Layout) -> Iterator[Text]:
    """Yield the name above a panel."""
    names, size = layout.names[index], layout.size
    top = part.axes.box.top + _NAME_GAP * part.scale + RISE * size + (len(names) - 1) * LEADING * size
    yield from name_lines(part, index, names, (part.axes.box.left, top), size)
