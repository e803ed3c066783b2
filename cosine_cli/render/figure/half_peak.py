"""Half the peak: the line, and the moment at which each curve first falls to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from cosine_cli.render.descriptions import half_note, time_text
from cosine_cli.render.figure.clearance import gaps
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.primitives import Dot, Line, Primitive, Text
from cosine_cli.render.figure.ruler import Ruler, extent
from cosine_cli.schedules.core.search import first_fall

_LINE, _DASH = 0.9, (2.0, 2.4)
_LAYER, _DOTS = 2.5, 6.0
_SUBJECT_DOT, _REFERENCE_DOT = (6.2, 1.9), (5.4, 1.5)
"""Diameter and edge."""

_ASIDE, _OVER = 5.5, 5.5
"""How far from its marker a number stands."""

_CAPITAL = 0.73
"""How high figures are, in font sizes."""

_SAME = 1e-6
_FROM_CURVES, _FROM_WORDS = 1.5, 3.0
_FROM_AXIS, _LOWER = 2.5, 4.0
_AFTER = 6.0


class Half(NamedTuple):
    """Where the curve with that index first falls to half the largest peak, after its own."""

    curve: int
    x: float
    text: str


def half_peaks(context: FigureContext) -> list[Half]:
    """Return the crossings in the order of time; curves that start lower or never fall so far have none."""
    level = context.frame.peak / 2
    found = []
    for index, (curve, peak) in enumerate(zip(context.plan.curves, context.peaks, strict=True)):
        if peak.rate > level:
            time = first_fall(curve.schedule, level, after=peak.time, until=context.frame.until)
            if time is not None:
                found.append(Half(index, context.frame.x(time), time_text(time, context.plan.clock)))
    return sorted(found, key=lambda half: half.x)


def marks(
    context: FigureContext, crossings: Sequence[Half], placed: list[Box], *, noted: bool = True
) -> Iterator[Primitive]:
    """Yield line, markers and words, if ``noted`` what the line is; the room they take is added to ``placed``."""
    if not crossings:
        return
    y, k = context.frame.y(0.5), context.scale
    ends = np.array([(context.frame.box.left, y), (crossings[-1].x, y)])
    line = Line(ends, context.theme.faint, _LINE * k, _LAYER, _DASH)
    yield line
    dots = [_dot(half, y, context) for half in crossings]
    yield from dots
    placed += [_room(dot) for dot in dots]
    numbers = [words for half in _told_apart(crossings, k) if (words := _number(half, y, context, placed))]
    yield from numbers
    if noted:
        note = half_note([context.peaks[half.curve].rate for half in crossings])
        yield from _note(note, numbers, line, context, placed)
    placed.append(Box(context.frame.box.left, y, crossings[-1].x, y))


def _dot(half: Half, y: float, context: FigureContext) -> Dot:
    size, edge = _REFERENCE_DOT if half.curve else _SUBJECT_DOT
    # The subject's marker lies on top, as the subject does.
    layer = _DOTS + (0.0 if half.curve else 0.5)
    k = context.scale
    return Dot(half.x, y, size * k, edge * k, context.theme.hue(half.curve), context.theme.page, layer)


def _room(dot: Dot) -> Box:
    half = dot.size / 2
    return Box(dot.x - half, dot.y - half, dot.x + half, dot.y + half)


def _told_apart(crossings: Sequence[Half], scale: float) -> Iterator[Half]:
    """Leave out the number of a crossing that lies on another and says the same."""
    raw: list[Half] = []
    for half in sorted(crossings, key=lambda half: half.curve):
        if not any(other.text == half.text and abs(other.x - half.x) < scale for other in raw):
            raw.append(half)
    yield from sorted(raw, key=lambda half: half.x)


def _number(half: Half, y: float, context: FigureContext, placed: list[Box]) -> Text | None:
    """Return the number near its marker; None where no place is free."""
    for words in _places(half, y, context):
        if is_free(words, context, placed, own=half.x):
            placed.append(figures(words, context.ruler))
            return words
    return None


def _places(half: Half, y: float, context: FigureContext) -> Iterator[Text]:
    """Yield the number above right of its marker, below left, below right, above left, and below beside the axis."""
    k, size = context.scale, FONTS.base * context.scale
    aside, over = _ASIDE * k, _OVER * k
    under = -over - _CAPITAL * size
    number = Text(half.x, y, half.text, size, context.theme.hue(half.curve), bold=True)
    for dx, dy in ((aside, over), (-aside, under), (aside, under), (-aside, over)):
        yield number._replace(x=half.x + dx, y=y + dy, align="left" if dx > 0 else "right")
    # A curve that falls at once leaves room only under its marker, where the axis is too near for a number left of it.
    left = context.frame.box.left + _FROM_AXIS * k
    if half.x - aside - context.ruler.width(half.text, size, bold=True) < left < half.x:
        for lower in (0.0, _LOWER * k):
            yield number._replace(x=left, y=y + under - lower)


def figures(words: Text, ruler: Ruler) -> Box:
    """Return the room that text without descenders takes."""
    box = extent(words, ruler)
    return box._replace(bottom=words.y, top=words.y + _CAPITAL * words.size)


def is_free(words: Text, context: FigureContext, placed: Sequence[Box], own: float | None = None) -> bool:
    """Tell whether text stands within the axes, clear of all curves and of what was placed; not of its ``own`` dot."""
    room, box, k = figures(words, context.ruler), context.frame.box, context.scale
    if room.left < box.left or room.right > box.right or room.bottom < box.bottom or room.top > box.top:
        return False
    one = np.array([room])
    if any(gaps(one, drawn.obstacles)[0] < _FROM_CURVES * k for drawn in context.drawn):
        return False
    return not any(_touch(room, other, _FROM_WORDS * k) for other in placed if not _is_dot_at(other, own))


def _is_dot_at(box: Box, x: float | None) -> bool:
    return x is not None and abs((box.left + box.right) / 2 - x) < _SAME


def _touch(a: Box, b: Box, gap: float) -> bool:
    return a.left < b.right + gap and b.left < a.right + gap and a.bottom < b.top + gap and b.bottom < a.top + gap


def _note(text: str, numbers: Sequence[Text], line: Line, context: FigureContext, placed: list[Box]) -> Iterator[Text]:
    """Yield what the line is: behind the last number above it that leaves room, else at its start."""
    k, size = context.scale, FONTS.note * context.scale
    y = float(line.points[0, 1]) + _OVER * k
    above = [figures(words, context.ruler).right + _AFTER * k for words in numbers if words.y == y]
    for x in (*reversed(above), context.frame.box.left + _ASIDE * k):
        words = Text(x, y, text, size, context.theme.faint)
        if is_free(words, context, placed):
            placed.append(extent(words, context.ruler))
            yield words
            return
