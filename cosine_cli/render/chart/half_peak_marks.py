"""The half-peak annotation of a chart: a line, and a marker where each curve first falls to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from cosine_cli.plans.model.placement import pace
from cosine_cli.render.ansi import DIM, Ink, hue
from cosine_cli.render.chart.canvas import Dots
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.text_placement import PlacedText, is_free, without
from cosine_cli.render.core.crossings import Crossing, half_peak_crossings, half_peak_note
from cosine_cli.schedules.core.search import Point

_FEWEST_ROWS, _FEWEST_COLUMNS = 7, 30
"""A smaller chart omits the annotation."""


def words(context: ChartContext) -> list[PlacedText]:
    """Return markers, line and numbers; none on a logarithmic axis or if a curve restarts."""
    small = context.scale.rows < _FEWEST_ROWS or context.scale.columns < _FEWEST_COLUMNS
    if small or context.scale.decades is not None or any(curve.restarts for curve in context.dots):
        return []
    # If crossings share a column, the first one keeps its marker.
    peaks = [
        Point(pace(curve, context.plan).time(summary.peak_at), summary.peak)
        for curve, summary in zip(context.plan.curves, context.summaries, strict=True)
    ]
    found = list(half_peak_crossings(context.plan, peaks, context.scale.peak))
    crossings = {context.scale.column(crossing.time): crossing for crossing in reversed(found)}
    if not crossings:
        return []
    row = context.scale.row(0.5)
    marks = [
        PlacedText(row, column, context.signs.half, Ink(hue(half.curve), "bold")) for column, half in crossings.items()
    ]
    note = half_peak_note([peaks[half.curve].rate for half in crossings.values()])
    placed = [*marks, *_numbers(crossings, row, without(context.free, marks), note)]
    return [*_line(context, row, placed), *placed]


def _numbers(crossings: Mapping[int, Crossing], row: int, free: Dots, note: str) -> Iterator[PlacedText]:
    """Yield the numbers beside their markers, and the note after the last of them, or before."""
    placed: list[PlacedText] = []
    for column, half in crossings.items():
        if (number := _number(half, column, row, without(free, placed))) is not None:
            placed.append(number)
    yield from placed
    above = sorted((words.end + 1 for words in placed if words.row == row - 1), reverse=True)
    starts = [*above, *range(1, max(crossings))]
    places = (PlacedText(row - 1, start, note, DIM) for start in starts)
    room = without(free, placed)
    yield from islice((place for place in places if is_free(place, room)), 1)


def _number(half: Crossing, column: int, row: int, free: Dots) -> PlacedText | None:
    """Return the number in the first free place: above right of its marker, right, below left, left, below right."""
    width = len(half.text)
    right, left = column + 1, column - width
    for at, start in ((row - 1, right), (row, right + 1), (row + 1, left), (row, left - 1), (row + 1, right)):
        words = PlacedText(at, start, half.text, Ink(hue(half.curve), "bold"))
        if is_free(words, free):
            return words
    return None


def _line(context: ChartContext, row: int, placed: Sequence[PlacedText]) -> Iterator[PlacedText]:
    """Yield the line from the axis to the last marker, in free characters."""
    free = without(context.free, placed)[row]
    until = max(words.column for words in placed if words.text == context.signs.half)
    yield from (PlacedText(row, column, context.signs.level, DIM) for column in range(until) if free[column])
