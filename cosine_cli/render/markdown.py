"""Tables as GitHub's Markdown: numbers to the right, foreign text without any meaning of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from cosine_cli.plans.evaluate import evaluate
from cosine_cli.plans.plan import Plan
from cosine_cli.plans.rows import Times
from cosine_cli.render.records import TEXT, check_count
from cosine_cli.render.table import UNDER, Sheet, half_text, rate_text, rate_texts, time_column
from cosine_cli.render.words import factors, headline
from cosine_cli.studies.summary import summarise
from cosine_cli.text import visible

MOST_ROWS = 100_000

_SIGNS = re.compile(r"([\\`*_\[\]<>|~$&])")


def escaped(text: str) -> str:
    r"""Return a foreign text as Markdown that shows it as it is.

    >>> print(escaped("a|b *c* <d>"))
    a\|b \*c\* \<d\>
    """
    return _SIGNS.sub(r"\\\1", visible(text))


def markdown(plan: Plan, sheet: Sheet, *, matched: str | None = None) -> Iterator[bytes]:
    """Yield a table that has been made: its first column, and a column a curve."""
    rows = zip(sheet.first.cells, *(column.cells for column in sheet.columns), strict=True)
    return _table(plan, "", rows, matched)


def markdown_rows(plan: Plan, times: Times, *, matched: str | None = None) -> Iterator[bytes]:
    """Return the rates at the given times, a block at a time, with the mean and the half time under them.

    Raises RequestError, before anything is evaluated, where there are more rows than anybody pastes.
    """
    check_count(times.rows, MOST_ROWS, "md")
    return _table(plan, plan.clock.unit, chain(_rates(plan, times), _under(plan)), matched)


def _table(plan: Plan, first: str, rows: Iterable[tuple[str, ...]], matched: str | None) -> Iterator[bytes]:
    words = [headline(plan), *([factors(plan, matched)] if any(curve.factor for curve in plan.curves) else [])]
    yield f"{escaped('; '.join(words))}\n\n".encode(*TEXT)
    yield _row((first, *(escaped(curve.label) for curve in plan.curves)))
    yield _row(("---:",) * (1 + len(plan.curves)))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> bytes:
    return f"| {' | '.join(cells)} |\n".encode(*TEXT)


def _rates(plan: Plan, times: Times) -> Iterator[tuple[str, ...]]:
    peaks = [summary.peak for summary in summarise(plan)]
    for block in times.blocks():
        curves = evaluate(plan, block)
        columns = zip(curves.lr, curves.ended, peaks, strict=True)
        rates = (rate_texts(lr, ended, peak=peak) for lr, ended, peak in columns)
        yield from zip(time_column(curves.t, plan.clock), *rates, strict=True)


def _under(plan: Plan) -> Iterator[tuple[str, ...]]:
    summaries = summarise(plan)
    means = (rate_text(summary.mean, peak=summary.peak) for summary in summaries)
    halves = (half_text(summary, plan.clock) for summary in summaries)
    yield from ((UNDER[0], *means), (UNDER[1], *halves))
