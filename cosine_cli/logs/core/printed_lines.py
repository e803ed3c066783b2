"""From printed lines to tables: the lines with rates, by their pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
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
    return RawLog(tables=tuple(_joined(tables)), notes=tuple(dict.fromkeys(notes)))


def _find(sections: Iterable[str], *, whole: bool) -> _Found:
    rows: dict[tuple[object, ...], list[_Row]] = {}
    too_long, cut_off = 0, False
    for section in sections:
        lines = _LINE_END.split(_TERMINAL.sub("", section) if "\x1b" in section else section)
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
            row = _row(lines, at, rates)
            rows.setdefault(_pattern(row), []).append(row)
    return _Found(rows=rows, too_long=too_long, cut_off=cut_off)


def _row(lines: Sequence[str], at: int, rates: tuple[PrintedRate, ...]) -> _Row:
    line = lines[at]
    time = time_of(line)
    place: Place = "line"
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


def _earlier_time(lines: Sequence[str], at: int) -> tuple[PrintedTime, Place]:
    """Return the last time that is printed before a line."""
    for line in reversed(lines[max(0, at - _MOST_BACK) : at]):
        if may_have_time(line) and len(line) <= _LONGEST_LINE and (time := time_of(line)) != NO_TIME:
            # A progress bar before the line may be one of another phase.
            return (time, "earlier line") if time.word != "bar" else (NO_TIME, "none")
    return NO_TIME, "none"


def _bars(lines: Sequence[str], at: int) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Return the progress bars that are printed before and after a line."""
    return tuple(bar_of(lines[near][:_LONGEST_LINE]) if 0 <= near < len(lines) else None for near in (at - 1, at + 1))  # type: ignore[return-value]


def _pattern(row: _Row) -> tuple[object, ...]:
    time = row.time
    kind = (bool(time.epoch), time.word, bool(time.inner), bool(time.inner_total))
    return row.place, kind, tuple((rate.name, len(rate.texts)) for rate in row.rates)


_WEIGHTS = {"line": 4, "earlier line": 2, "none": 1}
"""A rate in a line with a time outweighs others: those of an average over an epoch, of a note on a change."""


def _selected(patterns: Mapping[tuple[object, ...], Sequence[_Row]]) -> tuple[list[Sequence[_Row]], list[str]]:
    """Return the rows of the patterns that have the time as the most important one has it, and a note on others."""
    if not patterns:
        return [], []
    main = max(patterns, key=lambda pattern: len(patterns[pattern]) * _WEIGHTS[str(pattern[0])])
    kept = [rows for pattern, rows in patterns.items() if pattern[:2] == main[:2]]
    others = sum(len(rows) for pattern, rows in patterns.items() if pattern[:2] != main[:2])
    notes = [f"{others} other lines with rates, whose times are printed differently, are not read"] if others else []
    return kept, notes


def _tables(rows: Sequence[_Row], notes: list[str]) -> Iterator[Table]:
    parts = _series_of(rows)
    for number, part in enumerate(parts, 1):
        columns: dict[str, Sequence[Cell]] = {**_time_columns(part, notes), **_skipped_column(part), **_rate_columns(part)}
        yield Table(columns=columns, name=f"series {number} of {len(parts)}" if len(parts) > 1 else "")


def _series_of(rows: Sequence[_Row]) -> list[Sequence[_Row]]:
    """Return the rows of each optimizer if each step is printed once for each of several optimizers."""
    counted = [[*steps] for key, steps in groupby(rows, key=lambda row: row.time[1:]) if key[0] or key[3]]
    several = Counter(map(len, counted[:-1] or counted)).most_common()
    if sum(map(len, counted)) < len(rows) or len(several) != 1 or not 1 < several[0][0] <= len(counted):
        return [rows]
    count = several[0][0]
    if len(counted[-1]) > count or all(len({row.rates for row in steps}) == 1 for steps in counted):
        return [rows]
    return [[steps[at] for steps in counted if at < len(steps)] for at in range(count)]


def _rate_columns(rows: Sequence[_Row]) -> dict[str, Sequence[Cell]]:
    columns: dict[str, Sequence[Cell]] = {}
    for at, rate in enumerate(rows[0].rates):
        for index in range(len(rate.texts)):
            name = f"{rate.name}/{index}" if len(rate.texts) > 1 else rate.name
            while name in columns:
                name += " (again)"
            columns[name] = [row.rates[at].texts[index] for row in rows]
    return columns


