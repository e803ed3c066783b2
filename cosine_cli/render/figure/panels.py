"""Panels with shared axes: their arrangement, and the ticks at the outer ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cosine_cli.render.figure import axes
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import Box
from cosine_cli.render.figure.primitives import Primitive, Text
from cosine_cli.render.figure.title_block import title_marks

_ASPECT = 1.7
"""The preferred ratio of a panel's width to its height."""

ACROSS, DOWN = 14.0, 10.0
"""The smallest space between two panels, in points, not including headings."""

HEADING = 13.0
LEAST = 17.5
"""In points: lower panels do not have a heading above them."""

_RATES_APART = 13.0


@dataclass(frozen=True, kw_only=True)
class PanelGrid:
    """The number of columns and rows, the size of a panel, and the space around it.

    - ``above``: the height of the heading above each panel.
    """

    columns: int
    rows: int
    width: float
    height: float
    above: float
    across: float
    down: float


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """The space around panels, in points: between columns, between rows, and above each panel.

    - ``least``: the smallest height of a panel with a heading.
    """

    across: float
    down: float
    heading: float
    least: float

    @classmethod
    def of(cls, scale: float) -> Spacing:
        """Return the space around panels with headings and without end values."""
        return cls(across=ACROSS * scale, down=DOWN * scale, heading=HEADING * scale, least=LEAST * scale)


def panel_grid(columns: int, count: int, box: Box, space: Spacing) -> PanelGrid:
    """Return the grid of ``count`` panels in ``columns`` columns; headings are omitted if panels would be too low."""
    rows = math.ceil(count / columns)
    pitch = box.height / rows
    above = space.heading if pitch > space.least + space.heading + space.down else 0.0
    width = box.width / columns - space.across * (columns - 1) / columns
    height = pitch - above - space.down * (rows - 1) / rows
    return PanelGrid(
        columns=columns,
        rows=rows,
        width=max(width, 1.0),
        height=max(height, 1.0),
        above=above,
        across=space.across,
        down=space.down,
    )


def badness(one: PanelGrid, count: int, *, left_over: float) -> float:
    """Return how far a grid is from the best panel shape and from having no empty places."""
    return abs(math.log(one.width / one.height / _ASPECT)) + left_over * (1 - count / (one.columns * one.rows))


def panel(index: int, one: PanelGrid, box: Box) -> Box:
    """Return the box of the panel at ``index``, row by row from the upper left."""
    row, column = divmod(index, one.columns)
    left = box.left + column * (one.width + one.across)
    top = box.top - one.above - row * (one.height + one.above + one.down)
    return Box(left, top - one.height, left + one.width, top)


def around(whole: FigureContext) -> Iterator[Primitive]:
    """Yield what all panels share: axis labels and the title."""
    if whole.page.shown.header:
        yield from axes.rate_name(whole)
    yield from title_marks(whole)
    if whole.page.shown.time_ticks:
        yield from axes.unit(whole)


def framed(part: FigureContext) -> Iterator[Primitive]:
    """Yield the background, the grid lines and the spine of a panel."""
    yield from axes.background(part)
    yield from axes.grid_lines([y for y, _ in part.rate_ticks], part.axes.box, part.theme.grid, part.scale)
    yield axes.spine(part.axes.box, part.theme.axis, part.scale)


def outer(part: FigureContext, index: int, one: PanelGrid, count: int) -> Iterator[Primitive]:
    """Yield the ticks of a panel at the left or the lower edge of the grid."""
    if index % one.columns == 0 and part.page.shown.rate_ticks:
        yield from _rates(part)
    if index + one.columns >= count and part.page.shown.time_ticks:
        yield from _times(part)


def _rates(part: FigureContext) -> list[Text]:
    """Return the labels of the rate ticks; only the outermost if they would overlap."""
    texts = list(axes.rate_labels(part))
    if min((high.y - low.y for low, high in pairwise(texts)), default=math.inf) < _RATES_APART * part.scale:
        return [texts[0], texts[-1]]
    return texts


def _times(part: FigureContext) -> Iterator[Primitive]:
    """Yield the ticks below a panel, with the outermost labels moved inward, away from the next panel."""
    for mark in axes.time_labels(part):
        if isinstance(mark, Text) and mark.x in (part.axes.box.left, part.axes.box.right):
            yield mark._replace(align="left" if mark.x == part.axes.box.left else "right")
        else:
            yield mark
