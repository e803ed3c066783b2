"""The axes: rates at the left, times below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.plans.model.clock import Clock
from cosine_cli.render.ansi import DIM, Cell
from cosine_cli.render.chart.cells import line
from cosine_cli.render.chart.dot_scale import Scale
from cosine_cli.render.chart.glyphs import Signs
from cosine_cli.render.figure import ticks

_APART = 7
"""How many columns an interval between two times takes at least."""

_MOST_INTERVALS = 12.0
_FEWEST_ROWS, _FEWEST_COLUMNS = 3, 12
"""A smaller chart has no axes."""

HEIGHT = 2
"""The lines of the axis below."""


class Margins(NamedTuple):
    """What the axes take of a chart: columns at the left, lines below."""

    left: int
    below: int


def margins(columns: int, rows: int, rates: Sequence[ticks.Tick], unit: str) -> Margins:
    """Return what the axes take of an area so many characters wide and high; nothing where there is too little."""
    left = max(len(text) for text in (unit, *(tick.text for tick in rates))) + 3
    if columns - left < _FEWEST_COLUMNS or rows - HEIGHT < _FEWEST_ROWS:
        return Margins(0, 0)
    return Margins(left, HEIGHT)


def rate_ticks(peak: float, depth: float | None) -> list[ticks.Tick]:
    """Return the ticks at the left, at shares of the peak, or in decades from it where the axis is logarithmic."""
    if not peak:
        return [ticks.Tick(0.0, "0")]
    return ticks.rates(peak) if depth is None else ticks.decades(peak, depth, 1.0)


def beside(scale: Scale, found: Sequence[ticks.Tick], left: int, signs: Signs) -> list[list[Cell]]:
    """Return what stands left of each row of the chart."""
    if not left:
        return [[] for _ in range(scale.rows)]
    at = {scale.row(tick.value if scale.decades is None else 10.0**tick.value): tick.text for tick in reversed(found)}
    return [
        line(f"{at.get(row, ''):>{left - 2}} {signs.rate_tick if row in at else signs.up}", DIM)
        for row in range(scale.rows)
    ]


def below(clock: Clock, columns: int, left: int, signs: Signs) -> Iterator[list[Cell]]:
    """Yield the two lines below the chart: the axis with its ticks, and the unit with their texts."""
    found = ticks.times(clock.length, min(columns / _APART, _MOST_INTERVALS), whole=not clock.counts_both)
    at = [min(int(tick.value / clock.length * columns), columns - 1) for tick in found]
    axis = "".join(signs.time_tick if column in at else signs.across for column in range(columns))
    yield line(f"{signs.corner:>{left}}{axis}", DIM)
    yield line(f"{clock.unit:>{left - 2}}  {_texts(at, found, columns)}", DIM)


def _texts(at: Sequence[int], found: Sequence[ticks.Tick], columns: int) -> str:
    """Return the texts of the ticks centred under them; the end's goes first, and none stands that would touch it."""
    row = [" "] * columns
    pairs = list(zip(at, found, strict=True))
    for column, tick in [pairs[-1], *pairs[:-1]]:
        width = len(tick.text)
        start = max(min(column - (width - 1) // 2, columns - width), 0)
        if not "".join(row[max(start - 1, 0) : start + width + 1]).strip():
            row[start : start + width] = tick.text
    return "".join(row)
