"""How the curves get their names: beside them, in a key row, or with their end values at the right edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve
from cosine_cli.render.descriptions import rule
from cosine_cli.render.figure import strokes
from cosine_cli.render.figure.end_values import PITCH, pushed_apart
from cosine_cli.render.figure.figure_context import FigureContext
from cosine_cli.render.figure.label_placement import Size, Surroundings, place_all
from cosine_cli.render.figure.margins import FIGURES_RISE, FONTS, MEASURES, RISE, Box
from cosine_cli.render.figure.paths import Trace
from cosine_cli.render.figure.primitives import Dash, Line, Name, Primitive, Text
from cosine_cli.render.figure.ruler import Face, Ruler, fitted
from cosine_cli.render.figure.ticks import rate_text
from cosine_cli.render.rate_format import rounded
from cosine_cli.render.truncation import last_moment
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.core.search import Point

ENDS_AT = "ends at"
_UNTIL = "until"
_DIGITS = 6
"""As many as a table gives a rate at most."""

_WIDEST = 0.45
"""The widest name on the curves, as a share of the axes."""

_WIDEST_AT_RIGHT = 0.3
"""The widest name at the right edge, as a share of the page."""

_LEADING = 11.5
_CAPITAL, _TAIL = 0.76, 0.22
"""How far a name reaches above its base line and a second line below it, in font sizes."""

_SAMPLE, _TO_NAME, _TO_NEXT = 17.5, 3.0, 9.5
"""The key row: a piece of line, the space to the name, the space to the next."""

_ASIDE = 9.0
_TO_LABEL = 7.0
_LINES = 4.0
"""Layer of the lines in the key row."""

_TIGHTEST = 0.6
"""How near to one another the end values may move, in their own distance, before they are left out."""


def beside(context: FigureContext, placed: Sequence[Box]) -> list[Primitive] | None:
    """Return the names where there is room beside the curves, None if there is none.

    Under each stands what the curve does; one goes without where that makes room, or else all do.
    """
    if not all(len(drawn.obstacles) for drawn in context.drawn):
        return None
    around = Surroundings(
        box=context.frame.box,
        curves=[drawn.obstacles for drawn in context.drawn],
        words=np.array(placed).reshape(-1, 4),
        grid=np.array([y for y, _ in context.rate_ticks]),
    )
    blocks = [
        (_block(context, index, ruled=False), _block(context, index, ruled=True)) for index in range(len(context.drawn))
    ]
    sizes = [
        (_size(bare, context.ruler, context.scale), _size(ruled, context.ruler, context.scale))
        for bare, ruled in blocks
    ]
    found = place_all(sizes, around, context.scale)
    if found is None:
        return None
    return [_moved(words, box) for block, (ruled, box) in zip(blocks, found, strict=True) for words in block[ruled]]


def _block(context: FigureContext, index: int, *, ruled: bool) -> list[Text]:
    """Return the name, and if ``ruled`` what the curve does, as if the lower left corner were the page's."""
    curve, k, most = context.plan.curves[index], context.scale, _WIDEST * context.frame.box.width
    size, second = (FONTS.name if index else FONTS.subject) * k, FONTS.rule * k
    does = rule(curve, context.plan.clock) if ruled else ""
    does = does if context.ruler.width(does, second) <= most else ""
    name = fitted(curve.label, context.ruler, Face(size, bold=True), most=most)
    base = _TAIL * (second if does else size)
    first = Text(0.0, base + (_LEADING * k if does else 0.0), name, size, context.theme.hue(index), bold=True)
    first = first._replace(names=name_of(curve))
    return [first, Text(0.0, base, does, second, context.theme.soft)] if does else [first]


def _size(lines: Sequence[Text], ruler: Ruler, scale: float) -> Size:
    width = max(ruler.width(words.text, words.size, bold=words.bold) for words in lines)
    return Size(max(width, scale), lines[0].y + _CAPITAL * lines[0].size)


def _moved(words: Text, box: Box) -> Text:
    return words._replace(x=words.x + box.left, y=words.y + box.bottom)


