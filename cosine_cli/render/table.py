"""Learning rates as a text table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rich.box import Box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cosine_cli.plans.evaluate import evaluate, times_shown
from cosine_cli.plans.model.clock import CONTENT, Clock, TimeUnit, whole
from cosine_cli.plans.model.placement import on_axis
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.ansi import hue
from cosine_cli.render.data_formats import check_count
from cosine_cli.render.descriptions import brief, factor, headline, time_text
from cosine_cli.render.rate_format import rate_texts
from cosine_cli.render.sparkline import sparkline
from cosine_cli.render.terminal import UNBOUNDED, Terminal
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.summary import Summary, summarise
from cosine_cli.studies.table_rows import Times
from cosine_cli.text import abbreviated, number, shorten, visible

MOST_ROWS = 1000
LABEL_WIDTH = 40
GAP = 3
"""Characters between two columns."""

_RULED = Box("    \n    \n ── \n    \n    \n ── \n    \n    \n")

UNDER = ("mean", "half at")
"""Names of the rows below the rates."""

_SHOWN = 2
"""The number of heading lines that are kept even if they are empty."""

_COUNT_DIGITS, _MOST_DIGITS = 3, 17
"""Significant digits of samples and tokens."""

_BETWEEN = "  "
"""What separates times in two units."""

_DIGITS = 6
"""Significant digits of a fractional time, at least one of them after the point."""


class Column(NamedTuple):
    """The column of one curve: heading lines, cells and footer."""

    heading: tuple[str, ...]
    hue: str
    cells: tuple[str, ...]
    footer: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """The width of the column in characters."""
        from rich.cells import cell_len

        return max(map(cell_len, (*self.heading, *self.cells, *self.footer)))


class TableLayout(NamedTuple):
    """A table: its first column, which names the rows, and one column per curve."""

    first: Column
    columns: Sequence[Column]


def table(plan: Plan, times: Times, *, terminal: Terminal) -> Iterator[bytes]:
    """Yield the table as bytes; columns that do not fit the screen follow in further tables below.

    Raises RequestError if there are more rows than a person reads.
    """
    check_count(times.rows, MOST_ROWS, "table")
    yield from table_bytes(table_layout(plan, times, terminal=terminal), plan, terminal)


def table_layout(plan: Plan, times: Times, *, terminal: Terminal) -> TableLayout:
    """Return the rates at the given times, with the mean and the half-peak time below."""
    steps = np.concatenate(list(times.blocks()))
    curves = evaluate(plan, steps)
    units, *cells = zip(*(_aligned((unit, *texts)) for unit, texts in time_texts(plan, steps).items()), strict=True)
    first = Column(corner(plan, _BETWEEN.join(units)), "", tuple(map(_BETWEEN.join, cells)), UNDER)
    columns = [
        _column(plan, rates, summary, index, terminal)
        for index, (rates, summary) in enumerate(zip(curves.columns(), summarise(plan), strict=True))
    ]
    return TableLayout(first, columns)


def table_bytes(layout: TableLayout, plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield a table as bytes, in as many parts as the width of the screen requires."""
    yield terminal.encode(f" {headline(plan)}\n")
    yield from table_parts(layout, terminal)


def table_parts(layout: TableLayout, terminal: Terminal) -> Iterator[bytes]:
    """Yield a table without its headline."""
    for part in _fitting(layout.columns, layout.first.width, terminal.width):
        yield terminal.encode(_rendered(layout.first, part, terminal))


def _aligned(texts: Sequence[str]) -> list[str]:
    """Return texts of one width, aligned to the right."""
    width = max(map(len, texts))
    return [f"{text:>{width}}" for text in texts]


def corner(plan: Plan, units: str) -> tuple[str, ...]:
    """Return the labels of the heading lines: the units of the times, and the meaning of the factors."""
    factors = "factor" if any(curve.group for curve in plan.curves) else ""
    return ("", units, "", factors if plan.match is None else f"equal {plan.match}")


def time_texts(plan: Plan, steps: Rates) -> dict[TimeUnit, list[str]]:
    """Return the times of the rows in each unit; the first one marks the end of the run with ``end``."""
    return {
        unit: time_column(times, plan.clock) if unit == plan.clock.unit else _texts(times.tolist(), unit)
        for unit, times in times_shown(plan, steps).items()
    }


