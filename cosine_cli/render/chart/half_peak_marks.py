"""Half the peak: the line, and the moment at which each curve first falls to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from cosine_cli.render.ansi import DIM, Ink, hue
from cosine_cli.render.chart.canvas import Dots
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.text_placement import PlacedText, is_free, without
from cosine_cli.render.descriptions import half_note, time_text
from cosine_cli.schedules.core.search import first_fall

_FEWEST_ROWS, _FEWEST_COLUMNS = 7, 30
"""A smaller chart has no room for the line and what it says."""


class Half(NamedTuple):
    """Where the curve with that index first falls to half the largest peak, after its own."""

    curve: int
    column: int
    text: str


def words(context: ChartContext) -> list[PlacedText]:
    """Return markers, line and numbers; none on a logarithmic axis, and none where a curve begins again."""
    small = context.scale.rows < _FEWEST_ROWS or context.scale.columns < _FEWEST_COLUMNS
    if small or context.scale.decades is not None or any(curve.restarts for curve in context.drawn):
        return []
    # Of those that fall in one column the first keeps its marker, as it keeps its colour.
    halves = list({half.column: half for half in reversed(list(_halves(context)))}.values())
    if not halves:
        return []
    row = context.scale.row(0.5)
    marks = [PlacedText(row, half.column, context.signs.half, Ink(hue(half.curve), "bold")) for half in halves]
    note = half_note([context.summaries[half.curve].peak for half in halves])
    placed = [*marks, *_numbers(halves, row, without(context.free, marks), note)]
    return [*_line(context, row, placed), *placed]


def _halves(context: ChartContext) -> Iterator[Half]:
    """Yield the crossings; curves that start lower or never fall so far have none."""
    level, clock = context.scale.peak / 2, context.plan.clock
    for index, (curve, summary) in enumerate(zip(context.plan.curves, context.summaries, strict=True)):
        if summary.peak > level:
            time = first_fall(curve.schedule, level, after=summary.peak_at, until=clock.total)
            if time is not None:
                yield Half(index, context.scale.column(time), time_text(time, clock))


def _numbers(halves: Sequence[Half], row: int, free: Dots, raw: str) -> Iterator[PlacedText]:
    """Yield the numbers beside their markers, and after the last one above them, or else before, what they are."""
    placed: list[PlacedText] = []
    for half in halves:
        if (number := _number(half, row, without(free, placed))) is not None:
            placed.append(number)
    yield from placed
    above = sorted((words.end + 1 for words in placed if words.row == row - 1), reverse=True)
    starts = [*above, *range(1, max(half.column for half in halves))]
    notes = (PlacedText(row - 1, start, raw, DIM) for start in starts)
    room = without(free, placed)
    yield from islice((note for note in notes if is_free(note, room)), 1)


def _number(half: Half, row: int, free: Dots) -> PlacedText | None:
    """Return the number where it is free: above right of its marker, right of it, below left, left, or below right."""
    width = len(half.text)
    right, left = half.column + 1, half.column - width
    for at, column in ((row - 1, right), (row, right + 1), (row + 1, left), (row, left - 1), (row + 1, right)):
        words = PlacedText(at, column, half.text, Ink(hue(half.curve), "bold"))
        if is_free(words, free):
            return words
    return None


def _line(context: ChartContext, row: int, placed: Sequence[PlacedText]) -> Iterator[PlacedText]:
    """Yield the line from the axis to the last marker, where nothing else is."""
    free = without(context.free, placed)[row]
    until = max(words.column for words in placed if words.text == context.signs.half)
    yield from (PlacedText(row, column, context.signs.level, DIM) for column in range(until) if free[column])
