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

# Lengths are in points, before the scale of the page.

_LINE_WIDTH, _DASH = 0.9, (2.0, 2.4)

_LINE_LAYER, _MARKER_LAYER = 2.5, 6.0
"""The drawing order: the line is below the curves, the markers are above them."""

_FIRST_MARKER, _OTHER_MARKER = (6.2, 1.9), (5.4, 1.5)
"""Diameter and width of the edge, for the first curve and the others."""

_OFFSET_X, _OFFSET_Y = 5.5, 5.5
"""The distance from a marker to its number."""

_FARTHER = 10.0
"""The additional distance of a number that does not have space near its marker."""

_DIGIT_HEIGHT = 0.73
"""The height of digits, in font sizes."""

_SAME_X = 1e-6
"""The largest distance between a marker and the box of the same marker."""

_CURVE_GAP, _TEXT_GAP = 1.5, 3.0
"""The smallest distance of a text from curves and from other texts."""

_AXIS_GAP, _AXIS_DROP = 2.5, 4.0
"""A number at the axis: its distance from the axis, and how far it moves down if it does not fit at first."""

_NOTE_GAP = 6.0
"""The space between a number and the note after it."""


def half_peaks(context: FigureContext) -> list[Crossing]:
    """Return the crossings in the order of time."""
    crossings, level = half_peak_crossings(context.plan, context.peaks, context.largest), _level(context)
    axes = context.axes
    if not axes.floor < level < axes.ceiling:
        return []
    last = axes.until if axes.until >= context.plan.clock.total else np.nextafter(axes.until, 0.0)
    shown = (one for one in crossings if axes.since < one.time <= last)
    return sorted(shown, key=lambda crossing: crossing.time)


def _level(context: FigureContext) -> float:
    """Return half the largest peak, relative to the largest rate on the axes."""
    return context.largest / 2 / context.axes.peak


def half_peak_marks(
    context: FigureContext, crossings: Sequence[Crossing], placed: list[Box], *, with_note: bool = True
) -> Iterator[Primitive]:
    """Yield the line, markers and numbers, and the note if ``with_note``; their boxes are added to ``placed``.

    If one number does not have space, all are omitted.
    """
    if not crossings:
        return
    y, k, last = context.axes.y(_level(context)), context.scale, context.axes.x(crossings[-1].time)
    ends = np.array([(context.axes.box.left, y), (last, y)])
    line = Line(ends, context.theme.faint, _LINE_WIDTH * k, _LINE_LAYER, _DASH)
    yield line
    dots = [_marker(crossing, y, context) for crossing in crossings]
    yield from dots
    placed += [_dot_box(dot) for dot in dots]
    numbers = _placed_numbers(_distinct_crossings(crossings, context), y, context, placed)
    yield from numbers
    if with_note:
        note = half_peak_note([context.peaks[crossing.curve].rate for crossing in crossings])
        yield from _note(note, numbers, line, context, placed)
    placed.append(Box(context.axes.box.left, y, last, y))


def _marker(crossing: Crossing, y: float, context: FigureContext) -> Dot:
    size, edge = _OTHER_MARKER if crossing.curve else _FIRST_MARKER
    # The marker of the subject is on top, as its curve is.
    layer = _MARKER_LAYER + (0.0 if crossing.curve else 0.5)
    k = context.scale
    return Dot(
        context.axes.x(crossing.time),
        y,
        size * k,
        edge * k,
        context.theme.hue(crossing.curve),
        context.theme.plot or context.theme.page,
        layer,
    )


def _dot_box(dot: Dot) -> Box:
    radius = dot.size / 2
    return Box(dot.x - radius, dot.y - radius, dot.x + radius, dot.y + radius)


def _distinct_crossings(crossings: Sequence[Crossing], context: FigureContext) -> list[Crossing]:
    """Return the crossings without those that coincide with another one and have the same number."""
    kept: list[Crossing] = []
    for crossing in sorted(crossings, key=lambda crossing: crossing.curve):
        x = context.axes.x(crossing.time)
        same = (other for other in kept if other.text == crossing.text)
        if not any(abs(context.axes.x(other.time) - x) < context.scale for other in same):
            kept.append(crossing)
    return sorted(kept, key=lambda crossing: crossing.time)


