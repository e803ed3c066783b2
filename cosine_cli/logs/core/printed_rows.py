"""The lines of a text in which learning rates are printed, each with its time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cosine_cli.logs.core.printed_rates import MOST_RATES, PrintedRate, may_have_rate, rates_of
from cosine_cli.logs.core.printed_times import NO_TIME, PrintedTime, bar_of, is_validation, may_have_time, time_of

LONGEST_LINE = 1 << 16
_MOST_BACK = 200
_LINE_END = re.compile(r"[\r\n]+")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,24}[A-Za-z]")
_CHANGE = re.compile(r"\breduc(?:ed|ing|es) ", re.IGNORECASE)
"""A note on a change, which Keras and PyTorch print when the loss is on a plateau."""
_SKIPPED = re.compile(r"\bskipped['\"]?[=:]\s{0,4}(\d{1,12})\b")
_SKIPPED_SINCE = re.compile(r"\bskipped iterations:\s{0,12}(\d{1,12})\b")

Place = Literal["line", "earlier line", "change", "none"]
Bar = tuple[str, str] | None
NO_BARS = (None, None, None)


class Pattern(NamedTuple):
    """What lines have in common: where their time is, what it consists of, and the names of the rates."""

    place: Place
    kind: tuple[bool, str, bool, bool]
    names: tuple[str, ...]


class Row(NamedTuple):
    """The text of a line.

    - ``texts``: the rates, one for each name of the pattern.
    - ``skipped``, ``skipped_since``: how many updates were skipped from the start on, and since the line before.
    - ``bars``: the progress bars in the line, after it and before it, if its epoch has decimals.
    - ``number``: the number of the line among all with rates.
    """

    time: PrintedTime
    texts: tuple[str, ...]
    skipped: str
    skipped_since: str
    bars: tuple[Bar, Bar, Bar]
    number: int = 0


@dataclass(kw_only=True, eq=False)
class PrintedRows:
    """The rows by their pattern, and what was not read."""

    rows: dict[Pattern, list[Row]] = field(default_factory=dict)
    too_long: int = 0
    unreadable: int = 0
    validation: int = 0
    cut_off: bool = False


def find_rows(sections: Iterable[str], *, whole: bool) -> PrintedRows:
    """Return the lines with rates.

    - ``sections``: the texts; a time that is printed before a rate has to be in the same section.
    - ``whole``: whether the last line is whole even if it does not end in a line break.
    """
    found = PrintedRows()
    number = 0
    for section in sections:
        lines = _LINE_END.split(_TERMINAL.sub("", section) if "\x1b" in section else section)
        earlier = _EarlierTimes(lines)
        for at, line in enumerate(lines):
            if not may_have_rate(line):
                continue
            rates = _readable_rates(found, line)
            if not rates:
                continue
            if not whole and at == len(lines) - 1 and _may_be_cut(line, rates):
                found.cut_off = True
                continue
            place, row = _row(lines, at, rates, earlier)
            number += 1
            found.rows.setdefault(_pattern(place, row.time, rates), []).append(row._replace(number=number))
    return found


def _may_be_cut(line: str, rates: Sequence[PrintedRate]) -> bool:
    """Return whether the rate or the time of a line is at its end, where digits may be missing."""
    return rates[-1].end == len(line) or time_of(line) != time_of(line + "0")


def _readable_rates(found: PrintedRows, line: str) -> Sequence[PrintedRate]:
    """Return the rates of a line, none if it is not read for one of the reasons that are counted."""
    if len(line) > LONGEST_LINE:
        found.too_long += 1
        return ()
    rates = rates_of(line)
    if not rates:
        return ()
    if is_validation(line):
        found.validation += 1
        return ()
    readable = [rate for rate in rates if rate.texts]  # another may be in the name of a run: [sgd_lr=0.1_bs=32]
    if len(rates) == MOST_RATES or not readable:
        found.unreadable += 1
        return ()
    return readable


def _row(lines: Sequence[str], at: int, rates: Sequence[PrintedRate], earlier: _EarlierTimes) -> tuple[Place, Row]:
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
    return place, Row(
        time=time,
        texts=tuple(text for rate in rates for text in rate.texts),
        skipped=skipped[1] if skipped else "",
        skipped_since=skipped_since[1] if skipped_since else "",
        bars=_bars(lines, at) if "." in time.epoch and not time.step else NO_BARS,
    )


def _pattern(place: Place, time: PrintedTime, rates: Sequence[PrintedRate]) -> Pattern:
    kind = (bool(time.epoch), time.word, bool(time.inner), bool(time.inner_total))
    return Pattern(place, kind, tuple(name for rate in rates for name in _names(rate)))


def _names(rate: PrintedRate) -> Sequence[str]:
    """Return the names of the rates of a list, as other readers have them: ``lr/0``, ``lr/1``."""
    if len(rate.texts) == 1:
        return (rate.name,)
    return [f"{rate.name}/{index}" for index in range(len(rate.texts))]


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
        if len(line) > LONGEST_LINE or not may_have_time(line):
            return NO_TIME
        time = time_of(line)
        return NO_TIME if time.word == "bar" else time  # the bar may be one of another phase


def _bars(lines: Sequence[str], at: int) -> tuple[Bar, Bar, Bar]:
    """Return the progress bars in a line, after it and before it."""
    line, after, before = (
        bar_of(lines[near][:LONGEST_LINE]) if 0 <= near < len(lines) else None for near in (at, at + 1, at - 1)
    )
    return line, after, before