def in_key_row(context: FigureContext) -> list[Primitive] | None:
    """Return the names in a row beside "Learning rate", shortened if need be; None where they do not fit."""
    if not context.page.shown.header:
        return None
    labels, shorter = [c.label for c in context.plan.curves], [short(c) for c in context.plan.curves]
    for names, size in ((labels, FONTS.name), (labels, FONTS.end), (shorter, FONTS.end)):
        marks, end = _row(context, names, size * context.scale)
        if end <= _row_end(context):
            return marks
    return None


def rows_under(context: FigureContext) -> int:
    """Return how many rows the names take under the first, where one is too short for them."""
    return max((row for row, _ in _wrapped(context)), default=0)


def in_key_rows(context: FigureContext) -> list[Primitive]:
    """Return the names in as many rows as they need, the first beside "Learning rate"."""
    k, marks = context.scale, list[Primitive]()
    dashes = strokes.dashes([trace.stepped for trace in context.traces])
    if not all(_short_name(context, index) for index in range(len(context.plan.curves))):
        return marks
    for index, (row, x) in enumerate(_wrapped(context)):
        y = context.page.rate_line - row * MEASURES.top_ticks * k
        marks += _entry(context, index, dashes[index], (x, y))
    return marks


def _wrapped(context: FigureContext) -> Iterator[tuple[int, float]]:
    """Yield the row of each name and where in it the name begins."""
    k, (start, end) = context.scale, _row_span(context)
    row, x = 0, start
    for index in range(len(context.plan.curves)):
        width = (_SAMPLE + _TO_NAME) * k + context.ruler.width(_short_name(context, index), FONTS.end * k, bold=True)
        if x + width > end and x > start:
            row, x = row + 1, start
        yield row, x
        x += width + _TO_NEXT * k


def _row_span(context: FigureContext) -> tuple[float, float]:
    """Return where the names may begin and where they have to end."""
    k = context.scale
    start = MEASURES.edge * k + context.ruler.width("Learning rate", FONTS.base * k) + _TO_NEXT * k
    return start, context.page.width - MEASURES.edge * k


def _short_name(context: FigureContext, index: int) -> str:
    start, end = _row_span(context)
    most = end - start - (_SAMPLE + _TO_NAME) * context.scale
    return fitted(
        short(context.plan.curves[index]), context.ruler, Face(FONTS.end * context.scale, bold=True), most=most
    )


def _entry(context: FigureContext, index: int, dash: Dash, at: tuple[float, float]) -> Iterator[Primitive]:
    """Yield a piece of a curve and its name."""
    k, colour, (x, y) = context.scale, context.theme.hue(index), at
    sample = np.array([(x, y), (x + _SAMPLE * k, y)])
    yield Line(sample, colour, strokes.width(index) * k, _LINES, dash)
    size = FONTS.end * k
    words = Text(x + (_SAMPLE + _TO_NAME) * k, y - RISE * size, _short_name(context, index), size, colour, bold=True)
    yield words._replace(names=name_of(context.plan.curves[index]))


def _row_end(context: FigureContext) -> float:
    end = context.page.width - MEASURES.edge * context.scale
    if not context.page.shown.steps_above:
        return end
    size = FONTS.base * context.scale
    return context.frame.box.right - context.ruler.width("Step", size) - _TO_NEXT * context.scale


def _row(context: FigureContext, names: Sequence[str], size: float) -> tuple[list[Primitive], float]:
    """Return the marks of the row and where it ends."""
    k = context.scale
    dashes = strokes.dashes([trace.stepped for trace in context.traces])
    x = MEASURES.edge * k + context.ruler.width("Learning rate", FONTS.base * k) + _TO_NEXT * k
    y, marks = context.page.rate_line, list[Primitive]()
    for index, name in enumerate(names):
        colour = context.theme.hue(index)
        sample = np.array([(x, y), (x + _SAMPLE * k, y)])
        marks.append(Line(sample, colour, strokes.width(index) * k, _LINES, dashes[index]))
        x += (_SAMPLE + _TO_NAME) * k
        text = fitted(name, context.ruler, Face(size, bold=True), most=context.page.width)
        words = Text(x, y - RISE * size, text, size, colour, bold=True)
        marks.append(words._replace(names=name_of(context.plan.curves[index])))
        x += context.ruler.width(text, size, bold=True) + _TO_NEXT * k
    return marks, x - _TO_NEXT * k