def _skipped_column(rows: Sequence[_Row]) -> dict[str, Sequence[Cell]]:
    """Return how many updates were skipped before each row: printed so, or since the row before."""
    if all(row.skipped for row in rows):
        return {SKIPPED: [float(row.skipped) for row in rows]}
    if all(row.skipped_since for row in rows):
        return {SKIPPED: [float(total) for total in accumulate(int(row.skipped_since) for row in rows)]}
    return {}


def _time_columns(rows: Sequence[_Row], notes: list[str]) -> dict[str, Sequence[Cell]]:
    times = [row.time for row in rows]
    first = times[0]
    epochs: dict[str, Sequence[Cell]] = {EPOCH: [time.epoch for time in times]} if first.epoch else {}
    if first.word == "update" or (first.word and not (first.epoch and _restarts(times))):
        return {STEP: [time.step for time in times], **epochs}
    if first.word:
        times = [time._replace(inner=time.step, inner_total=time.total) for time in times]
    if times[0].inner:
        return _inner_columns(times, notes)
    if "." in "".join(time.epoch for time in times):
        return _fraction_columns(rows, notes)
    return epochs


def _restarts(times: Sequence[PrintedTime]) -> bool:
    """Return whether the steps begin again when an epoch begins."""
    return any(
        float(after.epoch) > float(before.epoch) and int(after.step) <= int(before.step) for before, after in pairwise(times)
    )


def _inner_columns(times: Sequence[PrintedTime], notes: list[str]) -> dict[str, Sequence[Cell]]:
    """Return the epochs, and the steps from the start of the run if the number of steps of an epoch is known."""
    epochs: dict[str, Sequence[Cell]] = {EPOCH: [time.epoch for time in times]}
    totals = {time.inner_total for time in times}
    if len({time.epoch for time in times}) == len(times) and all(time.inner == time.inner_total for time in times):
        return epochs
    if len(totals) > 1 or not all(totals):
        return {**epochs, INNER: [time.inner for time in times]}
    total = int(totals.pop())
    first = min(int(float(time.epoch)) for time in times)
    base = min(first, 1)
    notes.append(f"step = (epoch - {base}) x {total} + step in epoch" if base else f"step = epoch x {total} + step in epoch")
    if first > 1:
        notes.append(f"the first epoch is {first}: epochs are counted from 1")
    return {STEP: [float((int(float(time.epoch)) - base) * total + int(time.inner)) for time in times], **epochs}


def _fraction_columns(rows: Sequence[_Row], notes: list[str]) -> dict[str, Sequence[Cell]]:
    """Return epochs with decimals, and the steps of progress bars beside them."""
    epochs = [row.time.epoch for row in rows]
    for side in (1, 0):
        bars = [row.bars[side] for row in rows]
        if all(bars) and _is_proportional([bar[0] for bar in bars if bar], epochs):
            notes.append("the steps are those of the progress bar")
            return {STEP: [bar[0] for bar in bars if bar], EPOCH: epochs}
    if any(before.time.epoch == after.time.epoch and before.rates != after.rates for before, after in pairwise(rows)):
        notes.append("the epochs are printed with too few decimals to tell the rows apart: rows are counted")
        return {f"{EPOCH} (rounded)": epochs}
    return {EPOCH: epochs}


def _is_proportional(steps: Sequence[str], epochs: Sequence[str]) -> bool:
    """Return whether epochs are steps times a number, up to their decimals and to one step."""
    last = max(range(len(steps)), key=lambda at: int(steps[at]))
    if not int(steps[last]) or not float(epochs[last]):
        return False
    per_step = float(epochs[last]) / int(steps[last])
    decimals = max(len(epoch.partition(".")[2]) for epoch in epochs)
    return all(abs(int(step) * per_step - float(epoch)) <= per_step + 10.0**-decimals for step, epoch in zip(steps, epochs, strict=True))


def _joined(tables: Sequence[Table]) -> Iterator[Table]:
    """Return the tables; those with the same times and other rates are one, as of parameter groups."""
    joined: list[Table] = []
    for table in tables:
        for at, other in enumerate(joined):
            shared = [name for name in table.columns if name in other.columns]
            times = [name for name in table.columns if name in _TIMES]
            if shared == times and times and all(table.columns[name] == other.columns[name] for name in times):
                joined[at] = replace(other, columns={**other.columns, **table.columns})
                break
        else:
            joined.append(table)
    return iter(joined)


_TIMES = (STEP, EPOCH, INNER, SKIPPED, f"{EPOCH} (rounded)")
