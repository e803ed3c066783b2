"""Headings of panels: one above each, or one above each column and beside each row of a matrix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.plans.model.figure_settings import Axis
from cosine_cli.render.figure.axes import FROM_RATES
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FONTS, MEASURES, RISE, Box
from cosine_cli.render.figure.primitives import Name, Text
from cosine_cli.render.figure.ruler import Face, block_width, wrapped, wrapped_all

_HEIGHT = 15.0
"""The height of a heading of one line above a panel, in points."""

_OVER, _BETWEEN = 5.0, 4.0
"""In points: the space between a panel and its heading, and between the parameter and its value."""

_ROW_GAP = 9.0
_LEADING = 11.5
_SMALLEST = 0.72
"""The smallest size of long headings, relative to their usual size, before they are wrapped."""

_WIDEST_ROW = 0.16
"""The largest width of a row heading, as a fraction of the page."""

_MOST_LINES = 3
"""The largest number of lines of a parameter or of a value."""


class Headings(NamedTuple):
    """The headings for the values of a parameter: their lines, and their size relative to the usual one.

    - ``inline``: whether the parameter and its value are on one line.
    """

    axis: Axis
    name: tuple[str, ...]
    values: list[tuple[str, ...]]
    share: float
    inline: bool

    def height(self, scale: float) -> float:
        """Return the height of the highest heading above a panel."""
        lines = max(map(len, self.values)) - self.inline + len(self.name)
        return (_HEIGHT + _LEADING * (lines - 1)) * scale


def fit_above(axis: Axis, whole: FigureContext, width: float) -> Headings | None:
    """Return the headings above panels of this width: in one line, if necessary smaller, or else in several lines."""
    k, ruler, least = whole.scale, whole.ruler, _least_share(whole)
    named = ruler.width(axis.name, FONTS.note * k) + _BETWEEN * k
    longest = max(ruler.width(value, FONTS.base * k, bold=True) for value in axis.values)
    share = min(width / (named + longest), 1.0)
    if share >= least:
        return _wrapped(axis, whole, share, width, inline=True)
    return _wrapped(axis, whole, least, width, inline=False)


def fit_beside(axis: Axis, whole: FigureContext) -> Headings | None:
    """Return the headings beside rows."""
    width = _WIDEST_ROW * whole.page.width
    usual, smaller = (_wrapped(axis, whole, share, width, inline=False) for share in (1.0, _least_share(whole)))
    return usual if usual is not None and max(map(len, (usual.name, *usual.values))) == 1 else smaller


def _least_share(whole: FigureContext) -> float:
    return min(max(_SMALLEST, whole.plan.figure.smallest / (FONTS.note * whole.scale)), 1.0)


def _wrapped(axis: Axis, whole: FigureContext, share: float, width: float, *, inline: bool) -> Headings | None:
    """Return the headings in lines of at most this width, None if they need too many."""
    note, bold = Face(FONTS.note * whole.scale * share), Face(FONTS.base * whole.scale * share, bold=True)
    name = wrapped(axis.name, whole.ruler, note, max_width=width, most=_MOST_LINES)
    values = wrapped_all(axis.values, whole.ruler, bold, max_width=width, most=_MOST_LINES)
    return Headings(axis, name, values, share, inline) if name and values else None


def marks_above(headings: Headings, whole: FigureContext, boxes: Sequence[Box]) -> Iterator[Text]:
    """Yield the headings above panels: the parameter, and its value in bold."""
    axis, share = headings.axis, headings.share
    k = whole.scale
    for value, lines, box in zip(axis.values, headings.values, boxes, strict=True):
        bottom = box.top + _OVER * k
        if headings.inline:
            named = whole.ruler.width(headings.name[0], FONTS.note * k * share) + _BETWEEN * k * share
            yield from _name_lines(headings, whole, box.left, bottom)
            yield from _value_lines(headings, whole, (value, lines), box.left + named, bottom)
        else:
            top = bottom + _LEADING * k * (len(headings.name) + len(lines) - 1)
            yield from _name_lines(headings, whole, box.left, top)
            yield from _value_lines(headings, whole, (value, lines), box.left, top - _LEADING * k * len(headings.name))


def marks_beside(headings: Headings, whole: FigureContext, boxes: Sequence[Box]) -> Iterator[Text]:
    """Yield the headings of rows: the parameter above its value, at half the height of the row."""
    k, x = whole.scale, MEASURES.edge * whole.scale
    for value, lines, box in zip(headings.axis.values, headings.values, boxes, strict=True):
        count = len(headings.name) + len(lines)
        first = (box.bottom + box.top) / 2 + _LEADING * k * (count - 1) / 2
        if _LEADING * k * count <= box.height + _LEADING * k:
            yield from _name_lines(headings, whole, x, first - RISE * FONTS.note * k * headings.share)
            second = first - _LEADING * k * len(headings.name) - RISE * FONTS.base * k * headings.share
            yield from _value_lines(headings, whole, (value, lines), x, second)


def _name_lines(headings: Headings, whole: FigureContext, x: float, y: float) -> Iterator[Text]:
    size = FONTS.note * whole.scale * headings.share
    for row, line in enumerate(headings.name):
        at = y - row * _LEADING * whole.scale
        yield Text(x, at, line, size, whole.theme.soft, names=Name("parameter", headings.axis.name))


def _value_lines(
    headings: Headings, whole: FigureContext, value: tuple[str, tuple[str, ...]], x: float, y: float
) -> Iterator[Text]:
    """Yield the lines of a value, given as a whole and in lines."""
    size, (text, lines) = FONTS.base * whole.scale * headings.share, value
    for row, line in enumerate(lines):
        at = y - row * _LEADING * whole.scale
        yield Text(x, at, line, size, whole.theme.ink, bold=True, names=Name(headings.axis.name, text))


def room_for_rows(headings: Headings | None, whole: FigureContext) -> float:
    """Return how far the panels move to the right for the headings of their rows."""
    if headings is None or not whole.page.shown.rate_ticks:
        return 0.0
    k = whole.scale
    width = max(
        block_width(headings.name, whole.ruler, Face(FONTS.note * k * headings.share)),
        *(
            block_width(lines, whole.ruler, Face(FONTS.base * k * headings.share, bold=True))
            for lines in headings.values
        ),
    )
    needed = (MEASURES.edge + _ROW_GAP + FROM_RATES) * k + width + whole.page.shown.rate_ticks
    return max(needed - whole.axes.box.left, 0.0)
