"""The end values at the right edge, with or without the names of their curves, moved apart so that none overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.ticks import tick_rate
from cosine_cli.render.core.traces import Trace
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.key import LEADING, SAMPLE_LENGTH, SAMPLE_TO_NAME, name_lines, sample
from cosine_cli.render.figure.margins import FIGURES_RISE, FONTS, LEAST_SHARE, MEASURES, RISE
from cosine_cli.render.figure.primitives import Primitive, Text
from cosine_cli.render.figure.ruler import Face, block_width, wrapped_all
from cosine_cli.render.figure.transform import AxesTransform
from cosine_cli.render.rate_format import rounded
from cosine_cli.render.truncation import last_moment
from cosine_cli.schedules.core.search import Point

PITCH = 11.5
"""The smallest distance between two end values, in points."""

ENDS_AT = "ends at"
_UNTIL = "until"
_DIGITS = 6
"""Significant digits of an end value, as in tables."""

_COMPARED_DIGITS = 3
"""The same for a log and what explains it, which then have one value."""

_LASTS = 0.98
_LAST_UNITS = 2
"""A log that has this share of its run, or all but so many of its epochs or steps, has the rate at the end."""

_VALUES_GAP, _SAMPLE_GAP = 9.0, 7.0
"""In points: the space between the axes and an end value, and between a value and the sample of its curve."""

_MAX_NAME_WIDTH = 0.3
"""The largest width of a name, as a fraction of the page."""

_MOST_LINES = 2
"""The largest number of lines of a name."""

_MIN_PITCH = 0.6
"""The smallest distance of end values, relative to the usual one, before they are omitted."""


class EndNames(NamedTuple):
    """The names beside the end values: the lines of each, the font size and the width of the widest."""

    blocks: list[tuple[str, ...]]
    size: float
    width: float


def end_texts(traces: Iterable[Trace], peaks: Iterable[Point], plan: Plan, axes: AxesTransform) -> list[str]:
    """Return the rate of each curve at the end of its run, or its end time if it ends before that.

    It is empty where the axes do not contain it, and in a figure with callouts where a later curve has the same.
    """
    digits = _DIGITS if plan.callouts is None else _COMPARED_DIGITS
    clocks = map(plan.clock_of, plan.curves)
    lasts = (
        curve.schedule.ends >= (clock.total if plan.callouts is None else _last_row(clock))
        for curve, clock in zip(plan.curves, clocks, strict=True)
    )
    texts = [
        _end_text(trace, peak, plan.clock, digits, lasts=last) if _ends_inside(trace, plan.clock, axes) else ""
        for trace, peak, last in zip(traces, peaks, lasts, strict=True)
    ]
    if plan.callouts is None:
        return texts
    return ["" if text in texts[at + 1 :] else text for at, text in enumerate(texts)]


def _last_row(clock: Clock) -> float:
    """Return the time from which on the last row of a log is at the end of a run."""
    return min(_LASTS * clock.total, clock.total - _LAST_UNITS * clock.unit_steps)


def _ends_inside(trace: Trace, clock: Clock, axes: AxesTransform) -> bool:
    """Tell whether the limits of the axes contain the end of the run, and the end of a curve."""
    ends_at = float(clock.total) if trace.ends_at is None else trace.ends_at
    return axes.until >= clock.total and axes.shows(ends_at, trace.end / axes.peak)


def _end_text(trace: Trace, peak: Point, clock: Clock, digits: int, *, lasts: bool) -> str:
    if trace.ends_at is None or lasts:
        return tick_rate(rounded(trace.end, peak=peak.rate), digits=digits)
    return "NaN" if trace.ends_in_nan else f"{_UNTIL} {last_moment(trace.ends_at, clock)}"


def width_of_values(texts: Sequence[str], scale: float) -> float:
    """Return the width of the end values."""
    return MEASURES.end_character * max(map(len, texts), default=0) * scale


def width_with_names(values: float, names: EndNames, scale: float) -> float:
    """Return the width of end values with samples and names after them."""
    return values + (_SAMPLE_GAP * bool(values) + SAMPLE_LENGTH + SAMPLE_TO_NAME) * scale + names.width


def end_names(context: FigureContext, values: float, size: float) -> EndNames | None:
    """Return the names beside end values of this width, on a page without them; None if they are too wide."""
    k, page, face = context.scale, context.page, Face(size, bold=True)
    free = (1 - LEAST_SHARE) * page.width - context.axes.box.left - MEASURES.right * k
    room = free - width_with_names(values, EndNames([], size, 0.0), k)
    max_width = min(_MAX_NAME_WIDTH * page.width, room)
    labels = [curve.label for curve in context.plan.curves]
    blocks = wrapped_all(labels, context.ruler, face, max_width=max_width, most=_MOST_LINES)
    if blocks is None:
        return None
    return EndNames(blocks, size, max(block_width(lines, context.ruler, face) for lines in blocks))


def ends(context: FigureContext) -> Iterator[Text]:
    """Yield the end values at the right edge with their heading."""
    placed = list(end_values(context))
    yield from placed
    if placed:
        yield from _heading(context, [PITCH * context.scale] * len(context.traces))


def end_values(context: FigureContext) -> Iterator[Text]:
    """Yield the end values at their heights, moved apart; none if they are too close."""
    pitch = PITCH * context.scale
    places = _end_heights(context, [pitch] * len(context.traces))
    if context.page.shown.ends and all(b - a >= _MIN_PITCH * pitch for a, b in pairwise(sorted(places))):
        yield from _values(context, places)


def named_ends(context: FigureContext, names: EndNames, *, values: bool) -> list[Primitive] | None:
    """Return the end values with samples and names after them; None if they do not fit the height of the axes."""
    pitches = _pitches(names)
    if not context.page.shown.ends or sum(pitches) - min(pitches) > context.axes.box.height:
        return None
    places = _end_heights(context, pitches)
    marks: list[Primitive] = [*_values(context, places), *_heading(context, pitches)] if values else []
    k, x = context.scale, context.axes.box.right + _VALUES_GAP * context.scale
    if values:
        texts = end_texts(context.traces, context.peaks, context.plan, context.axes)
        x += max(context.ruler.width(text, FONTS.end * k, bold=True) for text in texts) + _SAMPLE_GAP * k
    for index, (lines, y) in enumerate(zip(names.blocks, places, strict=True)):
        marks.append(sample(context, index, x, y, SAMPLE_LENGTH * k))
        top = y + (RISE - FIGURES_RISE) * names.size + (len(lines) - 1) * LEADING * names.size / 2
        marks += name_lines(context, index, lines, (x + (SAMPLE_LENGTH + SAMPLE_TO_NAME) * k, top), names.size)
    return marks


def _pitches(names: EndNames) -> list[float]:
    """Return the height of each name with the space around it."""
    lowest = names.size / FONTS.end * PITCH
    return [lowest + (len(lines) - 1) * LEADING * names.size for lines in names.blocks]


def _values(context: FigureContext, places: Sequence[float]) -> Iterator[Text]:
    size, x = FONTS.end * context.scale, context.axes.box.right + _VALUES_GAP * context.scale
    texts = end_texts(context.traces, context.peaks, context.plan, context.axes)
    for index, (text, y) in enumerate(zip(texts, places, strict=True)):
        if text:
            yield Text(x, y - FIGURES_RISE * size, text, size, context.theme.hue(index), bold=True)


def _end_heights(context: FigureContext, pitches: Sequence[float]) -> list[float]:
    """Return the height of each end value."""
    box = context.axes.box
    heights = [context.axes.y(trace.end / context.axes.peak) for trace in context.traces]
    return pushed_apart(heights, pitches, box.bottom, box.top)


def _heading(context: FigureContext, pitches: Sequence[float]) -> Iterator[Text]:
    """Yield "ends at" above the rates, or below them if the upper axis has its last number there.

    There is none without rates, and none where it would be read with the end time of a curve.
    """
    k, places = context.scale, _end_heights(context, pitches)
    texts = end_texts(context.traces, context.peaks, context.plan, context.axes)
    rates = sorted((at for at, text in enumerate(texts) if text and not _is_time(text)), key=places.__getitem__)
    if not rates:
        return
    bottom, top = rates[0], rates[-1]
    over = places[top] + (pitches[top] + PITCH * k) / 2
    under = places[bottom] - (pitches[bottom] + PITCH * k) / 2
    if any(_is_time(text) and under < places[at] < over + PITCH * k for at, text in enumerate(texts)):
        return
    max_height = context.axes.box.top if len(context.plan.figure_units) > 1 else context.page.height
    y = over if over + FONTS.note * k < max_height else under if under > context.axes.box.bottom else None
    if y is not None:
        x = context.axes.box.right + _VALUES_GAP * k
        yield Text(x, y - RISE * FONTS.end * k, ENDS_AT, FONTS.note * k, context.theme.faint)


def _is_time(text: str) -> bool:
    """Tell whether the text of an end is a time instead of a rate."""
    return text.startswith(_UNTIL)


def pushed_apart(heights: Sequence[float], pitches: Sequence[float], low: float, high: float) -> list[float]:
    """Return positions with space for all ``pitches`` within ``[low, high]``, moved as little as possible.

    Each of the ``pitches`` is the height of a text: neighbours are half the sum of theirs apart. The first of equal
    heights is the lowest. If the range is too small, all are closer by the same factor.

    >>> pushed_apart([0.0, 2.0, 50.0], [10.0, 10.0, 10.0], 0.0, 100.0)
    [0.0, 10.0, 50.0]
    """
    if not heights:
        return []
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    apart = [(pitches[a] + pitches[b]) / 2 for a, b in pairwise(order)]
    share = min(1.0, max(high - low, 0.0) / sum(apart)) if apart else 1.0
    ranks = list(accumulate((share * gap for gap in apart), initial=0.0))
    # With the distances subtracted, each must only be no lower than the one below.
    levels = _rising([heights[i] - rank for i, rank in zip(order, ranks, strict=True)])
    top = max(high - ranks[-1], low)
    places = [0.0] * len(heights)
    for i, rank, level in zip(order, ranks, levels, strict=True):
        places[i] = min(max(level, low), top) + rank
    return places


def _rising(values: Sequence[float]) -> list[float]:
    """Return the nearest non-decreasing values (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            below, size = pools.pop()
            mean, count = (below * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    return [mean for mean, count in pools for _ in range(count)]
