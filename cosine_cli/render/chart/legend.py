"""The legend below a chart: one line per curve, with its name and key numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.ansi import DIM, Cell, Ink, hue
from cosine_cli.render.chart.cells import columns, cut, line
from cosine_cli.render.core import ticks
from cosine_cli.render.descriptions import time_text
from cosine_cli.render.rate_format import ENDED
from cosine_cli.studies.drops import drops
from cosine_cli.studies.summary import Summary

_HEADS = ("half at", "ends at", "mean", "drops at")
_LISTED = _HEADS.index("drops at")
"""From here on, values are lists, aligned to the left; numbers are aligned to the right."""

_MOST_DROPS = 5
_GAP, _NARROW_GAP = 3, 2
_LEAST_NAME = 8
_NARROWEST = 12
"""A narrower screen omits the legend."""

_DIGITS = 3
_NEAR = 5e-3
"""The largest relative rounding error before a rate gets its own number of decimals."""

_MOST_DECIMALS = 6


class Row(NamedTuple):
    """One curve: its key on the chart, its label, and one text per head, possibly empty."""

    key: str
    label: str
    values: tuple[str, ...]


def legend_rows(plan: Plan, summaries: Sequence[Summary], labels: Sequence[str], keys: Sequence[str]) -> list[Row]:
    """Return one row per curve; if some have keys, the others have a blank."""
    peak = max(summary.peak for summary in summaries)
    return [
        Row((key or " ") if any(keys) else "", label, _values(curve, summary, plan.clock_of(curve), peak))
        for curve, summary, label, key in zip(plan.curves, summaries, labels, keys, strict=True)
    ]


def _values(curve: Curve, summary: Summary, clock: Clock, peak: float) -> tuple[str, ...]:
    half = "never" if summary.half_at is None else time_text(summary.half_at, clock)
    end = ENDED if summary.end is None else trimmed(legend_rate(summary.end, peak=peak))
    return half, end, legend_rate(summary.mean, peak=peak), _drops(curve, clock)


def _drops(curve: Curve, clock: Clock) -> str:
    times = drops(curve.schedule, clock.total, at_most=_MOST_DROPS)
    return ", ".join(time_text(time, clock) for time in times)


def legend_rate(rate: float, *, peak: float) -> str:
    """Return a rate with the decimals that give the peak four digits, or with its own if these are too few.

    >>> [legend_rate(rate, peak=0.1) for rate in (0.0505, 0.021996, 0.0001, 1.23e-5, 0)]
    ['0.0505', '0.0220', '0.0001', '1.23e-5', '0']
    """
    if rate == 0 or math.isnan(rate):
        return "NaN" if rate else "0"
    decimals = _DIGITS - math.floor(math.log10(peak)) if peak > 0 else 0
    fixed = f"{rate:.{decimals}f}" if 0 <= decimals <= _MOST_DECIMALS else ""
    return fixed if fixed and math.isclose(float(fixed), rate, rel_tol=_NEAR) else ticks.tick_rate(rate)


def trimmed(rate: str) -> str:
    """Return the text of a rate without trailing zeros.

    >>> trimmed("0.0010"), trimmed("100"), trimmed("1e-10")
    ('0.001', '100', '1e-10')
    """
    return rate.rstrip("0").rstrip(".") if "." in rate and "e" not in rate else rate


def legend_lines(rows: Sequence[Row], width: int, ellipsis: str) -> list[list[Cell]]:
    """Return the rows within ``width``: as phrases, or below heads, of which the last are omitted if necessary."""
    if width < _NARROWEST:
        return []
    worded = _worded(rows)
    if max(map(len, worded)) <= width:
        return worded
    shown = [head for head in range(len(_HEADS)) if any(row.values[head] for row in rows)]
    while (room := width - _fixed_width(rows, shown)) < min(_LEAST_NAME, _longest(rows)):
        shown.pop()
    names = min(room, _longest(rows))
    under = [_headed(index, row, names, _widths(rows, shown), ellipsis) for index, row in enumerate(rows)]
    return [_heads(len(_lead(rows[0])) + names, _widths(rows, shown)), *under] if shown else under


def _worded(rows: Sequence[Row]) -> list[list[Cell]]:
    """Return lines such as ``cosine   half at 50   ends at 0``."""
    names = _longest(rows)
    widths = {head: width for head in range(len(_HEADS)) if (width := _widest(row.values[head] for row in rows))}
    return [
        _closed([*_name(index, row, names, ""), *(cell for part in widths.items() for cell in _entry(row, *part))])
        for index, row in enumerate(rows)
    ]


def _entry(row: Row, head: int, width: int) -> Iterator[Cell]:
    value = row.values[head]
    yield from line(" " * _GAP)
    yield from line(f"{_HEADS[head]} " if value else "", DIM)
    yield from line(f"{value:<{width}}")


def _headed(index: int, row: Row, names: int, widths: dict[int, int], ellipsis: str) -> list[Cell]:
    return _closed([*_name(index, row, names, ellipsis), *line(_aligned({h: row.values[h] for h in widths}, widths))])


def _heads(left: int, widths: dict[int, int]) -> list[Cell]:
    return line(" " * left + _aligned({head: _HEADS[head] for head in widths}, widths), DIM)


def _aligned(texts: dict[int, str], widths: dict[int, int]) -> str:
    gap = " " * _NARROW_GAP
    return "".join(
        gap + (f"{texts[head]:<{width}}" if head >= _LISTED else f"{texts[head]:>{width}}")
        for head, width in widths.items()
    )


def _name(index: int, row: Row, width: int, ellipsis: str) -> Iterator[Cell]:
    yield from line(_lead(row), Ink(hue(index), "bold"))
    text = cut(row.label, width, ellipsis)
    yield from line(text, Ink(hue(index), "bold"))
    yield from line(" " * (width - len(text)))


def _lead(row: Row) -> str:
    """Return the text before a name: a blank and the key, if the curves have keys."""
    return f" {row.key} " if row.key else " "


def _fixed_width(rows: Sequence[Row], shown: Sequence[int]) -> int:
    """Return the width that is not available for names."""
    return len(_lead(rows[0])) + sum(_NARROW_GAP + width for width in _widths(rows, shown).values())


def _widths(rows: Sequence[Row], shown: Sequence[int]) -> dict[int, int]:
    return {head: max(len(_HEADS[head]), _widest(row.values[head] for row in rows)) for head in shown}


def _longest(rows: Sequence[Row]) -> int:
    return max(len(columns(row.label)) for row in rows)


def _widest(texts: Iterable[str]) -> int:
    return max(map(len, texts))


def _closed(cells: list[Cell]) -> list[Cell]:
    """Return a line without trailing blanks."""
    while cells and not cells[-1].text.strip() and cells[-1].text:
        cells.pop()
    return cells
