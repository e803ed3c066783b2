"""From printed lines to tables: the pattern of lines that has the log, and the series in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import accumulate, groupby
from typing import NamedTuple, TypeVar

from cosine_cli.logs.core.printed_columns import NOT_RATES, columns_of
from cosine_cli.logs.core.printed_rates import MOST_RATES
from cosine_cli.logs.core.printed_rows import Pattern, PrintedRows, Rows, find_rows
from cosine_cli.logs.core.printed_times import LONGEST_LINE
from cosine_cli.logs.core.rate_choice import LEAST_ROWS
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.sparse_table import NO_ROWS

_T = TypeVar("_T")


class _Others(NamedTuple):
    """Lines that are not read: how many, and the number of the first of them among all lines."""

    lines: int
    first: int


CUT_OFF = "the last line may be cut off in its rate or time and is not read, as no line break follows"

_MOST_OTHERS = 0.1
"""The largest part of the lines of several optimizers that may be printed otherwise."""

_WEIGHTS = {"line": 4, "earlier line": 2, "change": 1, "none": 1}
"""A rate in a line with a time outweighs others: those of an average over an epoch, of a note on a change."""


def read_lines(sections: Iterable[Iterable[str]], *, whole: bool, place: Callable[[int], str] | None = None) -> RawLog:
    """Return the tables of the lines in which learning rates are printed; parameters as of :func:`find_rows`.

    - ``place``: returns where a line is by its number among those of all sections.
    """
    found = find_rows(sections, whole=whole)
    # Fewer lines with one pattern are printed settings rather than a log; if there are no others, they are counted.
    enough = {pattern: rows for pattern, rows in found.rows.items() if len(rows) >= LEAST_ROWS} or found.rows
    kept = _selected(enough)
    others = [_Others(len(rows), rows.begin[0]) for pattern, rows in enough.items() if pattern not in kept]
    others += (_among(pattern, rows, kept) for pattern, rows in found.rows.items() if pattern not in enough)
    notes: list[str] = []
    tables = [table for pattern, rows in kept.items() for table in _tables(pattern, rows, notes)]
    notes += _not_read(found, [each for each in others if each.lines], place)
    return RawLog(tables=tuple(_joined(tables)) or (NO_ROWS,), notes=tuple(dict.fromkeys(notes)))


def _not_read(found: PrintedRows, others: Sequence[_Others], place: Callable[[int], str] | None) -> Iterator[str]:
    if others:
        count = sum(each.lines for each in others)
        where = place(min(each.first for each in others)) if place else ""
        first = where and f", {'the first ' * (count > 1)}in {where}"
        yield f"{_lines(count)} not read, whose rates or times are printed in another way{first}"
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


def _selected(patterns: Mapping[Pattern, Rows]) -> dict[Pattern, Rows]:
    """Return the patterns that have the time as the most important one has it."""
    if not patterns:
        return {}
    main = max(patterns, key=lambda pattern: len(patterns[pattern]) * _WEIGHTS[pattern.place])
    return {pattern: rows for pattern, rows in patterns.items() if pattern[:2] == main[:2]}


def _among(pattern: Pattern, rows: Rows, kept: Mapping[Pattern, Rows]) -> _Others:
    """Return which rows of a rare pattern belong to the log rather than to its settings.

    Either only their rates are printed in another way, or they are among the others and lack a time that can be read.
    """
    if any(pattern[:2] == other[:2] for other in kept):
        return _Others(len(rows), rows.begin[0])
    begin = min((series.begin[0] for other, series in kept.items() if other.names == pattern.names), default=None)
    if begin is None or pattern.place == "change":
        return _Others(0, 0)
    numbers = [number for number in rows.begin if number > begin]
    return _Others(len(numbers), min(numbers, default=0))


def _tables(pattern: Pattern, rows: Rows, notes: list[str]) -> Iterator[Table]:
    series = _series_of(_most_digits(rows), notes)
    for number, part in enumerate(series, 1):
        name = f"series {number} of {len(series)}" if len(series) > 1 else ""
        yield Table(columns=columns_of(pattern.names, part, notes), name=name)


def _most_digits(rows: Rows) -> Rows:
    """Return the rows; if each is printed rounded and with more digits, as by LLaMA-Factory, only the latter."""
    if not all(first == second for first, second in _pairs(rows.times())):
        return rows
    if not all(_agree(first, second) for first, second in _pairs(rows.printed())):
        return rows
    if 2 * sum(first != second for first, second in _pairs(rows.printed())) < len(rows) // 2:
        return rows
    halves = (rows.selected(range(half, len(rows), 2)) for half in range(2))
    return max(halves, key=lambda half: sum(map(_digits, half.printed())))


def _pairs(items: Iterable[_T]) -> Iterator[tuple[_T, _T]]:
    """Yield the first and the second item, the third and the fourth, and so on."""
    iterator = iter(items)
    return zip(iterator, iterator, strict=False)


def _agree(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether the rates of two rows are the same, in one of them perhaps rounded."""
    short, long = sorted((one, other), key=_digits)
    return all(Decimal(text) == _rounded(exact, text) for text, exact in zip(short, long, strict=True))


def _rounded(exact: str, text: str) -> Decimal:
    """Return a number with as many decimals as another."""
    exponent = Decimal(text).as_tuple().exponent
    try:
        return Decimal(exact).quantize(Decimal((0, (1,), int(exponent))))
    except InvalidOperation:
        return Decimal("nan")


def _digits(texts: Sequence[str]) -> int:
    return sum(map(len, texts))


def _series_of(rows: Rows, notes: list[str]) -> list[Rows]:
    """Return the rows of each optimizer if each step is printed once for each of several optimizers.

    A few steps may be printed otherwise, as in a damaged file: they are not read, which is noted.
    """
    if not rows.steps[0] and not rows.inners[0]:
        return [rows]
    counts = [sum(1 for _ in lines) for _, lines in groupby(rows.times())]
    count = Counter(counts).most_common(1)[0][0]
    if count == 1:
        return [rows]
    *earlier, last = (range(end - size, end) for size, end in zip(counts, accumulate(counts), strict=True))
    whole = [*(lines for lines in earlier if len(lines) == count), *([last] if len(last) <= count else [])]
    others = len(rows) - sum(map(len, whole))
    if count > len(whole) or others > _MOST_OTHERS * len(rows):
        return [rows]
    printed = [*rows.printed()]
    if all(len({printed[line] for line in lines}) == 1 for lines in whole):
        return [rows]
    if others:
        notes.append(f"{_lines(others)} not read, whose step is not printed {count} times")
    return [rows.selected([lines[at] for lines in whole if at < len(lines)]) for at in range(count)]


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
