"""The axes of a chart: rates at the left, times below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.plans.model.clock import Clock
from cosine_cli.render.ansi import DIM, Cell
from cosine_cli.render.chart.cells import line
from cosine_cli.render.chart.dot_scale import DotScale
from cosine_cli.render.chart.glyphs import Signs
from cosine_cli.render.core import ticks
from cosine_cli.render.core.time_axis import ticks_of

_APART = 7
"""The smallest distance between two time ticks, in columns."""

_MOST_INTERVALS = 12.0
_FEWEST_ROWS, _FEWEST_COLUMNS = 3, 12
"""A smaller chart does not have axes."""

LEAST_FOR_TWO = 40
"""The smallest width of a chart with a second time axis above it, in columns."""

HEIGHT = 2
"""The height of the time axis, in lines."""


class Margins(NamedTuple):
    """The space that axes take from a chart: columns at the left, lines below and above."""

    left: int
    below: int
    above: int = 0


def margins(columns: int, rows: int, rates: Sequence[ticks.Tick], units: Sequence[str]) -> Margins:
    """Return the space that axes take from an area of characters; none if it is too small."""
    left = max(len(text) for text in (*units, *(tick.text for tick in rates))) + 3
    if columns - left < _FEWEST_COLUMNS or rows - HEIGHT < _FEWEST_ROWS:
        return Margins(0, 0)
    return Margins(left, HEIGHT, int(len(units) > 1 and columns >= LEAST_FOR_TWO))


def chart_rate_ticks(peak: float, depth: float | None) -> list[ticks.Tick]:
    """Return the rate ticks, relative to the peak, or in decades from it on a logarithmic axis."""
    if not peak:
        return [ticks.Tick(0.0, "0")]
    return ticks.rate_ticks(peak) if depth is None else ticks.log_ticks(peak, depth, 1.0)


def rate_axis(scale: DotScale, tick_list: Sequence[ticks.Tick], left: int, signs: Signs) -> list[list[Cell]]:
    """Return the rate axis: the cells to the left of each row."""
    if not left:
        return [[] for _ in range(scale.rows)]
    at = {
        scale.row(tick.value if scale.decades is None else 10.0**tick.value): tick.text for tick in reversed(tick_list)
    }
    return [
        line(f"{at.get(row, ''):>{left - 2}} {signs.rate_tick if row in at else signs.up}", DIM)
        for row in range(scale.rows)
    ]


def time_axis(clock: Clock, columns: int, left: int, signs: Signs) -> Iterator[list[Cell]]:
    """Yield the two lines of the time axis: ticks, then the unit and the tick labels."""
    tick_list = _time_ticks(clock, columns)
    at = _columns_of(tick_list, clock, columns)
    axis = "".join(signs.time_tick if column in at else signs.across for column in range(columns))
    yield line(f"{signs.corner:>{left}}{axis}", DIM)
    yield time_labels(clock, columns, left)


def time_labels(clock: Clock, columns: int, left: int) -> list[Cell]:
    """Return the unit of a clock and the labels of its ticks on one line."""
    tick_list = _time_ticks(clock, columns)
    return line(f"{clock.unit:>{left - 2}}  {_texts(_columns_of(tick_list, clock, columns), tick_list, columns)}", DIM)


def _time_ticks(clock: Clock, columns: int) -> list[ticks.Tick]:
    return ticks_of(clock, 0.0, clock.length, min(columns / _APART, _MOST_INTERVALS))


def _columns_of(tick_list: Sequence[ticks.Tick], clock: Clock, columns: int) -> list[int]:
    return [min(int(tick.value / clock.length * columns), columns - 1) for tick in tick_list]


def _texts(at: Sequence[int], tick_list: Sequence[ticks.Tick], columns: int) -> str:
    """Return the tick labels, centred below the ticks; the last is placed first, and none touches another."""
    row = [" "] * columns
    pairs = list(zip(at, tick_list, strict=True))
    for column, tick in [pairs[-1], *pairs[:-1]]:
        width = len(tick.text)
        start = max(min(column - (width - 1) // 2, columns - width), 0)
        if width <= columns and not "".join(row[max(start - 1, 0) : start + width + 1]).strip():
            row[start : start + width] = tick.text
    return "".join(row)