def _placed_numbers(crossings: Sequence[Crossing], y: float, context: FigureContext, placed: list[Box]) -> list[Text]:
    """Return the numbers of all crossings, near their markers if possible or else farther; none if one does not fit."""
    for farther in (0.0, _FARTHER):
        for order in (crossings, crossings[::-1]):
            boxes, labels = list(placed), list[Text]()
            for crossing in order:
                at = context.axes.x(crossing.time)
                positions = _number_positions(crossing, y, context, farther * context.scale)
                label = next((label for label in positions if has_room(label, context, boxes, own=at)), None)
                if label is None:
                    break
                labels.append(label)
                boxes.append(digit_box(label, context.ruler))
            if len(labels) == len(order):
                placed[:] = boxes
                return labels if order is crossings else labels[::-1]
    return []


def _number_positions(crossing: Crossing, y: float, context: FigureContext, farther: float) -> Iterator[Text]:
    """Yield positions of the number: above right of its marker, below left, below right, above left, at the axis.

    - ``farther``: an additional distance above and below the marker, after the usual one; 0 for none.
    """
    k, size = context.scale, FONTS.base * context.scale
    aside, over = _OFFSET_X * k, _OFFSET_Y * k
    under = -over - _DIGIT_HEIGHT * size
    x = context.axes.x(crossing.time)
    number = Text(x, y, crossing.text, size, context.theme.hue(crossing.curve), bold=True)
    for more in (0.0, farther) if farther else (0.0,):
        for dx, dy in ((aside, over + more), (-aside, under - more), (aside, under - more), (-aside, over + more)):
            yield number._replace(x=x + dx, y=y + dy, align="left" if dx > 0 else "right")
    # If a curve falls at once, only the space below its marker is free, too close to the axis for a number on its left.
    left = context.axes.box.left + _AXIS_GAP * k
    if x - aside - context.ruler.width(crossing.text, size, bold=True) < left < x:
        for lower in (0.0, _AXIS_DROP * k):
            yield number._replace(x=left, y=y + under - lower)


def digit_box(label: Text, ruler: Ruler) -> Box:
    """Return the box of a text without descenders."""
    box = extent(label, ruler)
    return box._replace(bottom=label.y, top=label.y + _DIGIT_HEIGHT * label.size)


def has_room(label: Text, context: FigureContext, placed: Sequence[Box], own: float | None = None) -> bool:
    """Tell whether a text is inside the axes and clear of all curves and of ``placed``, except for its ``own`` dot."""
    digits, box, k = digit_box(label, context.ruler), context.axes.box, context.scale
    if digits.left < box.left or digits.right > box.right or digits.bottom < box.bottom or digits.top > box.top:
        return False
    boxes = np.array([digits])
    if any(gaps(boxes, paths.obstacles)[0] < _CURVE_GAP * k for paths in context.paths):
        return False
    return not any(_too_close(digits, other, _TEXT_GAP * k) for other in placed if not _is_dot_at(other, own))


def _is_dot_at(box: Box, x: float | None) -> bool:
    return x is not None and abs((box.left + box.right) / 2 - x) < _SAME_X


def _too_close(a: Box, b: Box, gap: float) -> bool:
    return a.left < b.right + gap and b.left < a.right + gap and a.bottom < b.top + gap and b.bottom < a.top + gap


def _note(text: str, numbers: Sequence[Text], line: Line, context: FigureContext, placed: list[Box]) -> Iterator[Text]:
    """Yield the note on the line: after the last number above it that leaves space, or at its start."""
    k, size = context.scale, FONTS.note * context.scale
    y = float(line.points[0, 1]) + _OFFSET_Y * k
    above = [digit_box(label, context.ruler).right + _NOTE_GAP * k for label in numbers if label.y == y]
    for x in (*reversed(above), context.axes.box.left + _OFFSET_X * k):
        label = Text(x, y, text, size, context.theme.faint)
        if has_room(label, context, placed):
            placed.append(extent(label, context.ruler))
            yield label
            return
