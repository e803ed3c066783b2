"""The places that a figure points to: a ring around each, and beside it a text of several lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.plans.model.plan import Callout
from cosine_cli.render.core.clearance import Points, gaps
from cosine_cli.render.figure.figure_context import FigureContext, rate_tick_heights
from cosine_cli.render.figure.margins import FONTS, Box
from cosine_cli.render.figure.primitives import Dot, Line, Primitive, Text

# Lengths are in points, before the scale of the page.

_RING, _EDGE = 8.5, 1.5
_LEADER = 0.8
_LINE_LAYER, _RING_LAYER = 5.5, 7.0
_LEADING = 11.5
_ASCENT, _DESCENT = 0.76, 0.22
"""The extent of a line above and below its baseline, in font sizes."""

_CURVE_GAP, _TEXT_GAP, _EDGE_GAP = 5.0, 4.0, 4.0
"""The smallest distance of the text from curves, from other texts, and from the edge of the axes."""

_DISTANCES = (14.0, 22.0, 32.0, 44.0, 60.0, 80.0, 104.0, 132.0, 164.0, 200.0)
"""The distances of the text from its place that are tried in turn."""

_DIRECTIONS = 24

_CROSSING = 120.0
"""The cost, in points of distance, of a line to the text that is all along a curve."""

_GRID_LINE = 10.0
"""The same of a line of the grid behind the text."""


def callout_marks(context: FigureContext, placed: list[Box]) -> Iterator[Primitive]:
    """Yield the rings, the text and the line between them; the boxes of rings and text are added to ``placed``.

    Without space for all lines of the text there is the first one, and without space for that there are only the rings.
    """
    for callout in context.plan.callouts or ():
        if context.axes.since <= callout.time <= context.axes.until:
            yield from _marks(callout, context, placed)


def _marks(callout: Callout, context: FigureContext, placed: list[Box]) -> Iterator[Primitive]:
    places = _places(callout, context)
    if not places:
        return
    k = context.scale
    x, y = places[-1]
    if len(places) > 1 and abs(places[0][1] - y) > _RING * k / 2:
        yield Line(np.array(places), context.theme.ink, _LEADER * k, _LINE_LAYER)
        yield _ring(context, *places[0])
    yield _ring(context, x, y)
    radius = _RING * k / 2
    placed += [Box(a - radius, b - radius, a + radius, b + radius) for a, b in places]
    for lines in (callout.lines, callout.lines[:1]):
        shown = callout._replace(lines=lines)
        box = _text_box(shown, context, (x, y), placed)
        if box is not None:
            yield _leader(box, (x, y), context)
            yield from _lines(shown, box, context)
            placed.append(box)
            return


def _places(callout: Callout, context: FigureContext) -> list[tuple[float, float]]:
    """Return the places of the rates that the axes show, that of the last rate last."""
    axes = context.axes
    shares = [rate / axes.peak for rate in callout.rates]
    return [
        (axes.x(callout.time), axes.y(share)) for share in shares if axes.floor <= share <= axes.ceiling * (1 + 1e-9)
    ]


def _ring(context: FigureContext, x: float, y: float) -> Dot:
    theme, k = context.theme, context.scale
    return Dot(x, y, _RING * k, _EDGE * k, theme.ink, "none", _RING_LAYER)


def _text_box(callout: Callout, context: FigureContext, place: tuple[float, float], placed: list[Box]) -> Box | None:
    """Return the nearest free box of the text, None if there is none."""
    k, axes = context.scale, context.axes.box
    width = max(context.ruler.width(text, size, bold=bold) for text, size, bold in _faces(callout, context))
    height = ((len(callout.lines) - 1) * _LEADING + (_ASCENT + _DESCENT) * FONTS.base) * k
    edge = _EDGE_GAP * k
    best: tuple[float, Box] | None = None
    obstacles = np.concatenate([paths.obstacles for paths in context.paths])
    grid = [y for y, _ in rate_tick_heights(context.axes)]
    for box in _candidates(place, width, height, k):
        if box.left < axes.left + edge or box.right > axes.right - edge:
            continue
        if box.bottom < axes.bottom + edge or box.top > axes.top - edge:
            continue
        if any(_overlaps(box, other, _TEXT_GAP * k) for other in placed):
            continue
        if gaps(np.array([box]), obstacles)[0] < _CURVE_GAP * k:
            continue
        cost = _distance(box, place) + _crossed(box, place, obstacles, k)
        cost += _GRID_LINE * k * sum(box.bottom - k < y < box.top for y in grid)
        if best is None or cost < best[0]:
            best = (cost, box)
    return None if best is None else best[1]


def _candidates(place: tuple[float, float], width: float, height: float, scale: float) -> Iterator[Box]:
    x, y = place
    for distance in _DISTANCES:
        for turn in range(_DIRECTIONS):
            angle = 2 * np.pi * turn / _DIRECTIONS
            dx, dy = float(np.cos(angle)), float(np.sin(angle))
            middle_x = x + dx * (distance * scale + width / 2)
            middle_y = y + dy * (distance * scale + height / 2)
            yield Box(middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)


def _distance(box: Box, place: tuple[float, float]) -> float:
    x, y = place
    return float(np.hypot(max(box.left - x, 0.0, x - box.right), max(box.bottom - y, 0.0, y - box.top)))


def _overlaps(a: Box, b: Box, gap: float) -> bool:
    return a.left < b.right + gap and b.left < a.right + gap and a.bottom < b.top + gap and b.bottom < a.top + gap


def _crossed(box: Box, place: tuple[float, float], obstacles: Points, scale: float) -> float:
    """Return the cost of a line to the text that touches curves, other than at its place."""
    start, end = np.array(place), _nearest(box, place)
    length = float(np.hypot(*(end - start)))
    along = np.arange(_RING * scale, length, 2.0 * scale)
    points = start + np.outer(along / max(length, 1e-9), end - start)
    boxes = np.concatenate((points, points), axis=1)
    return _CROSSING * float(np.mean(gaps(boxes, obstacles) < 3.0 * scale)) * scale if len(boxes) else 0.0


def _nearest(box: Box, place: tuple[float, float]) -> Points:
    """Return the point of a box that is nearest to a place."""
    x, y = place
    return np.array([min(max(x, box.left), box.right), min(max(y, box.bottom), box.top)])


def _leader(box: Box, place: tuple[float, float], context: FigureContext) -> Line:
    """Return the line from the ring to the nearest point of the text."""
    k, end = context.scale, _nearest(box, place)
    towards = end - np.array(place)
    length = float(np.hypot(*towards))
    start = np.array(place) + towards / max(length, 1e-9) * (_RING / 2 + _EDGE / 2) * k
    stop = end - towards / max(length, 1e-9) * 2.0 * k
    return Line(np.array([start, stop]), context.theme.soft, _LEADER * k, _LINE_LAYER)


def _faces(callout: Callout, context: FigureContext) -> Iterator[tuple[str, float, bool]]:
    """Yield each line with its size and whether it is bold: the first one is."""
    for row, text in enumerate(callout.lines):
        yield text, FONTS.base * context.scale, row == 0


def _lines(callout: Callout, box: Box, context: FigureContext) -> Iterator[Text]:
    theme, k = context.theme, context.scale
    top = box.top - _ASCENT * FONTS.base * k
    for row, (text, size, bold) in enumerate(_faces(callout, context)):
        yield Text(box.left, top - row * _LEADING * k, text, size, theme.ink if bold else theme.soft, bold=bold)
