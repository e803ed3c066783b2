"""The half-peak annotation: a line, and a marker where each curve first falls to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cosine_cli.render.core.clearance import gaps
from cosine_cli.render.core.crossings import Crossing, half_peak_crossings, half_peak_note
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.primitives import Dot, Line, Primitive, Text
from cosine_cli.render.figure.ruler import Ruler, extent

_LINE, _DASH = 0.9, (2.0, 2.4)
_LAYER, _DOTS = 2.5, 6.0
_SUBJECT_DOT, _REFERENCE_DOT = (6.2, 1.9), (5.4, 1.5)
"""Diameter and edge."""

_ASIDE, _OVER = 5.5, 5.5
"""The distance from a marker to its number."""

_CAPITAL = 0.73
"""The height of digits, in font sizes."""

_SAME = 1e-6
_FROM_CURVES, _FROM_WORDS = 1.5, 3.0
_FROM_AXIS, _LOWER = 2.5, 4.0
_AFTER = 6.0


def half_peaks(context: FigureContext) -> list[Crossing]:
    """Return the crossings in the order of time."""
    found = half_peak_crossings(context.plan, context.peaks, context.axes.peak)
    return sorted(found, key=lambda crossing: crossing.time)


def half_peak_marks(
    context: FigureContext, crossings: Sequence[Crossing], placed: list[Box], *, noted: bool = True
) -> Iterator[Primitive]:
    """Yield the line, markers and numbers, and the note if ``noted``; their boxes are added to ``placed``."""
    if not crossings:
        return
    y, k, last = context.axes.y(0.5), context.scale, context.axes.x(crossings[-1].time)
    ends = np.array([(context.axes.box.left, y), (last, y)])
    line = Line(ends, context.theme.faint, _LINE * k, _LAYER, _DASH)
    yield line
    dots = [_dot(half, y, context) for half in crossings]
    yield from dots
    placed += [_room(dot) for dot in dots]
    numbers = [words for half in _distinct(crossings, context) if (words := _number(half, y, context, placed))]
    yield from numbers
    if noted:
        note = half_peak_note([context.peaks[half.curve].rate for half in crossings])
        yield from _note(note, numbers, line, context, placed)
    placed.append(Box(context.axes.box.left, y, last, y))


def _dot(half: Crossing, y: float, context: FigureContext) -> Dot:
    size, edge = _REFERENCE_DOT if half.curve else _SUBJECT_DOT
    # The marker of the subject is on top, as its curve is.
    layer = _DOTS + (0.0 if half.curve else 0.5)
    k = context.scale
    return Dot(
        context.axes.x(half.time), y, size * k, edge * k, context.theme.hue(half.curve), context.theme.page, layer
    )


def _room(dot: Dot) -> Box:
    half = dot.size / 2
    return Box(dot.x - half, dot.y - half, dot.x + half, dot.y + half)


def _distinct(crossings: Sequence[Crossing], context: FigureContext) -> list[Crossing]:
    """Return the crossings without those that coincide with another one and have the same number."""
    kept: list[Crossing] = []
    for half in sorted(crossings, key=lambda half: half.curve):
        x = context.axes.x(half.time)
        same = (other for other in kept if other.text == half.text)
        if not any(abs(context.axes.x(other.time) - x) < context.scale for other in same):
            kept.append(half)
    return sorted(kept, key=lambda half: half.time)


def _number(half: Crossing, y: float, context: FigureContext, placed: list[Box]) -> Text | None:
    """Return the number near its marker; None if no position is free."""
    for words in _places(half, y, context):
        if has_room(words, context, placed, own=context.axes.x(half.time)):
            placed.append(figures(words, context.ruler))
            return words
    return None


def _places(half: Crossing, y: float, context: FigureContext) -> Iterator[Text]:
    """Yield positions of the number: above right of its marker, below left, below right, above left, at the axis."""
    k, size = context.scale, FONTS.base * context.scale
    aside, over = _ASIDE * k, _OVER * k
    under = -over - _CAPITAL * size
    x = context.axes.x(half.time)
    number = Text(x, y, half.text, size, context.theme.hue(half.curve), bold=True)
    for dx, dy in ((aside, over), (-aside, under), (aside, under), (-aside, over)):
        yield number._replace(x=x + dx, y=y + dy, align="left" if dx > 0 else "right")
    # If a curve falls at once, only the space below its marker is free, too close to the axis for a number on its left.
    left = context.axes.box.left + _FROM_AXIS * k
    if x - aside - context.ruler.width(half.text, size, bold=True) < left < x:
        for lower in (0.0, _LOWER * k):
            yield number._replace(x=left, y=y + under - lower)


def figures(words: Text, ruler: Ruler) -> Box:
    """Return the box of a text without descenders."""
    box = extent(words, ruler)
    return box._replace(bottom=words.y, top=words.y + _CAPITAL * words.size)


def has_room(words: Text, context: FigureContext, placed: Sequence[Box], own: float | None = None) -> bool:
    """Tell whether a text is inside the axes and clear of all curves and of ``placed``, except for its ``own`` dot."""
    room, box, k = figures(words, context.ruler), context.axes.box, context.scale
    if room.left < box.left or room.right > box.right or room.bottom < box.bottom or room.top > box.top:
        return False
    one = np.array([room])
    if any(gaps(one, paths.obstacles)[0] < _FROM_CURVES * k for paths in context.paths):
        return False
    return not any(_touch(room, other, _FROM_WORDS * k) for other in placed if not _is_dot_at(other, own))


def _is_dot_at(box: Box, x: float | None) -> bool:
    return x is not None and abs((box.left + box.right) / 2 - x) < _SAME


def _touch(a: Box, b: Box, gap: float) -> bool:
    return a.left < b.right + gap and b.left < a.right + gap and a.bottom < b.top + gap and b.bottom < a.top + gap


def _note(text: str, numbers: Sequence[Text], line: Line, context: FigureContext, placed: list[Box]) -> Iterator[Text]:
    """Yield the note on the line: after the last number above it that leaves space, or at its start."""
    k, size = context.scale, FONTS.note * context.scale
    y = float(line.points[0, 1]) + _OVER * k
    above = [figures(words, context.ruler).right + _AFTER * k for words in numbers if words.y == y]
    for x in (*reversed(above), context.axes.box.left + _ASIDE * k):
        words = Text(x, y, text, size, context.theme.faint)
        if has_room(words, context, placed):
            placed.append(extent(words, context.ruler))
            yield words
            return
