"""The key: a sample of each curve's line with its name, in rows and columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from cosine_cli.plans.model.plan import Curve
from cosine_cli.render.descriptions import axis_name
from cosine_cli.render.figure import strokes
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FONTS, LEAST_SHARE, MEASURES, RISE, ShownText
from cosine_cli.render.figure.primitives import Line, Markers, Name, Primitive, Text
from cosine_cli.render.figure.ruler import Face, block_width, wrapped, wrapped_all
from cosine_cli.schedules.core import catalogue

# Lengths are in points, before the scale of the key.

SAMPLE_LENGTH, SAMPLE_TO_NAME = 17.5, 3.0
_NAME_TO_SAMPLE = 9.5
_ROW_GAP = 4.0
"""The space between the names of two rows, in addition to the height of their lines."""

LEADING = 1.15
"""The distance between the lines of a name, in font sizes."""

_MAX_COLUMN = 0.3
"""The largest width of a key at the right, as a fraction of the page."""

_SMALLER = 0.9
"""The ratio of a font size to the one that is tried before it."""

_BELOW = 3.5
"""The space between the key and the lower edge of the page."""

_LAYER = 4.0
_SAMPLE_POINTS = (0.15, 0.5, 0.85)
_MOST_LINES = 4
"""The largest number of lines of a name."""


class Entry(NamedTuple):
    """A name in a key: its left end and its top, from the upper left corner of the key, and its lines."""

    left: float
    top: float
    lines: tuple[str, ...]


class Key(NamedTuple):
    """The arrangement of a key: its entries in the order of the curves, its font size, width and height."""

    entries: list[Entry]
    size: float
    width: float
    height: float


def arranged(context: FigureContext, size: float, legend: str) -> Key | None:
    """Return the key for its place, ``above``, ``below`` or ``right``; None if a name needs too many lines.

    Above and below it has as few rows as fit the width of the page, at the right one column.
    """
    edge, page = MEASURES.edge * context.scale, context.page
    if legend != "right":
        return _arranged(context, size, page.width - 2 * edge)
    free = min(_MAX_COLUMN * page.width, context.axes.box.width - LEAST_SHARE * page.width) - edge
    return _arranged(context, size, free, most_columns=1) if free > 0 else None


def texts_with_key(shown: ShownText, context: FigureContext, key: Key, legend: str) -> ShownText:
    """Return the texts around the axes with space for a key."""
    if legend == "right":
        return replace(shown, key_right=key.width + MEASURES.edge * context.scale)
    return replace(shown, key_below=key.height) if legend == "below" else replace(shown, key_above=key.height)


def marks_at(context: FigureContext, key: Key, legend: str) -> Iterator[Primitive]:
    """Yield a key in its place on a page with space for it.

    It is above "Learning rate", below the time axis and if possible not farther left than the axes, or at the right.
    """
    edge, box, page = MEASURES.edge * context.scale, context.axes.box, context.page
    if legend == "right":
        yield from _marks(context, key, page.width - edge - key.width, box.top)
    elif legend == "below":
        left = box.left if box.left + key.width <= page.width - edge else edge
        yield from _marks(context, key, left, page.shown.key_below + _BELOW * context.scale)
    else:
        row = LEADING * key.size + _ROW_GAP * _scale(context, key.size)
        yield from _marks(context, key, edge, page.rate_line + key.height + row / 2)


def _arranged(context: FigureContext, size: float, max_width: float, most_columns: int | None = None) -> Key | None:
    ruler, face, scale = context.ruler, Face(size, bold=True), _scale(context, size)
    before = (SAMPLE_LENGTH + SAMPLE_TO_NAME) * scale
    labels = [curve.label for curve in context.plan.curves]
    blocks = wrapped_all(labels, ruler, face, max_width=max_width - before, most=_MOST_LINES)
    if blocks is None:
        return None
    widths = [before + block_width(lines, ruler, face) for lines in blocks]
    columns = _column_widths(widths, _NAME_TO_SAMPLE * scale, max_width) if most_columns is None else [max(widths)]
    lefts = [sum(columns[:i]) + i * _NAME_TO_SAMPLE * scale for i in range(len(columns))]
    heights = [
        max(map(len, blocks[i : i + len(columns)])) * LEADING * size + _ROW_GAP * scale
        for i in range(0, len(blocks), len(columns))
    ]
    entries = [
        Entry(lefts[i % len(columns)], sum(heights[: i // len(columns)]), lines) for i, lines in enumerate(blocks)
    ]
    return Key(entries, size, lefts[-1] + columns[-1], sum(heights))


def _column_widths(widths: Sequence[float], gap: float, max_width: float) -> list[float]:
    """Return the width of each column: as few rows as possible, and of the same number of rows the fewest columns."""
    count = len(widths)
    by_columns = [[max(widths[column::columns]) for column in range(columns)] for columns in range(1, count + 1)]
    fitting = [one for one in by_columns if sum(one) + (len(one) - 1) * gap <= max_width] or by_columns[:1]
    return min(fitting, key=lambda one: (math.ceil(count / len(one)), len(one)))


def _scale(context: FigureContext, size: float) -> float:
    """Return the scale of a key's lengths: that of the page, smaller if its font is."""
    return min(context.scale, size / FONTS.end)


