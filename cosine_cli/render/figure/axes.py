"""The axes: a spine, horizontal grid lines and ticks with plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from cosine_cli.plans.model.clock import Clock, TimeUnit
from cosine_cli.render.core.time_axis import ticks_of
from cosine_cli.render.descriptions import axis_name
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.margins import FIGURES_RISE, FONTS, MEASURES, RISE, Box
from cosine_cli.render.figure.primitives import Area, Line, Name, Primitive, Text, join_lines
from cosine_cli.render.figure.ruler import Face, extent, shrunk

_BACKGROUND, _GRID, _SPINE = -1.0, 0.0, 2.0
"""Layers."""

_GRID_WIDTH, _SPINE_WIDTH = 0.8, 0.9
_INTERVAL = 40.0
"""The smallest distance between two ticks, in points."""

_SHARES = (1.0, 0.8, 0.6, 0.45)
"""The numbers of intervals to try, relative to the largest."""

_SLACK = 1e-6
"""In points: the tolerance for rounding."""

_SHORT_RUN = 12
"""A run of at most so many epochs or steps has a tick at each, down to half the smallest distance."""

_TEXTS_APART, _FROM_EDGE = 4.0, 2.0
"""The smallest distance between two tick labels, and from the last one to the edge of the page, in points."""

FROM_RATES = 6.5
_ABOVE = 4.5


def axes_marks(context: FigureContext) -> Iterator[Primitive]:
    """Yield grid lines, spine, ticks and axis labels."""
    box, k, theme = context.axes.box, context.scale, context.theme
    yield from background(context)
    yield from grid_lines([y for y, _ in context.rate_ticks], box, theme.grid, k)
    if context.page.shown.rate_ticks:
        yield from rate_labels(context)
    yield from _times(context)
    if context.page.shown.header:
        yield from rate_name(context)


def background(context: FigureContext) -> Iterator[Area]:
    """Yield the area behind the curves, if it has a color of its own."""
    box, theme = context.axes.box, context.theme
    if theme.plot not in ("", theme.page):
        corners = [(box.left, box.bottom), (box.left, box.top), (box.right, box.top), (box.right, box.bottom)]
        yield Area(np.array(corners), theme.plot, 1.0, _BACKGROUND)


def grid_lines(heights: list[float], box: Box, color: str, scale: float) -> Iterator[Line]:
    """Yield the horizontal lines above the spine as one primitive."""
    lines = [np.array([(box.left, y), (box.right, y)]) for y in heights if y > box.bottom + scale]
    if lines:
        yield Line(join_lines(lines), color, _GRID_WIDTH * scale, _GRID)


def rate_labels(context: FigureContext) -> Iterator[Text]:
    """Yield the labels of the rate ticks, from the bottom; those too close to others are omitted."""
    size = FONTS.base * context.scale
    x = context.axes.box.left - FROM_RATES * context.scale
    for y, text in apart(context.rate_ticks, size):
        yield Text(x, y - FIGURES_RISE * size, text, size, context.theme.soft, align="right")


def apart(rising: Sequence[tuple[float, str]], least: float) -> list[tuple[float, str]]:
    """Return the first and the last tick, and those between them at least ``least`` away from their neighbours.

    >>> apart([(0, "0"), (4, "a"), (20, "b"), (25, "c"), (30, "d")], 8)
    [(0, '0'), (20, 'b'), (30, 'd')]
    """
    first, *middle, last = rising
    kept = [last]
    for tick in reversed(middle):
        if kept[-1][0] - tick[0] >= least and tick[0] - first[0] >= least:
            kept.append(tick)
    return [first, *reversed(kept)]


def _times(context: FigureContext) -> Iterator[Primitive]:
    yield spine(context.axes.box, context.theme.axis, context.scale)
    if not context.page.shown.time_ticks:
        return
    yield from time_labels(context)
    yield from unit(context)
    if context.second_unit is not None and context.page.shown.header:
        yield from _times_above(context, context.second_unit)


def spine(box: Box, color: str, scale: float) -> Line:
    """Return the line at the bottom of the axes."""
    return Line(np.array([(box.left, box.bottom), (box.right, box.bottom)]), color, _SPINE_WIDTH * scale, _SPINE)


def time_labels(context: FigureContext) -> Iterator[Primitive]:
    """Yield the time ticks and their labels."""
    box, k = context.axes.box, context.scale
    size = FONTS.base * k
    y = box.bottom - (MEASURES.tick + MEASURES.gap) * k - 2 * FIGURES_RISE * size
    like = Text(0.0, y, "", size, context.theme.soft, align="center")
    kept = _tick_texts(context.plan.clock.in_unit(context.plan.figure_units[0]), like, context)
    parts = [np.array([(words.x, box.bottom), (words.x, box.bottom - MEASURES.tick * k)]) for words in kept]
    yield Line(join_lines(parts), context.theme.axis, _SPINE_WIDTH * k, _SPINE)
    yield from (_on_page(words, context) for words in kept)


def _tick_texts(clock: Clock, like: Text, context: FigureContext) -> list[Text]:
    """Return the labels of time ticks: with the smallest round step of which none overlaps the last one."""
    axes, unit_steps = context.axes, clock.unit_steps
    limited = context.plan.figure.xlim is not None
    since, until = axes.since / unit_steps, axes.until / unit_steps
    most = axes.box.width / (_INTERVAL * context.scale)
    if most < until - since <= min(2 * most, _SHORT_RUN):
        most = until - since
    tries = []
    for share in _SHARES:
        tick_list = ticks_of(clock, since, until, share * most, limited=limited)
        texts = [like._replace(x=axes.x(tick.value * unit_steps), text=tick.text) for tick in tick_list]
        tries.append(_clear_of_last(texts, context))
        if len(tries[-1]) == len(texts):
            return tries[-1]
    return tries[0]


def _clear_of_last(texts: Sequence[Text], context: FigureContext) -> list[Text]:
    """Return texts without those that come too close to the last one as it is drawn."""
    *before, last = texts
    most = extent(_on_page(last, context), context.ruler).left - _TEXTS_APART * context.scale
    return [*(words for words in before if extent(words, context.ruler).right <= most), last]


def _on_page(words: Text, context: FigureContext) -> Text:
    """Return a text, moved to the left if it would extend beyond the page."""
    over = extent(words, context.ruler).right - (context.page.width - _FROM_EDGE)
    return words._replace(x=words.x - over) if over > 0 else words


def unit(context: FigureContext) -> Iterator[Text]:
    """Yield the label of the time axis."""
    right = context.axes.box.right
    like = Text(right, context.page.time_line, context.time_name, 0.0, context.theme.faint, align="right")
    yield from _axis_name(like, right - MEASURES.edge * context.scale, context)


def rate_name(context: FigureContext) -> Iterator[Text]:
    """Yield the label of the rate axis."""
    left = MEASURES.edge * context.scale
    like = Text(left, context.page.rate_line, context.rate_name, 0.0, context.theme.faint)
    end = context.page.width - left
    if context.second_unit is not None:
        name = context.ruler.width(axis_name(context.second_unit), FONTS.base * context.scale)
        end = context.axes.box.right - name - 2 * _TEXTS_APART * context.scale
    yield from _axis_name(like, end - left, context)


def _axis_name(like: Text, max_width: float, context: FigureContext) -> Iterator[Text]:
    """Yield the name of an axis, given the height of its middle: smaller if it is long, and none if it does not fit."""
    usual = FONTS.base * context.scale
    least = min(context.plan.figure.smallest / usual, 1.0)
    size = shrunk(like.text, context.ruler, Face(usual), max_width=max_width, min_scale=least).size
    if context.ruler.width(like.text, size) <= max_width + _SLACK:
        yield like._replace(y=like.y - RISE * size, size=size, names=Name("axis", like.text))


def _times_above(context: FigureContext, unit: TimeUnit) -> Iterator[Primitive]:
    """Yield the ticks of the second unit without marks, and its name."""
    box, k = context.axes.box, context.scale
    size = FONTS.note * k
    like = Text(0.0, box.top + _ABOVE * k, "", size, context.theme.faint, align="center")
    yield from (_on_page(words, context) for words in _tick_texts(context.plan.clock.in_unit(unit), like, context))
    y = context.page.rate_line - RISE * FONTS.base * k
    name = axis_name(unit)
    yield Text(box.right, y, name, FONTS.base * k, context.theme.faint, align="right", names=Name("axis", name))