def time_column(t: Rates, clock: Clock) -> list[str]:
    """Return the times of the rows; that of the end of the run is marked ``end``."""
    times = t.tolist()
    texts = _texts(times, clock.unit)
    return [f"end {text}" if time == clock.length else text for time, text in zip(times, texts, strict=True)]


def _texts(times: Sequence[float], unit: TimeUnit) -> list[str]:
    if unit not in CONTENT:
        return list(map(_time, times))
    return [_distinct(time, times[max(at - 1, 0) : at + 2]) for at, time in enumerate(times)]


def _distinct(time: float, near: Sequence[float]) -> str:
    """Return a number of samples or tokens, with as many digits as distinguish it from those of the rows beside it."""
    for digits in range(_COUNT_DIGITS, _MOST_DIGITS):
        text = abbreviated(time, digits=digits)
        if all(other == time or abbreviated(other, digits=digits) != text for other in near):
            return text
    return whole(time)


def _time(time: float) -> str:
    return whole(time) if time.is_integer() else number(time, digits=max(_DIGITS, len(whole(int(time))) + 1))


def _column(plan: Plan, rates: list[float | None], summary: Summary, index: int, terminal: Terminal) -> Column:
    curve = plan.curves[index]
    *cells, mean = rate_texts((*rates, summary.mean), peak=summary.peak)
    return Column(
        heading=heading(curve, plan, summary.peak, terminal),
        hue=hue(index),
        cells=tuple(cells),
        footer=(mean, half_text(summary, plan.clock_of(curve))),
    )


def half_text(summary: Summary, clock: Clock) -> str:
    """Return the time at which a curve falls to half its peak."""
    return "never" if summary.half_at is None else time_text(summary.half_at, clock)


def heading(curve: Curve, plan: Plan, peak: float, terminal: Terminal) -> tuple[str, ...]:
    """Return the heading lines of a curve: label, sparkline, description and factor."""
    return (
        visible(curve.label if terminal.width == UNBOUNDED else shorten(curve.label, width=LABEL_WIDTH)),
        sparkline(on_axis(curve, plan), plan.clock.total, peak),
        brief(curve.base or curve, plan.clock_of(curve)),  # of which the line below says the factor
        factor(curve),
    )


def _fitting(columns: Sequence[Column], first: int, width: int) -> Iterator[list[Column]]:
    """Yield the columns in parts that fit the screen; numbers are never cut or wrapped."""
    part: list[Column] = []
    used = first + 1
    for column in columns:
        if part and used + GAP + column.width >= width:
            yield part
            part, used = [], first + 1
        part.append(column)
        used += GAP + column.width
    yield part


def _rendered(first: Column, columns: Sequence[Column], terminal: Terminal) -> str:
    lines = [line for line in range(len(first.heading)) if line < _SHOWN or any(c.heading[line] for c in columns)]
    drawn = Table(box=_RULED, show_footer=bool(first.footer), pad_edge=False, padding=(0, 1))
    for column in (first, *columns):
        drawn.add_column(_heading(column, lines), "\n".join(column.footer), justify="right", no_wrap=True)
    for cells in zip(first.cells, *(column.cells for column in columns), strict=True):
        drawn.add_row(*cells)
    screen = io.StringIO()
    console = Console(
        file=screen,
        width=UNBOUNDED,
        color_system=terminal.colors or None,  # type: ignore[arg-type]
        force_terminal=bool(terminal.colors),
        force_jupyter=False,  # in a notebook, rich would display the table instead of writing it
        no_color=not terminal.colors,
        legacy_windows=False,
        emoji=False,
        markup=False,
        highlight=False,
    )
    console.print(drawn)
    return "".join(f"{line.rstrip()}\n" for line in screen.getvalue().splitlines() if line.strip())


def _heading(column: Column, lines: Sequence[int]) -> Text:
    styles = (f"bold {column.hue}", column.hue, "dim", "dim") if column.hue else ("",) * len(column.heading)
    return Text("\n").join(Text(column.heading[line], styles[line]) for line in lines)
