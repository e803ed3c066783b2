"""The lines of a text in which learning rates are printed, each with its time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from cosine_cli.logs.core.printed_rates import MOST_RATES, PrintedRate, may_have_rate, rates_of
from cosine_cli.logs.core.printed_times import (
    NO_TIME,
    PrintedTime,
    TimePlaces,
    bar_of,
    is_validation,
    may_have_time,
    time_of,
    time_places,
)

LONGEST_LINE = 1 << 16
_MOST_BACK = 200
_MOST_FORMS = 1 << 12
_LONGEST_FORM = 1 << 10
_SAME_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_DIGIT = re.compile(r"\d")
_LINE_END = re.compile(r"[\r\n]+")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,24}[A-Za-z]")
_CHANGE = re.compile(r"\breduc(?:ed|ing|es) ", re.IGNORECASE)
"""A note on a change, which Keras and PyTorch print when the loss is on a plateau."""
_SKIPPED = re.compile(r"\bskipped['\"]?[=:]\s{0,4}(\d{1,12})\b")
_SKIPPED_SINCE = re.compile(r"\bskipped iterations:\s{0,12}(\d{1,12})\b")

Place = Literal["line", "earlier line", "change", "none"]
Bar = tuple[str, str] | None
Bars = tuple[Bar, Bar, Bar]
NO_BARS: Bars = (None, None, None)


class Pattern(NamedTuple):
    """What lines have in common: where their time is, what it consists of, and the names of the rates."""

    place: Place
    kind: tuple[bool, str, bool, bool]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """The texts of the lines of a pattern, by column.

    - ``word``: as of :class:`PrintedTime`, as are the five columns after it.
    - ``rates``: one column for each name of the pattern.
    - ``skipped``, ``skipped_since``: how many updates were skipped from the start on, and since the line before.
    - ``bars``: the progress bars in the line, after it and before it, if its epoch has decimals.
    """

    word: str
    rates: tuple[list[str], ...]
    steps: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    epochs: list[str] = field(default_factory=list)
    inners: list[str] = field(default_factory=list)
    inner_totals: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    skipped_since: list[str] = field(default_factory=list)
    bars: list[Bars] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.steps)

    def add(self, time: PrintedTime, rates: Iterable[str], skipped: str, skipped_since: str, bars: Bars) -> None:
        """Add a line."""
        self.steps.append(time.step)
        self.totals.append(time.total)
        self.epochs.append(time.epoch)
        self.inners.append(time.inner)
        self.inner_totals.append(time.inner_total)
        self.skipped.append(skipped)
        self.skipped_since.append(skipped_since)
        self.bars.append(bars)
        for column, text in zip(self.rates, rates, strict=True):
            column.append(text)

    def times(self) -> Iterator[tuple[str, str, str, str, str]]:
        """Yield step, total, epoch, inner and inner total of each line."""
        return zip(self.steps, self.totals, self.epochs, self.inners, self.inner_totals, strict=True)

    def printed(self) -> Iterator[tuple[str, ...]]:
        """Yield the rates of each line."""
        return zip(*self.rates, strict=True)

    def selected(self, lines: Sequence[int]) -> Rows:
        """Return some of the lines."""
        return Rows(
            word=self.word,
            rates=tuple([column[line] for line in lines] for column in self.rates),
            steps=[self.steps[line] for line in lines],
            totals=[self.totals[line] for line in lines],
            epochs=[self.epochs[line] for line in lines],
            inners=[self.inners[line] for line in lines],
            inner_totals=[self.inner_totals[line] for line in lines],
            skipped=[self.skipped[line] for line in lines],
            skipped_since=[self.skipped_since[line] for line in lines],
            bars=[self.bars[line] for line in lines],
        )


@dataclass(kw_only=True, eq=False)
class PrintedRows:
    """The rows by their pattern, and what was not read."""

    rows: dict[Pattern, Rows] = field(default_factory=dict)
    too_long: int = 0
    unreadable: int = 0
    validation: int = 0
    cut_off: bool = False


class _Form(NamedTuple):
    """How a line is read.

    - ``place``: ``line`` or ``change``, also if the line turns out to have no time.
    - ``names``, ``rates``: the names of the rates, and where they are.
    - ``lasting``: whether each line that differs in its digits only is read in the same way.
    """

    place: Place
    time: TimePlaces
    names: tuple[str, ...]
    rates: tuple[slice, ...]
    skipped: slice
    skipped_since: slice
    lasting: bool


def find_rows(sections: Iterable[str], *, whole: bool) -> PrintedRows:
    """Return the lines with rates.

    - ``sections``: the texts; a time that is printed before a rate has to be in the same section.
    - ``whole``: whether the last line is whole even if it does not end in a line break.
    """
    found = PrintedRows()
    forms: dict[bytes, tuple[_Form, Rows]] = {}
    for section in sections:
        lines = _LINE_END.split(_TERMINAL.sub("", section) if "\x1b" in section else section)
        earlier = _EarlierTimes(lines)
        last = len(lines) - 1
        for at, line in enumerate(lines):
            if at > _MOST_BACK:
                lines[at - _MOST_BACK - 1] = ""  # frees its memory: no later line needs it
            if not may_have_rate(line):
                continue
            shape = _shape(line)
            if shape in forms and at < last:
                form, rows = forms[shape]
                time = form.time.read(line)
            else:
                form_of_line = _form(found, line)
                if form_of_line is None:
                    continue
                form = form_of_line
                if not whole and at == last and form.rates[-1].stop == len(line):
                    found.cut_off = True
                    continue
                time, place = form.time.read(line), form.place
                if time == NO_TIME:
                    time, place = earlier.before(at)
                rows = _rows_of(found, place, time, form.names)
                if form.lasting and place == form.place and len(forms) < _MOST_FORMS:
                    forms[shape] = form, rows
            bars = _bars(lines, at) if "." in time.epoch and not time.step else NO_BARS
            rates = [line[place_of_rate] for place_of_rate in form.rates]
            rows.add(time, rates, line[form.skipped], line[form.skipped_since], bars)
    return found


def _shape(line: str) -> bytes:
    """Return a line with all digits the same, which lines of the same program share."""
    return line[:LONGEST_LINE].encode("utf-8", "surrogatepass").translate(_SAME_DIGITS)


def _rows_of(found: PrintedRows, place: Place, time: PrintedTime, names: tuple[str, ...]) -> Rows:
    """Return the rows of the pattern of a line."""
    pattern = Pattern(place, (bool(time.epoch), time.word, bool(time.inner), bool(time.inner_total)), names)
    if pattern not in found.rows:
        found.rows[pattern] = Rows(word=time.word, rates=tuple([] for _ in names))
    return found.rows[pattern]


def _form(found: PrintedRows, line: str) -> _Form | None:
    """Return how a line is read, None if it is not for one of the reasons that are counted, or has no rate."""
    rates = _readable_rates(found, line)
    if not rates:
        return None
    time = time_places(line)
    names = tuple(name for rate in rates for name in _names(rate))
    return _Form(
        place="change" if _CHANGE.search(line) else "line",
        time=time,
        names=names,
        rates=tuple(place for rate in rates for place in rate.places),
        skipped=_number_after(_SKIPPED, line),
        skipped_since=_number_after(_SKIPPED_SINCE, line),
        lasting=time.lasting and len(line) <= _LONGEST_FORM and not any(_DIGIT.search(rate.name) for rate in rates),
    )


def _number_after(words: re.Pattern[str], line: str) -> slice:
    match = words.search(line) if "skipped" in line else None
    return slice(*match.span(1)) if match else slice(0, 0)


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
    readable = [rate for rate in rates if rate.places]  # another may be in the name of a run: [sgd_lr=0.1_bs=32]
    if len(rates) == MOST_RATES or not readable:
        found.unreadable += 1
        return ()
    return readable


def _names(rate: PrintedRate) -> Sequence[str]:
    """Return the names of the rates of a list, as other readers have them: ``lr/0``, ``lr/1``."""
    if len(rate.places) == 1:
        return (rate.name,)
    return [f"{rate.name}/{index}" for index in range(len(rate.places))]


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


def _bars(lines: Sequence[str], at: int) -> Bars:
    """Return the progress bars in a line, after it and before it."""
    line, after, before = (
        bar_of(lines[near][:LONGEST_LINE]) if 0 <= near < len(lines) else None for near in (at, at + 1, at - 1)
    )
    return line, after, before
