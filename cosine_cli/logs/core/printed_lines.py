"""From printed lines to tables: the lines with rates, by their pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, NamedTuple

from cosine_cli.logs.core.printed_rates import PrintedRate, may_have_rate, rates_of
from cosine_cli.logs.core.printed_times import NO_TIME, PrintedTime, bar_of, is_validation, may_have_time, time_of
from cosine_cli.logs.core.raw_log import RawLog, Table

LEAST_RATES = 5
"""The fewest lines with one pattern: fewer are printed settings rather than a log."""

_LONGEST_LINE = 1 << 16
_MOST_BACK = 200
_LINE_END = re.compile(r"[\r\n]+")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,24}[A-Za-z]")
_SKIPPED = re.compile(r"\bskipped['\"]?[=:]\s{0,4}(\d{1,12})\b")
_SKIPPED_SINCE = re.compile(r"\bskipped iterations:\s{0,12}(\d{1,12})\b")

STEP, EPOCH, INNER, SKIPPED = "step", "epoch", "step in epoch", "skipped"

Cell = float | str | None
Place = Literal["line", "earlier line", "none"]
_PLACES: tuple[Place, ...] = ("line", "earlier line", "none")


class _Row(NamedTuple):
    time: PrintedTime
    place: Place
    rates: tuple[PrintedRate, ...]
    skipped: str
    skipped_since: str
    bars: tuple[tuple[str, str] | None, tuple[str, str] | None]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The rows of all patterns, and what was not read."""

    rows: Mapping[tuple[object, ...], Sequence[_Row]]
    too_long: int
    cut_off: bool


def read_lines(sections: Iterable[str], *, whole: bool) -> RawLog:
    """Return the tables of the lines in which learning rates are printed.

    - ``sections``: the texts; a time that is printed before a rate has to be in the same section.
    - ``whole``: whether the last line is whole even if it does not end in a line break.
    """
    found = _find(sections, whole=whole)
    enough = {pattern: rows for pattern, rows in found.rows.items() if len(rows) >= LEAST_RATES}
    kept, notes = _selected(enough)
    tables: list[Table] = []
    for rows in kept:
        table_notes: list[str] = []
        tables.extend(_tables(rows, table_notes))
        notes.extend(table_notes)
    if found.too_long:
        notes.append(f"{found.too_long} lines of more than {_LONGEST_LINE} characters are not read")
    if found.cut_off:
        notes.append("the last line may be cut off in its rate and is not read, as no line break follows")
    return RawLog(tables=tuple(_named(_joined(tables))), notes=tuple(dict.fromkeys(notes)))


def _find(sections: Iterable[str], *, whole: bool) -> _Found:
    rows: dict[tuple[object, ...], list[_Row]] = {}
    too_long, cut_off = 0, False
    for section in sections:
        lines = _LINE_END.split(_TERMINAL.sub("", section) if "\x1b" in section else section)
        since = 0
        for at, line in enumerate(lines):
            if not may_have_rate(line):
                continue
            if len(line) > _LONGEST_LINE:
                too_long += 1
                continue
            rates = tuple(rates_of(line))
            if not rates or is_validation(line):
                continue
            if not whole and at == len(lines) - 1 and rates[-1].end == len(line):
                cut_off = True
                continue
            row = _row(lines, at, since, rates)
            rows.setdefault(_pattern(row), []).append(row)
            since = at + 1
    return _Found(rows=rows, too_long=too_long, cut_off=cut_off)


def _row(lines: Sequence[str], at: int, since: int, rates: tuple[PrintedRate, ...]) -> _Row:
    line = lines[at]
    time, place = time_of(line), "line"
    if time == NO_TIME:
        time, place = _earlier_time(lines, at)
    skipped, skipped_since = _SKIPPED.search(line), _SKIPPED_SINCE.search(line)
    only_epoch = time.epoch and not time.step and not time.inner
    return _Row(
        time=time,
        place=place,
        rates=rates,
        skipped=skipped[1] if skipped else "",
        skipped_since=skipped_since[1] if skipped_since else "",
        bars=_bars(lines, at) if only_epoch else (None, None),
    )
