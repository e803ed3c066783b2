"""From printed lines to tables: the lines with rates, by their pattern."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import accumulate, chain, groupby, pairwise
from typing import Literal, NamedTuple

from cosine_cli.logs.core.printed_rates import MOST_RATES, PrintedRate, may_have_rate, rates_of
from cosine_cli.logs.core.printed_times import NO_TIME, PrintedTime, bar_of, is_validation, may_have_time, time_of
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.sparse_table import NO_ROWS

LEAST_RATES = 5
"""The fewest lines with one pattern: fewer are printed settings rather than a log."""

_LONGEST_LINE = 1 << 16
_MOST_BACK = 200
_LINE_END = re.compile(r"[\r\n]+")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,24}[A-Za-z]")
_CHANGE = re.compile(r"\breduc(?:ed|ing|es) ", re.IGNORECASE)
"""A note on a change, which Keras and PyTorch print when the loss is on a plateau."""
_SKIPPED = re.compile(r"\bskipped['\"]?[=:]\s{0,4}(\d{1,12})\b")
_SKIPPED_SINCE = re.compile(r"\bskipped iterations:\s{0,12}(\d{1,12})\b")

STEP, EPOCH, SKIPPED = "step", "epoch", "skipped"

Cell = float | str | None
Place = Literal["line", "earlier line", "change", "none"]
Bar = tuple[str, str] | None
_NO_BARS = (None, None, None)


class _Row(NamedTuple):
    time: PrintedTime
    place: Place
    rates: tuple[PrintedRate, ...]
    skipped: str
    skipped_since: str
    bars: tuple[Bar, Bar, Bar]


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The rows of all patterns, and what was not read."""

    rows: Mapping[tuple[object, ...], Sequence[_Row]]
    too_long: int
    unreadable: int
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
        notes.append(f"{_lines(found.too_long)} not read, of more than {_LONGEST_LINE} characters")
    if found.unreadable:
        notes.append(
            f"{_lines(found.unreadable)} not read, with a rate that is not a number or with {MOST_RATES} rates"
        )
    if found.cut_off:
        notes.append("the last line may be cut off in its rate and is not read, as no line break follows")
    return RawLog(tables=tuple(_joined(tables)) or (NO_ROWS,), notes=tuple(dict.fromkeys(notes)))


def _lines(count: int) -> str:
    return "1 line is" if count == 1 else f"{count} lines are"


def _find(sections: Iterable[str], *, whole: bool) -> _Found:
    rows: dict[tuple[object, ...], list[_Row]] = {}
    too_long, unreadable, cut_off = 0, 0, False
    for section in sections:
        lines = _LINE_END.split(_TERMINAL.sub("", section) if "\x1b" in section else section)
        earlier = _EarlierTimes(lines)
        for at, line in enumerate(lines):
            if not may_have_rate(line):
                continue
            if len(line) > _LONGEST_LINE:
                too_long += 1
                continue
            rates = tuple(rates_of(line))
            if not rates or is_validation(line):
                continue
            if len(rates) == MOST_RATES or not all(rate.texts for rate in rates):
                unreadable += 1
                continue
            if not whole and at == len(lines) - 1 and rates[-1].end == len(line):
                cut_off = True
                continue
            row = _row(lines, at, rates, earlier)
            rows.setdefault(_pattern(row), []).append(row)
    return _Found(rows=rows, too_long=too_long, unreadable=unreadable, cut_off=cut_off)


def _row(lines: Sequence[str], at: int, rates: tuple[PrintedRate, ...], earlier: _EarlierTimes) -> _Row:
    line = lines[at]
    time = time_of(line)
    place: Place = "line"
    if time == NO_TIME:
        time, place = earlier.before(at)
    elif _CHANGE.search(line):
        place = "change"
    has_skipped = "skipped" in line
    skipped = _SKIPPED.search(line) if has_skipped else None
    skipped_since = _SKIPPED_SINCE.search(line) if has_skipped else None
    only_epoch = time.epoch and not time.step and not time.inner
    return _Row(
        time=time,
        place=place,
        rates=rates,
        skipped=skipped[1] if skipped else "",
        skipped_since=skipped_since[1] if skipped_since else "",
        bars=_bars(lines, at) if only_epoch else _NO_BARS,
    )