def name_of(curve: Curve) -> Name:
    """Return what the words beside a curve are the name of."""
    return Name("curve", curve.label)


def short(curve: Curve) -> str:
    """Return the plain name of a schedule where the label is the longer one it is given without one of the user's."""
    if curve.name in catalogue.names() and curve.label == catalogue.load(curve.name).label:
        return curve.name
    return curve.label


def end_texts(traces: Iterable[Trace], peaks: Iterable[Point], clock: Clock) -> list[str]:
    """Return what each curve ends at, or, where it ends before the run does, until when it goes on."""
    return [_end_text(trace, peak, clock) for trace, peak in zip(traces, peaks, strict=True)]


def _end_text(trace: Trace, peak: Point, clock: Clock) -> str:
    if trace.ends_at is None:
        return rate_text(rounded(trace.end, peak=peak.rate), digits=_DIGITS)
    return "NaN" if trace.ends_in_nan else f"{_UNTIL} {last_moment(trace.ends_at, clock)}"


def room_for_ends(texts: Sequence[str], scale: float, ruler: Ruler, labels: Sequence[str], width: float) -> float:
    """Return how wide the end values are, with the ``labels`` behind them."""
    values = MEASURES.end_character * max(map(len, texts), default=0) * scale
    if not labels:
        return values
    size, most = FONTS.end * scale, _WIDEST_AT_RIGHT * width
    names = [fitted(label, ruler, Face(size, bold=True), most=most) for label in labels]
    return values + _TO_LABEL * scale + max(ruler.width(name, size, bold=True) for name in names)


def ends(context: FigureContext, *, labelled: bool, values: bool = True) -> Iterator[Text]:
    """Yield the end values at the right edge, what they are over them, and the names behind them if ``labelled``."""
    placed = list(end_values(context, labelled=labelled, values=values))
    yield from placed
    header = _header(context, _places(context)) if placed and values else None
    if header is not None:
        y = header - RISE * FONTS.end * context.scale
        yield Text(placed[0].x, y, ENDS_AT, FONTS.note * context.scale, context.theme.faint)


def end_values(context: FigureContext, *, labelled: bool = False, values: bool = True) -> Iterator[Text]:
    """Yield the end values alone, at their height, pushed apart; the names behind them if ``labelled``."""
    if not context.page.shown.ends:
        return
    k, box, size = context.scale, context.frame.box, FONTS.end * context.scale
    places = _places(context)
    if _too_tight(places, _TIGHTEST * PITCH * k):
        return
    texts = end_texts(context.traces, context.peaks, context.plan.clock) if values else [""] * len(context.traces)
    x = box.right + _ASIDE * k
    column = max(context.ruler.width(text, size, bold=True) for text in texts) + _TO_LABEL * k * values
    for index, (text, y) in enumerate(zip(texts, places, strict=True)):
        colour = context.theme.hue(index)
        yield Text(x, y - FIGURES_RISE * size, text, size, colour, bold=True)
        if labelled:
            most = min(_WIDEST_AT_RIGHT * context.page.width, context.page.width - x - column)
            curve = context.plan.curves[index]
            name = fitted(curve.label, context.ruler, Face(size, bold=True), most=most)
            words = Text(x + column, y - FIGURES_RISE * size, name, size, colour, bold=True)
            yield words._replace(names=name_of(curve))


def _places(context: FigureContext) -> list[float]:
    """Return the height of each end value."""
    box = context.frame.box
    heights = [context.frame.y(trace.end / context.frame.peak) for trace in context.traces]
    return pushed_apart(heights, PITCH * context.scale, box.bottom, box.top)


def _header(context: FigureContext, places: Sequence[float]) -> float | None:
    """Return the height of "ends at": over the values, or under them where the axis above has its last number."""
    k = context.scale
    over, under = max(places) + PITCH * k, min(places) - PITCH * k
    most = context.frame.box.top if context.plan.clock.counts_both else context.page.height
    if over + FONTS.note * k < most:
        return over
    return under if under > context.frame.box.bottom else None


def _too_tight(places: Sequence[float], least: float) -> bool:
    rising = sorted(places)
    return any(b - a < least for a, b in pairwise(rising))
