"""Tables in GitHub's Markdown: right-aligned numbers, user text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from cosine_cli.plans.evaluate import evaluate
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.data_formats import TEXT, check_count
from cosine_cli.render.descriptions import factors, headline
from cosine_cli.render.rate_format import fits_decimals, written
from cosine_cli.render.table import UNDER, TableLayout, half_text, time_texts
from cosine_cli.studies.summary import Summary, summarise
from cosine_cli.studies.table_rows import Times
from cosine_cli.text import visible

MOST_ROWS = 100_000

_SIGNS = re.compile(r"([\\`*_\[\]<>|~$&])")


def escaped_label(text: str) -> str:
    r"""Return a user's text with the special characters of Markdown escaped.

    >>> print(escaped_label("a|b *c* <d>"))
    a\|b \*c\* \<d\>
    """
    return _SIGNS.sub(r"\\\1", visible(text))


def markdown(plan: Plan, layout: TableLayout) -> Iterator[bytes]:
    """Yield a table layout as Markdown: its first column, and one column per curve."""
    rows = zip(layout.first.cells, *(column.cells for column in layout.columns), strict=True)
    return _table(plan, ("",), rows)


def markdown_rows(plan: Plan, times: Times) -> Iterator[bytes]:
    """Return the rates at the given times, one block at a time, with the mean and the half-peak time below.

    Raises RequestError, before anything is evaluated, if there are too many rows.
    """
    check_count(times.rows, MOST_ROWS, "md")
    forms = _forms(plan, times)
    return _table(plan, plan.units, chain(_rates(plan, times, forms), _under(plan, forms)))


def _table(plan: Plan, first: Sequence[str], rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    words = [
        headline(replace(plan, match=None)),
        *([factors(plan)] if any(curve.factor for curve in plan.curves) else []),
    ]
    yield f"{escaped_label('; '.join(words))}\n\n".encode(*TEXT)
    yield _row((*first, *(escaped_label(curve.label) for curve in plan.curves)))
    yield _row(("---:",) * (len(first) + len(plan.curves)))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> bytes:
    return f"| {' | '.join(cells)} |\n".encode(*TEXT)


class _Form(NamedTuple):
    """The format of one column: the summary of its curve, and whether plain decimals suffice for every rate."""

    summary: Summary
    plain: bool

    def written(self, rate: float | None) -> str:
        return written(rate, peak=self.summary.peak, plain=self.plain)


def _forms(plan: Plan, times: Times) -> list[_Form]:
    """Return the format of each column, which depends on every rate in it."""
    summaries = summarise(plan)
    plain = [fits_decimals((summary.mean,), peak=summary.peak) for summary in summaries]
    for block in times.blocks():
        rates = evaluate(plan, block).columns()
        for index, (row, summary) in enumerate(zip(rates, summaries, strict=True)):
            plain[index] = plain[index] and fits_decimals(row, peak=summary.peak)
    return [_Form(summary, fits) for summary, fits in zip(summaries, plain, strict=True)]


def _rates(plan: Plan, times: Times, forms: Sequence[_Form]) -> Iterator[tuple[str, ...]]:
    for block in times.blocks():
        texts, columns = time_texts(plan, block).values(), evaluate(plan, block).columns()
        for shown, rates in zip(zip(*texts, strict=True), zip(*columns, strict=True), strict=True):
            yield (*shown, *(form.written(rate) for form, rate in zip(forms, rates, strict=True)))


def _under(plan: Plan, forms: Sequence[_Form]) -> Iterator[tuple[str, ...]]:
    rest = ("",) * (len(plan.units) - 1)
    yield UNDER[0], *rest, *(form.written(form.summary.mean) for form in forms)
    clocks = map(plan.clock_of, plan.curves)
    yield UNDER[1], *rest, *(half_text(form.summary, clock) for form, clock in zip(forms, clocks, strict=True))