class _EarlierTimes:
    """The times of the lines of a section, each line read at most once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._times: dict[int, PrintedTime] = {}

    def before(self, at: int) -> tuple[PrintedTime, Place]:
        """Return the last time that is printed before a line."""
        for earlier in range(at - 1, max(-1, at - 1 - _MOST_BACK), -1):
            time = self._times.get(earlier)
            if time is None:
                time = self._times[earlier] = self._read(self._lines[earlier])
            if time != NO_TIME:
                return time, "earlier line"
        return NO_TIME, "none"

    def _read(self, line: str) -> PrintedTime:
        if len(line) > _LONGEST_LINE or not may_have_time(line):
            return NO_TIME
        time = time_of(line)
        return NO_TIME if time.word == "bar" else time  # the bar may be one of another phase


def _bars(lines: Sequence[str], at: int) -> tuple[Bar, Bar, Bar]:
    """Return the progress bars in a line, after it and before it."""
    line, after, before = (
        bar_of(lines[near][:_LONGEST_LINE]) if 0 <= near < len(lines) else None for near in (at, at + 1, at - 1)
    )
    return line, after, before


def _pattern(row: _Row) -> tuple[object, ...]:
    time = row.time
    kind = (bool(time.epoch), time.word, bool(time.inner), bool(time.inner_total))
    return row.place, kind, tuple((rate.name, len(rate.texts)) for rate in row.rates)


_WEIGHTS = {"line": 4, "earlier line": 2, "change": 1, "none": 1}
"""A rate in a line with a time outweighs others: those of an average over an epoch, of a note on a change."""


def _selected(patterns: Mapping[tuple[object, ...], Sequence[_Row]]) -> tuple[list[Sequence[_Row]], list[str]]:
    """Return the rows of the patterns that have the time as the most important one has it, and a note on others."""
    if not patterns:
        return [], []
    main = max(patterns, key=lambda pattern: len(patterns[pattern]) * _WEIGHTS[str(pattern[0])])
    kept = [rows for pattern, rows in patterns.items() if pattern[:2] == main[:2]]
    others = sum(len(rows) for pattern, rows in patterns.items() if pattern[:2] != main[:2])
    notes = [f"{_lines(others)} not read, with rates whose times are printed in another way"] if others else []
    return kept, notes


def _tables(rows: Sequence[_Row], notes: list[str]) -> Iterator[Table]:
    parts = _series_of(_most_digits(rows))
    for number, part in enumerate(parts, 1):
        columns: dict[str, Sequence[Cell]] = {
            **_time_columns(part, notes),
            **_skipped_column(part),
            **_rate_columns(part),
        }
        yield Table(columns=columns, name=f"series {number} of {len(parts)}" if len(parts) > 1 else "")


def _most_digits(rows: Sequence[_Row]) -> Sequence[_Row]:
    """Return the rows; if each is printed rounded and with more digits, as by LLaMA-Factory, only the latter."""
    pairs = [*zip(rows[::2], rows[1::2], strict=False)]
    if not all(first.time == second.time and _agree(first, second) for first, second in pairs):
        return rows
    if 2 * sum(_texts(first) != _texts(second) for first, second in pairs) < len(pairs):
        return rows
    return max(rows[::2], rows[1::2], key=lambda printed: sum(map(_digits, printed)))


def _agree(one: _Row, other: _Row) -> bool:
    """Return whether the rates of two rows are the same, in one of them perhaps rounded."""
    short, long = sorted((one, other), key=_digits)
    pairs = zip(chain(*_texts(short)), chain(*_texts(long)), strict=True)
    return all(Decimal(text) == _rounded(exact, text) for text, exact in pairs)


def _rounded(exact: str, text: str) -> Decimal:
    """Return a number with as many decimals as another."""
    exponent = Decimal(text).as_tuple().exponent
    try:
        return Decimal(exact).quantize(Decimal((0, (1,), int(exponent))))
    except InvalidOperation:
        return Decimal("nan")


def _texts(row: _Row) -> tuple[tuple[str, ...], ...]:
    return tuple(rate.texts for rate in row.rates)


def _digits(row: _Row) -> int:
    return sum(map(len, chain(*_texts(row))))


def _series_of(rows: Sequence[_Row]) -> list[Sequence[_Row]]:
    """Return the rows of each optimizer if each step is printed once for each of several optimizers."""
    counted = [[*steps] for key, steps in groupby(rows, key=lambda row: row.time[1:]) if key[0] or key[3]]
    several = Counter(map(len, counted[:-1] or counted)).most_common()
    if sum(map(len, counted)) < len(rows) or len(several) != 1 or not 1 < several[0][0] <= len(counted):
        return [rows]
    count = several[0][0]
    if len(counted[-1]) > count or all(len(set(map(_texts, steps))) == 1 for steps in counted):
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
    if first.inner and len({time.epoch for time in times}) > 1 and not _restarts(_as_steps(times)):
        return {STEP: [time.inner for time in times], **epochs}
    if times[0].inner:
        return _inner_columns(times, notes)
    if "." in "".join(time.epoch for time in times):
        return _fraction_columns(rows, notes)
    return epochs


def _as_steps(times: Sequence[PrintedTime]) -> list[PrintedTime]:
    return [time._replace(step=time.inner) for time in times]


def _restarts(times: Sequence[PrintedTime]) -> bool:
    """Return whether the steps begin again when an epoch begins."""
    return any(
        float(after.epoch) > float(before.epoch) and int(after.step) <= int(before.step)
        for before, after in pairwise(times)
    )


def _inner_columns(times: Sequence[PrintedTime], notes: list[str]) -> dict[str, Sequence[Cell]]:
    """Return the epochs, and the steps from the start of the run if the number of steps of an epoch is known."""
    epochs: dict[str, Sequence[Cell]] = {EPOCH: [time.epoch for time in times]}
    totals = {time.inner_total for time in times}
    if len({time.epoch for time in times}) == len(times) and all(time.inner == time.inner_total for time in times):
        return epochs
    if len(totals) > 1 or not all(totals):
        return {STEP: [time.inner for time in times], **epochs}
    total = int(totals.pop())
    first = min(int(float(time.epoch)) for time in times)
    base = min(first, 1)
    notes.append(
        f"step = (epoch - {base}) x {total} + step in epoch" if base else f"step = epoch x {total} + step in epoch"
    )
    if first > 1:
        notes.append(f"the first epoch is {first}: epochs are counted from 1")
    return {STEP: [float((int(float(time.epoch)) - base) * total + int(time.inner)) for time in times], **epochs}


def _fraction_columns(rows: Sequence[_Row], notes: list[str]) -> dict[str, Sequence[Cell]]:
    """Return epochs with decimals, and the steps of progress bars beside them."""
    epochs = [row.time.epoch for row in rows]
    for side in range(len(_NO_BARS)):
        bars = [row.bars[side] for row in rows]
        if all(bars) and _is_proportional([bar[0] for bar in bars if bar], epochs):
            notes.append("the steps are those of the progress bar")
            return {STEP: [bar[0] for bar in bars if bar], EPOCH: epochs}
    if any(
        before.time.epoch == after.time.epoch and _texts(before) != _texts(after) for before, after in pairwise(rows)
    ):
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
    return all(
        abs(int(step) * per_step - float(epoch)) <= per_step + 10.0**-decimals
        for step, epoch in zip(steps, epochs, strict=True)
    )


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


_TIMES = (STEP, EPOCH, SKIPPED, f"{EPOCH} (rounded)")
