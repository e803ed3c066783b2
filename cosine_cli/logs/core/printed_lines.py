"""From printed lines to tables: the pattern of lines that has the log, and the series in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import groupby

from cosine_cli.logs.core.printed_columns import NOT_RATES, columns_of
from cosine_cli.logs.core.printed_rates import MOST_RATES
from cosine_cli.logs.core.printed_rows import LONGEST_LINE, Pattern, PrintedRows, Row, find_rows
from cosine_cli.logs.core.rate_choice import LEAST_ROWS
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.sparse_table import NO_ROWS

CUT_OFF = "the last line may be cut off in its rate or time and is not read, as no line break follows"

_WEIGHTS = {"line": 4, "earlier line": 2, "change": 1, "none": 1}
"""A rate in a line with a time outweighs others: those of an average over an epoch, of a note on a change."""


def read_lines(sections: Iterable[str], *, whole: bool) -> RawLog:
    """Return the tables of the lines in which learning rates are printed; parameters as of :func:`find_rows`."""
    found = find_rows(sections, whole=whole)
    # Fewer lines with one pattern are printed settings rather than a log; if there are no others, they are counted.
    enough = {pattern: rows for pattern, rows in found.rows.items() if len(rows) >= LEAST_ROWS} or found.rows
    kept, others = _selected(enough)
    others += sum(_among(pattern, rows, kept) for pattern, rows in found.rows.items() if pattern not in enough)
    notes: list[str] = []
    tables = [table for pattern, rows in kept.items() for table in _tables(pattern, rows, notes)]
    notes += _not_read(found, others)
    return RawLog(tables=tuple(_joined(tables)) or (NO_ROWS,), notes=tuple(dict.fromkeys(notes)))


def _not_read(found: PrintedRows, others: int) -> Iterator[str]:
    if others:
        yield f"{_lines(others)} not read, whose rates or times are printed in another way"
    if found.validation:
        yield f"{_lines(found.validation)} not read, as of validation"
    if found.too_long:
        yield f"{_lines(found.too_long)} not read, of more than {LONGEST_LINE} characters"
    if found.unreadable:
        yield f"{_lines(found.unreadable)} not read, with a rate that is not a number or with {MOST_RATES} rates"
    if found.cut_off:
        yield CUT_OFF


def _lines(count: int) -> str:
    return "1 line is" if count == 1 else f"{count} lines are"


def _selected(patterns: Mapping[Pattern, Sequence[Row]]) -> tuple[dict[Pattern, Sequence[Row]], int]:
    """Return the patterns that have the time as the most important one has it, and the number of other lines."""
    if not patterns:
        return {}, 0
    main = max(patterns, key=lambda pattern: len(patterns[pattern]) * _WEIGHTS[pattern.place])
    kept = {pattern: rows for pattern, rows in patterns.items() if pattern[:2] == main[:2]}
    return kept, sum(map(len, patterns.values())) - sum(map(len, kept.values()))


def _among(pattern: Pattern, rows: Sequence[Row], kept: Mapping[Pattern, Sequence[Row]]) -> int:
    """Return how many rows of a rare pattern belong to the log rather than to its settings.

    Either only their rates are printed in another way, or they are among the others and lack a time that can be read.
    """
    if any(pattern[:2] == other[:2] for other in kept):
        return len(rows)
    first = min((series[0].number for other, series in kept.items() if other.names == pattern.names), default=None)
    if first is None or pattern.place == "change":
        return 0
    return sum(row.number > first for row in rows)


def _tables(pattern: Pattern, rows: Sequence[Row], notes: list[str]) -> Iterator[Table]:
    series = _series_of(_most_digits(rows))
    for number, part in enumerate(series, 1):
        name = f"series {number} of {len(series)}" if len(series) > 1 else ""
        yield Table(columns=columns_of(pattern.names, part, notes), name=name)


def _most_digits(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows; if each is printed rounded and with more digits, as by LLaMA-Factory, only the latter."""
    pairs = [*zip(rows[::2], rows[1::2], strict=False)]
    if not all(first.time == second.time and _agree(first, second) for first, second in pairs):
        return rows
    if 2 * sum(first.texts != second.texts for first, second in pairs) < len(pairs):
        return rows
    return max(rows[::2], rows[1::2], key=lambda printed: sum(map(_digits, printed)))


def _agree(one: Row, other: Row) -> bool:
    """Return whether the rates of two rows are the same, in one of them perhaps rounded."""
    short, long = sorted((one, other), key=_digits)
    return all(Decimal(text) == _rounded(exact, text) for text, exact in zip(short.texts, long.texts, strict=True))


def _rounded(exact: str, text: str) -> Decimal:
    """Return a number with as many decimals as another."""
    exponent = Decimal(text).as_tuple().exponent
    try:
        return Decimal(exact).quantize(Decimal((0, (1,), int(exponent))))
    except InvalidOperation:
        return Decimal("nan")


def _digits(row: Row) -> int:
    return sum(map(len, row.texts))


def _series_of(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """Return the rows of each optimizer if each step is printed once for each of several optimizers."""
    counted = [[*steps] for key, steps in groupby(rows, key=lambda row: row.time[1:]) if key[0] or key[3]]
    several = Counter(map(len, counted[:-1] or counted)).most_common()
    if sum(map(len, counted)) < len(rows) or len(several) != 1 or not 1 < several[0][0] <= len(counted):
        return [rows]
    count = several[0][0]
    if len(counted[-1]) > count or all(len({row.texts for row in steps}) == 1 for steps in counted):
        return [rows]
    return [[steps[at] for steps in counted if at < len(steps)] for at in range(count)]


def _joined(tables: Sequence[Table]) -> Iterator[Table]:
    """Return the tables; those with the same times and other rates are one, as of parameter groups."""
    joined: list[Table] = []
    for table in tables:
        for at, other in enumerate(joined):
            shared = [name for name in table.columns if name in other.columns]
            times = [name for name in table.columns if name in NOT_RATES]
            if shared == times and times and all(table.columns[name] == other.columns[name] for name in times):
                joined[at] = replace(other, columns={**other.columns, **table.columns})
                break
        else:
            joined.append(table)
    return iter(joined)