def _marks(context: FigureContext, key: Key, left: float, top: float) -> Iterator[Primitive]:
    """Yield the samples and the names of a key whose upper left corner is given."""
    scale = _scale(context, key.size)
    for index, entry in enumerate(key.entries):
        middle = top - entry.top - _ROW_GAP * scale / 2 - LEADING * key.size / 2
        yield sample(context, index, left + entry.left, middle, SAMPLE_LENGTH * scale)
        x = left + entry.left + (SAMPLE_LENGTH + SAMPLE_TO_NAME) * scale
        yield from name_lines(context, index, entry.lines, (x, middle), key.size)


def sample(context: FigureContext, index: int, x: float, y: float, length: float) -> Line | Markers:
    """Return a short piece of a curve's line, or some of its points."""
    style = context.strokes[index]
    if style.marker:
        places = np.array([(x + length * share, y) for share in _SAMPLE_POINTS])
        return Markers(places, context.theme.hue(index), style.marker, strokes.MARKER_SIZE * style.width, _LAYER)
    points = np.array([(x, y), (x + length, y)])
    return Line(
        points, context.theme.hue(index), style.width, _LAYER, strokes.whole_dash(style.dash, length / style.width)
    )


def name_lines(
    context: FigureContext, index: int, lines: Sequence[str], at: tuple[float, float], size: float
) -> Iterator[Text]:
    """Yield the lines of a curve's name, given the left end and the height of the first one's middle."""
    x, middle = at
    for row, line in enumerate(lines):
        y = middle - RISE * size - row * LEADING * size
        yield Text(x, y, line, size, context.theme.hue(index), bold=True, names=curve_name(context.plan.curves[index]))


def key_row(context: FigureContext) -> list[Primitive] | None:
    """Return the key in one row beside "Learning rate", with short names if necessary; None if it does not fit."""
    if not context.page.shown.header:
        return None
    labels, shorter = [c.label for c in context.plan.curves], [short_label(c) for c in context.plan.curves]
    for names, size in ((labels, FONTS.name), (labels, FONTS.end), (shorter, FONTS.end)):
        marks = _row_marks(context, names, size * context.scale)
        if marks is not None:
            return marks
    return None


def _row_marks(context: FigureContext, names: Sequence[str], size: float) -> list[Primitive] | None:
    k, face = context.scale, Face(size, bold=True)
    x = MEASURES.edge * k + context.ruler.width(context.rate_name, FONTS.base * k) + _NAME_TO_SAMPLE * k
    y, end, marks = context.page.rate_line, _row_end(context), list[Primitive]()
    for index, name in enumerate(names):
        marks.append(sample(context, index, x, y, SAMPLE_LENGTH * k))
        x += (SAMPLE_LENGTH + SAMPLE_TO_NAME) * k
        lines = wrapped(name, context.ruler, face, max_width=end - x, most=1)
        if lines is None:
            return None
        marks += name_lines(context, index, lines, (x, y), size)
        x += block_width(lines, context.ruler, face) + _NAME_TO_SAMPLE * k
    return marks


def _row_end(context: FigureContext) -> float:
    end = context.page.width - MEASURES.edge * context.scale
    if context.second_unit is None:
        return end
    size = FONTS.base * context.scale
    return (
        context.axes.box.right
        - context.ruler.width(axis_name(context.second_unit), size)
        - _NAME_TO_SAMPLE * context.scale
    )


def curve_name(curve: Curve) -> Name:
    """Return the name that the label of a curve represents."""
    return Name("curve", curve.label)


def short_label(curve: Curve) -> str:
    """Return a short label: the name of the schedule instead of its default label."""
    if curve.name in catalogue.names() and curve.label == catalogue.load(curve.name).label:
        return curve.name
    return curve.label


def name_sizes(scale: float, smallest: float) -> list[float]:
    """Return the font sizes of names, in the order in which they are tried.

    >>> name_sizes(1.0, 6.5), name_sizes(0.6, 6.5)
    ([8.5, 7.65, 6.885, 6.5], [5.1])
    """
    sizes = [FONTS.end * scale]
    while sizes[-1] > smallest:
        sizes.append(max(sizes[-1] * _SMALLER, smallest))
    return [round(size, 6) for size in sizes]
