"""Panels that share their axes: how they are arranged, and what stands at the outer ones alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cosine_cli.render.figure import axes, compose
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import Box
from cosine_cli.render.figure.primitives import Primitive, Text

_ASPECT = 1.7
"""Width over height of the best panel."""

ACROSS, DOWN = 14.0, 10.0
"""The least space between two panels, in points; a heading stands in its own."""

HEADING = 13.0
LEAST = 18.0
"""In points: a lower panel has no room for a heading over it."""

_RATES_APART = 13.0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """How many panels stand in a row and in a column, how large each is, and the space around it.

    - ``above``: the room for the heading over each of them.
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
    """What stands around panels, in points: between two columns, between two rows, over each panel.

    - ``least``: how high a panel has to be to have its heading.
    """

    across: float
    down: float
    heading: float
    least: float

    @classmethod
    def of(cls, scale: float) -> Spacing:
        """Return the space around panels that have a heading and nothing at their right."""
        return cls(across=ACROSS * scale, down=DOWN * scale, heading=HEADING * scale, least=LEAST * scale)


def grid(columns: int, count: int, box: Box, space: Spacing) -> Grid:
    """Return so many panels in so many columns; their headings are left out where they would leave no height."""
    rows = math.ceil(count / columns)
    pitch = box.height / rows
    above = space.heading if pitch > space.least + space.heading + space.down else 0.0
    width = box.width / columns - space.across * (columns - 1) / columns
    height = pitch - above - space.down * (rows - 1) / rows
    return Grid(
        columns=columns,
        rows=rows,
        width=max(width, 1.0),
        height=max(height, 1.0),
        above=above,
        across=space.across,
        down=space.down,
    )


def arranged(count: int, box: Box, space: Spacing, *, left_over: float, least: float = 0.0) -> Grid:
    """Return the grid with panels of the best shape and few places left over; panels ``least`` wide if any are.

    - ``left_over``: what a grid with all places left over would weigh against a shape that is wrong by the factor e.

    >>> found = arranged(9, Box(0, 0, 500, 250), Spacing.of(1.0), left_over=2.0)
    >>> found.columns, found.rows
    (3, 3)
    """
    grids = [grid(columns, count, box, space) for columns in range(1, count + 1)]
    wide = [one for one in grids if one.width >= least] or grids
    return min(wide, key=lambda one: _shape(one) + left_over * (1 - count / (one.columns * one.rows)))


def _shape(one: Grid) -> float:
    return abs(math.log(one.width / one.height / _ASPECT))


def panel(index: int, one: Grid, box: Box) -> Box:
    """Return the axes of the panel at ``index``: row by row from the upper left."""
    row, column = divmod(index, one.columns)
    left = box.left + column * (one.width + one.across)
    top = box.top - one.above - row * (one.height + one.above + one.down)
    return Box(left, top - one.height, left + one.width, top)


def around(whole: FigureContext) -> Iterator[Primitive]:
    """Yield what all panels share: what the axes say, and the title."""
    if whole.page.shown.header:
        yield from axes.rate_name(whole)
    if whole.page.shown.title:
        yield from compose.title(whole.plan, whole.page, whole.theme, whole.ruler)
    if whole.page.shown.time_ticks:
        yield from axes.unit(whole)


def framed(part: FigureContext) -> Iterator[Primitive]:
    """Yield the lines of a panel's axes."""
    yield from axes.grid([y for y, _ in part.rate_ticks], part.frame.box, part.theme.grid, part.scale)
    yield axes.spine(part.frame.box, part.theme.axis, part.scale)


def outer(part: FigureContext, index: int, one: Grid, count: int) -> Iterator[Primitive]:
    """Yield the ticks of a panel where no other stands left of it or under it."""
    if index % one.columns == 0 and part.page.shown.rate_ticks:
        yield from _rates(part)
    if index + one.columns >= count and part.page.shown.time_ticks:
        yield from _times(part)


def _rates(part: FigureContext) -> list[Text]:
    """Return the texts of the ticks; of the outermost alone where all would touch."""
    texts = list(axes.rates(part))
    if min((high.y - low.y for low, high in pairwise(texts)), default=math.inf) < _RATES_APART * part.scale:
        return [texts[0], texts[-1]]
    return texts


def _times(part: FigureContext) -> Iterator[Primitive]:
    """Yield the ticks below a panel, the outermost texts moved inward, clear of the next panel's."""
    for mark in axes.time_ticks(part):
        if isinstance(mark, Text) and mark.x in (part.frame.box.left, part.frame.box.right):
            yield mark._replace(align="left" if mark.x == part.frame.box.left else "right")
        else:
            yield mark
