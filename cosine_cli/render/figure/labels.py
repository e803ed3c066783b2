"""The labels of curves: beside them, in a key row, or with their end values at the right edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve
from cosine_cli.render.core.ticks import tick_rate
from cosine_cli.render.core.traces import Trace
from cosine_cli.render.descriptions import rate_title, rule
from cosine_cli.render.figure import strokes
from cosine_cli.render.figure.end_values import PITCH, pushed_apart
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.label_placement import LabelSize, Surroundings, place_all
from cosine_cli.render.figure.margins import FIGURES_RISE, FONTS, MEASURES, RISE, Box
from cosine_cli.render.figure.primitives import Dash, Line, Name, Primitive, Text
from cosine_cli.render.figure.ruler import Face, Ruler, fitted
from cosine_cli.render.rate_format import rounded
from cosine_cli.render.truncation import last_moment
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.search import Point

ENDS_AT = "ends at"
_UNTIL = "until"
_DIGITS = 6
"""Significant digits of an end value, as in tables."""

_MAX_WIDTH = 0.45
"""The largest width of a label beside a curve, as a fraction of the axes."""

_MAX_WIDTH_AT_RIGHT = 0.3
"""The largest width of a label at the right edge, as a fraction of the page."""

_LINE_HEIGHT = 11.5
_ASCENT, _DESCENT = 0.76, 0.22
"""The extent of a label above its baseline, and of a second line below its own, in font sizes."""

_SAMPLE_LENGTH, _SAMPLE_TO_LABEL, _LABEL_TO_SAMPLE = 17.5, 3.0, 9.5
"""The key row: the length of a sample line, the space to its label, and to the next sample."""

_VALUES_GAP = 9.0
_LABEL_GAP = 7.0
"""In points: the space between the axes and an end value, and between a value and its label."""

_KEY_LINE_LAYER = 4.0
"""The layer of the lines in the key row."""

_MIN_PITCH = 0.6
"""The smallest distance of end values, relative to the usual one, before they are omitted."""


def place_beside(context: FigureContext, placed: Sequence[Box]) -> list[Primitive] | None:
    """Return the labels beside the curves, or None if they do not fit.

    Below each is the description of its curve; if necessary, one label or all omit it.
    """
    if not all(len(paths.obstacles) for paths in context.paths):
        return None
    surroundings = Surroundings(
        box=context.axes.box,
        curves=[paths.obstacles for paths in context.paths],
        texts=np.array(placed).reshape(-1, 4),
        grid=np.array([y for y, _ in context.rate_ticks]),
    )
    lines = [
        (_label_lines(context, index, described=False), _label_lines(context, index, described=True))
        for index in range(len(context.paths))
    ]
    sizes = [
        (_lines_size(bare, context.ruler, context.scale), _lines_size(described, context.ruler, context.scale))
        for bare, described in lines
    ]
    positions = place_all(sizes, surroundings, context.scale)
    if positions is None:
        return None
    return [
        _moved_to(line, box)
        for block, (described, box) in zip(lines, positions, strict=True)
        for line in block[described]
    ]


def _label_lines(context: FigureContext, index: int, *, described: bool) -> list[Text]:
    """Return the label, with the description if ``described``, relative to its lower left corner."""
    curve, k, max_width = context.plan.curves[index], context.scale, _MAX_WIDTH * context.axes.box.width
    size, second = (FONTS.name if index else FONTS.subject) * k, FONTS.rule * k
    unscaled = curve if context.plan.match is None else curve.base or curve  # the label has the factor
    description = rule(unscaled, context.plan.clock) if described else ""
    description = description if context.ruler.width(description, second) <= max_width else ""
    name = fitted(curve.label, context.ruler, Face(size, bold=True), max_width=max_width)
    base = _DESCENT * (second if description else size)
    first = Text(
        0.0, base + (_LINE_HEIGHT * k if description else 0.0), name, size, context.theme.hue(index), bold=True
    )
    first = first._replace(names=name_of_label(curve))
    return [first, Text(0.0, base, description, second, context.theme.soft)] if description else [first]


def _lines_size(lines: Sequence[Text], ruler: Ruler, scale: float) -> LabelSize:
    width = max(ruler.width(line.text, line.size, bold=line.bold) for line in lines)
    return LabelSize(max(width, scale), lines[0].y + _ASCENT * lines[0].size)


def _moved_to(line: Text, box: Box) -> Text:
    return line._replace(x=line.x + box.left, y=line.y + box.bottom)


def key_row(context: FigureContext) -> list[Primitive] | None:
    """Return the labels in a row beside "Learning rate", shortened if necessary; None if they do not fit."""
    if not context.page.shown.header:
        return None
    labels, shorter = [c.label for c in context.plan.curves], [short_label(c) for c in context.plan.curves]
    for names, size in ((labels, FONTS.name), (labels, FONTS.end), (shorter, FONTS.end)):
        marks, end = _key_row_marks(context, names, size * context.scale)
        if end <= _key_row_end(context):
            return marks
    return None


def extra_key_rows(context: FigureContext) -> int:
    """Return the number of rows that the labels need below the first one."""
    return max((row for row, _ in _key_positions(context)), default=0)


def key_rows(context: FigureContext) -> list[Primitive]:
    """Return the labels in as many rows as necessary, the first beside "Learning rate"."""
    k, marks = context.scale, list[Primitive]()
    dashes = strokes.dashes([trace.stepped for trace in context.traces])
    if not all(_fitted_short_label(context, index) for index in range(len(context.plan.curves))):
        return marks
    for index, (row, x) in enumerate(_key_positions(context)):
        y = context.page.rate_line - row * MEASURES.top_ticks * k
        marks += _key_entry(context, index, dashes[index], (x, y))
    return marks


def _key_positions(context: FigureContext) -> Iterator[tuple[int, float]]:
    """Yield the row and the left end of each label."""
    k, (start, end) = context.scale, _key_row_span(context)
    row, x = 0, start
    for index in range(len(context.plan.curves)):
        width = (_SAMPLE_LENGTH + _SAMPLE_TO_LABEL) * k + context.ruler.width(
            _fitted_short_label(context, index), FONTS.end * k, bold=True
        )
        if x + width > end and x > start:
            row, x = row + 1, start
        yield row, x
        x += width + _LABEL_TO_SAMPLE * k


def _key_row_span(context: FigureContext) -> tuple[float, float]:
    """Return the left and the right end of the key row."""
    k = context.scale
    start = MEASURES.edge * k + context.ruler.width(rate_title(context.plan), FONTS.base * k) + _LABEL_TO_SAMPLE * k
    return start, context.page.width - MEASURES.edge * k


def _fitted_short_label(context: FigureContext, index: int) -> str:
    start, end = _key_row_span(context)
    max_width = end - start - (_SAMPLE_LENGTH + _SAMPLE_TO_LABEL) * context.scale
    return fitted(
        short_label(context.plan.curves[index]),
        context.ruler,
        Face(FONTS.end * context.scale, bold=True),
        max_width=max_width,
    )


def _key_entry(context: FigureContext, index: int, dash: Dash, at: tuple[float, float]) -> Iterator[Primitive]:
    """Yield a sample line of a curve and its label."""
    k, colour, (x, y) = context.scale, context.theme.hue(index), at
    sample = np.array([(x, y), (x + _SAMPLE_LENGTH * k, y)])
    yield Line(sample, colour, strokes.width(index) * k, _KEY_LINE_LAYER, dash)
    size = FONTS.end * k
    line = Text(
        x + (_SAMPLE_LENGTH + _SAMPLE_TO_LABEL) * k,
        y - RISE * size,
        _fitted_short_label(context, index),
        size,
        colour,
        bold=True,
    )
    yield line._replace(names=name_of_label(context.plan.curves[index]))


def _key_row_end(context: FigureContext) -> float:
    end = context.page.width - MEASURES.edge * context.scale
    if not context.page.shown.steps_above:
        return end
    size = FONTS.base * context.scale
    return context.axes.box.right - context.ruler.width("Step", size) - _LABEL_TO_SAMPLE * context.scale


def _key_row_marks(context: FigureContext, names: Sequence[str], size: float) -> tuple[list[Primitive], float]:
    """Return the primitives of the row and its right end."""
    k = context.scale
    dashes = strokes.dashes([trace.stepped for trace in context.traces])
    x = MEASURES.edge * k + context.ruler.width(rate_title(context.plan), FONTS.base * k) + _LABEL_TO_SAMPLE * k
    y, marks = context.page.rate_line, list[Primitive]()
    for index, name in enumerate(names):
        colour = context.theme.hue(index)
        sample = np.array([(x, y), (x + _SAMPLE_LENGTH * k, y)])
        marks.append(Line(sample, colour, strokes.width(index) * k, _KEY_LINE_LAYER, dashes[index]))
        x += (_SAMPLE_LENGTH + _SAMPLE_TO_LABEL) * k
        text = fitted(name, context.ruler, Face(size, bold=True), max_width=context.page.width)
        line = Text(x, y - RISE * size, text, size, colour, bold=True)
        marks.append(line._replace(names=name_of_label(context.plan.curves[index])))
        x += context.ruler.width(text, size, bold=True) + _LABEL_TO_SAMPLE * k
    return marks, x - _LABEL_TO_SAMPLE * k


def name_of_label(curve: Curve) -> Name:
    """Return the name that the label of a curve represents."""
    return Name("curve", curve.label)


def short_label(curve: Curve) -> str:
    """Return a short label: the name of the schedule instead of its default label."""
    if curve.name in catalogue.names() and curve.label == catalogue.load(curve.name).label:
        return curve.name
    return curve.label


def end_texts(traces: Iterable[Trace], peaks: Iterable[Point], clock: Clock) -> list[str]:
    """Return the end value of each curve, or its end time if it ends before the run."""
    return [_end_text(trace, peak, clock) for trace, peak in zip(traces, peaks, strict=True)]


def _end_text(trace: Trace, peak: Point, clock: Clock) -> str:
    if trace.ends_at is None:
        return tick_rate(rounded(trace.end, peak=peak.rate), digits=_DIGITS)
    return "NaN" if trace.ends_in_nan else f"{_UNTIL} {last_moment(trace.ends_at, clock)}"


def width_of_ends(texts: Sequence[str], scale: float, ruler: Ruler, labels: Sequence[str], width: float) -> float:
    """Return the width of the end values, including the ``labels`` after them."""
    values = MEASURES.end_character * max(map(len, texts), default=0) * scale
    if not labels:
        return values
    size, max_width = FONTS.end * scale, _MAX_WIDTH_AT_RIGHT * width
    names = [fitted(label, ruler, Face(size, bold=True), max_width=max_width) for label in labels]
    return values + _LABEL_GAP * scale + max(ruler.width(name, size, bold=True) for name in names)


def ends(context: FigureContext, *, labelled: bool, values: bool = True) -> Iterator[Text]:
    """Yield the end values at the right edge with their heading, followed by the labels if ``labelled``."""
    placed = list(end_values(context, labelled=labelled, values=values))
    yield from placed
    header = _heading_height(context, _end_heights(context)) if placed and values else None
    if header is not None:
        y = header - RISE * FONTS.end * context.scale
        yield Text(placed[0].x, y, ENDS_AT, FONTS.note * context.scale, context.theme.faint)


def end_values(context: FigureContext, *, labelled: bool = False, values: bool = True) -> Iterator[Text]:
    """Yield the end values at their heights, moved apart, followed by the labels if ``labelled``."""
    if not context.page.shown.ends:
        return
    k, box, size = context.scale, context.axes.box, FONTS.end * context.scale
    places = _end_heights(context)
    if _are_too_close(places, _MIN_PITCH * PITCH * k):
        return
    texts = end_texts(context.traces, context.peaks, context.plan.clock) if values else [""] * len(context.traces)
    x = box.right + _VALUES_GAP * k
    column = max(context.ruler.width(text, size, bold=True) for text in texts) + _LABEL_GAP * k * values
    for index, (text, y) in enumerate(zip(texts, places, strict=True)):
        colour = context.theme.hue(index)
        yield Text(x, y - FIGURES_RISE * size, text, size, colour, bold=True)
        if labelled:
            max_width = min(_MAX_WIDTH_AT_RIGHT * context.page.width, context.page.width - x - column)
            curve = context.plan.curves[index]
            name = fitted(curve.label, context.ruler, Face(size, bold=True), max_width=max_width)
            line = Text(x + column, y - FIGURES_RISE * size, name, size, colour, bold=True)
            yield line._replace(names=name_of_label(curve))


def _end_heights(context: FigureContext) -> list[float]:
    """Return the height of each end value."""
    box = context.axes.box
    heights = [context.axes.y(trace.end / context.axes.peak) for trace in context.traces]
    return pushed_apart(heights, PITCH * context.scale, box.bottom, box.top)


def _heading_height(context: FigureContext, places: Sequence[float]) -> float | None:
    """Return the height of "ends at": above the values, or below them if the upper axis has its last number there."""
    k = context.scale
    over, under = max(places) + PITCH * k, min(places) - PITCH * k
    max_width = context.axes.box.top if context.plan.clock.counts_both else context.page.height
    if over + FONTS.note * k < max_width:
        return over
    return under if under > context.axes.box.bottom else None


def _are_too_close(places: Sequence[float], least: float) -> bool:
    rising = sorted(places)
    return any(b - a < least for a, b in pairwise(rising))
