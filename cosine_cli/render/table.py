"""Curves as a table for people."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.box import Box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cosine_cli.plans.clock import Clock, whole
from cosine_cli.plans.evaluate import evaluate
from cosine_cli.plans.plan import Curve, Plan
from cosine_cli.plans.rows import Times
from cosine_cli.render.records import check_count
from cosine_cli.render.terminal import UNBOUNDED, Terminal
from cosine_cli.render.words import brief, headline
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.studies.summary import Summary, summarise
from cosine_cli.text import shorten, thousands, visible

MOST_ROWS = 1000
LABEL_WIDTH = 40
GAP = 3
"""Characters from one column to the next."""

# Readable on light and dark screens alike, in the order of the figure's hues.
HUES = ("#3b7ddd", "#d9700a", "#0c9c7f", "#b0508f", "#8f86b8", "#5b83c4", "#98982a", "#b06fa4")
BARS = "▁▂▃▄▅▆▇█"
_RULED = Box("    \n    \n ── \n    \n    \n ── \n    \n    \n")

_SIGNIFICANT, _FEWEST = 6, 4
_FIRST_LONG = 1e12


class Column(NamedTuple):
    """One curve's column: three lines of heading, its rates, and the two numbers under them."""

    heading: tuple[str, str, str]
    hue: str
    cells: tuple[str, ...]
    footer: tuple[str, str]

    @property
    def width(self) -> int:
        """How many characters the column needs."""
        from rich.cells import cell_len

        return max(map(cell_len, (*self.heading, *self.cells, *self.footer)))


def table(plan: Plan, times: Times, *, terminal: Terminal) -> Iterator[bytes]:
    """Yield the table as bytes; more curves than the screen is wide stand in one table under the other.

    Raises RequestError where there are more rows than a person reads.
    """
    check_count(times.rows, MOST_ROWS, "table")
    curves = evaluate(plan, np.concatenate(list(times.blocks())))
    summaries = summarise(plan)
    first = time_column(curves.t, plan.clock)
    columns = [
        _column(plan, rates, summary, index, terminal)
        for index, (rates, summary) in enumerate(zip(curves.lr, summaries, strict=True))
    ]
    yield terminal.encode(f" {headline(plan)}\n")
    for part in _fitting(columns, len(max(first, key=len)), terminal.width):
        yield terminal.encode(_rendered(first, part, plan.clock, terminal))


def time_column(t: Rates, clock: Clock) -> list[str]:
    """Return the rows' times; the last moment of the run says that it is the end."""
    return [f"end {_time(time)}" if time == clock.length else _time(time) for time in t.tolist()]


def _time(time: float) -> str:
    return whole(time) if time.is_integer() else f"{time:.6g}"


def _column(plan: Plan, rates: Rates, summary: Summary, index: int, terminal: Terminal) -> Column:
    curve, clock = plan.curves[index], plan.clock
    half = "never" if summary.half_at is None else thousands(clock.units(summary.half_at))
    return Column(
        heading=(
            visible(curve.label if terminal.width == UNBOUNDED else shorten(curve.label, width=LABEL_WIDTH)),
            sparkline(curve, clock.total, summary.peak),
            brief(curve, clock),
        ),
        hue=HUES[index % len(HUES)],
        cells=tuple(rate_text(rate, peak=summary.peak) for rate in rates.tolist()),
        footer=(rate_text(summary.mean, peak=summary.peak), half),
    )


def rate_text(rate: float, *, peak: float) -> str:
    """Return a rate with so many decimals that the peak has six significant digits.

    A rate that these decimals leave fewer than four digits of, and do not show exactly, is written in powers
    of ten; an exact 0 is 0.

    >>> [rate_text(rate, peak=0.1) for rate in (0.1, 0.05, 1e-4, 1.2345e-4, 0)]
    ['0.100000', '0.050000', '0.000100', '1.234e-4', '0']
    """
    if rate == 0:
        return "0"
    if math.isnan(rate):
        return "–"
    decimals = max(_SIGNIFICANT - 1 - math.floor(math.log10(peak)), 0) if peak > 0 else _SIGNIFICANT
    fixed = f"{rate:.{decimals}f}" if decimals <= 2 * _SIGNIFICANT and peak < _FIRST_LONG else ""
    digits = len(fixed.replace(".", "").lstrip("0"))
    if digits >= _FEWEST or (fixed and math.isclose(float(fixed), rate, rel_tol=1e-12)):
        return fixed
    mantissa, exponent = f"{rate:.{_FEWEST - 1}e}".split("e")
    return f"{mantissa}e{int(exponent)}"


def sparkline(curve: Curve, total: int, peak: float) -> str:
    """Return the curve in ten bars: the highest rate in each tenth of the run."""
    _, high = envelope(curve.schedule, np.linspace(0.0, total, 11))
    levels = np.rint(np.clip(high / peak, 0.0, 1.0) * (len(BARS) - 1)).astype(int) if peak else np.zeros(10, int)
    return "".join(BARS[level] for level in levels)


def _fitting(columns: Sequence[Column], first: int, width: int) -> Iterator[list[Column]]:
    """Yield the columns in as many parts as the screen needs: a number is never cut or wrapped."""
    part: list[Column] = []
    used = first + 1
    for column in columns:
        if part and used + GAP + column.width >= width:
            yield part
            part, used = [], first + 1
        part.append(column)
        used += GAP + column.width
    yield part


def _rendered(first: Sequence[str], columns: Sequence[Column], clock: Clock, terminal: Terminal) -> str:
    drawn = Table(box=_RULED, show_footer=True, pad_edge=False, padding=(0, 1))
    lines = 3 if any(column.heading[2] for column in columns) else 2
    drawn.add_column("\n".join(("", clock.unit, "")[:lines]), "mean\nhalf at", justify="right", no_wrap=True)
    for column in columns:
        drawn.add_column(_heading(column, lines), "\n".join(column.footer), justify="right", no_wrap=True)
    for time, *cells in zip(first, *(column.cells for column in columns), strict=True):
        drawn.add_row(time, *cells)
    screen = io.StringIO()
    console = Console(
        file=screen,
        width=UNBOUNDED,
        color_system=terminal.colors or None,  # type: ignore[arg-type]
        force_terminal=bool(terminal.colors),
        no_color=not terminal.colors,
        legacy_windows=False,
        emoji=False,
        markup=False,
        highlight=False,
    )
    console.print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in screen.getvalue().splitlines() if line.strip())


def _heading(column: Column, lines: int) -> Text:
    styles = (f"bold {column.hue}", column.hue, "dim")
    return Text("\n").join(Text(text, style) for text, style in zip(column.heading[:lines], styles, strict=False))
