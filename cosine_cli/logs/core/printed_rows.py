"""The lines of a text in which learning rates are printed, each with its time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, islice, tee
from operator import itemgetter
from typing import Literal, NamedTuple

from cosine_cli.logs.core.printed_rates import MOST_RATES, PrintedRate, may_have_rate, rates_of
from cosine_cli.logs.core.printed_times import (
    LONGEST_LINE,
    NO_TIME,
    NOWHERE,
    EarlierTimes,
    PrintedTime,
    bar_of,
    is_validation,
    time_of,
    time_places,
)
from cosine_cli.logs.core.rate_choice import LEAST_ROWS

_MOST_FORMS = 1 << 12
_LONGEST_FORM = 1 << 10
"""How many forms of lines are known at a time, and how long these lines are: together some 10 MB."""

_SAME_DIGITS = bytes.maketrans(b"123456789", b"000000000")
_DIGIT = re.compile(r"\d")
_TERMINAL = re.compile(r"\x1b\[[0-9;?]{0,24}[A-Za-z]")
_CHANGE = re.compile(r"\breduc(?:ed|ing|es) ", re.IGNORECASE)
"""A note on a change, which Keras and PyTorch print when the loss is on a plateau."""
_SKIPPED = re.compile(r"\bskipped['\"]?[=:]\s{0,4}(\d{1,12})\b")
_SKIPPED_SINCE = re.compile(r"\bskipped iterations:\s{0,12}(\d{1,12})\b")

Place = Literal["line", "earlier line", "change", "none"]
Bar = tuple[str, str] | None
Bars = tuple[Bar, Bar, Bar]
NO_BARS: Bars = (None, None, None)
Texts = tuple[str, ...]

_CHUNK = 1 << 12
"""How many lines are added to the columns at once."""


class Pattern(NamedTuple):
    """What lines have in common: where their time is, what it consists of, and the names of the rates."""

    place: Place
    kind: tuple[bool, str, bool, bool]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Rows:
    """The texts of the lines of a pattern, by column.

    - ``word``: as of :class:`PrintedTime`, as are the five columns after it.
    - ``skipped``, ``skipped_since``: how many updates were skipped from the start on, and since the line before.
    - ``rates``: one column for each name of the pattern.
    - ``bars``: the progress bars in each line, after it and before it, if its epoch has decimals.
    - ``begin``: the numbers of the first lines among all lines of the text.
    """

    word: str
    steps: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    epochs: list[str] = field(default_factory=list)
    inners: list[str] = field(default_factory=list)
    inner_totals: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    skipped_since: list[str] = field(default_factory=list)
    rates: tuple[list[str], ...]
    bars: list[Bars] = field(default_factory=list)
    begin: list[int] = field(default_factory=list)
    _recent: list[Texts] = field(default_factory=list)

    @staticmethod
    def empty(word: str, rates: int) -> Rows:
        """Return rows without a line."""
        return Rows(word=word, rates=tuple([] for _ in range(rates)))

    def __len__(self) -> int:
        return len(self.bars)

    def add(self, texts: Texts, bars: Bars, number: int) -> None:
        """Add a line, which the columns have after :meth:`flush`."""
        self._recent.append(texts)
        self.bars.append(bars)
        if len(self.begin) < LEAST_ROWS:
            self.begin.append(number)
        if len(self._recent) == _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Add lines to the columns: many at once, which takes less time."""
        for column, texts in zip(self.columns(), zip(*self._recent, strict=True), strict=False):
            column.extend(texts)
        self._recent.clear()

    def columns(self) -> tuple[list[str], ...]:
        """Return all columns of texts, those of rates last."""
        time = (self.steps, self.totals, self.epochs, self.inners, self.inner_totals)
        return (*time, self.skipped, self.skipped_since, *self.rates)

    def times(self) -> Iterator[Texts]:
        """Yield step, total, epoch, inner and inner total of each line."""
        return zip(self.steps, self.totals, self.epochs, self.inners, self.inner_totals, strict=True)

    def printed(self) -> Iterator[Texts]:
        """Yield the rates of each line."""
        return zip(*self.rates, strict=True)

    def selected(self, lines: Sequence[int]) -> Rows:
        """Return some of the lines."""
        rows = Rows.empty(self.word, len(self.rates))
        for texts, column in zip(self.columns(), rows.columns(), strict=True):
            column.extend(texts[line] for line in lines)
        rows.bars.extend(self.bars[line] for line in lines)
        return rows


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

    - ``rows``: the lines of its pattern.
    - ``texts``: returns what a line has in their columns.
    - ``has_bars``: whether the progress bars in the line and beside it are read too.
    - ``lasting``: whether each line that differs in its digits only is read in the same way.
    """

    rows: Rows
    texts: Callable[[str], Texts]
    has_bars: bool
    lasting: bool


def lines_in(text: str) -> Iterator[str]:
    """Return the lines of a text that are not empty, without the colors of a terminal."""
    text = _TERMINAL.sub("", text) if "\x1b" in text else text
    return filter(None, text.replace("\r", "\n").split("\n"))


def find_rows(sections: Iterable[Iterable[str]], *, whole: bool) -> PrintedRows:
    """Return the lines with rates.

    - ``sections``: lines as of :func:`lines_in`. A time that is printed before a rate has to be in the same section.
    - ``whole``: whether the last line is whole even if it does not end in a line break.

    The lines of a program mostly differ in their digits only. How one of them is read is known for the next ones.
    """
    found = PrintedRows()
    forms: dict[bytes, _Form] = {}
    numbers = count()
    for lines in sections:
        earlier = EarlierTimes()
        for number, (before, line, after) in zip(numbers, _with_neighbors(lines), strict=False):
            shape = _shape(line)
            form = forms.get(shape) if after else None
            if form is None and may_have_rate(line):
                form = _form(found, line, earlier, whole=whole or bool(after))
                if form is not None and form.lasting and len(forms) < _MOST_FORMS:
                    forms[shape] = form
            if form is not None:
                form.rows.add(form.texts(line), _bars(line, after, before) if form.has_bars else NO_BARS, number)
            earlier.add(line)
    for rows in found.rows.values():
        rows.flush()
    return found


def _with_neighbors(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Return each line, the one before it and the one after it, which is empty if there is none."""
    before, line, after = tee(lines, 3)
    return zip(chain([""], before), line, chain(islice(after, 1, None), [""]), strict=False)


def _shape(line: str) -> bytes:
    """Return a line with all digits the same, which lines of the same program share."""
    return line[: _LONGEST_FORM + 1].encode("utf-8", "surrogatepass").translate(_SAME_DIGITS)


def _form(found: PrintedRows, line: str, earlier: EarlierTimes, *, whole: bool) -> _Form | None:
    """Return how a line is read, None if it is not for one of the reasons that are counted, or has no rate."""
    rates = _readable_rates(found, line)
    if not rates:
        return None
    if not whole and _may_be_cut(line, rates):
        found.cut_off = True
        return None
    places = time_places(line)
    time = places.read(line)
    counts = (_SKIPPED.search(line), _SKIPPED_SINCE.search(line)) if "skipped" in line else (None, None)
    skipped = (slice(*match.span(1)) if match else NOWHERE for match in counts)
    texts = _texts_at(*places.texts, *skipped, *(place for rate in rates for place in rate.places))
    names = tuple(name for rate in rates for name in _names(rate))
    if time == NO_TIME:
        time = earlier.last()
        rows = _rows_of(found, "none" if time == NO_TIME else "earlier line", time, names)
        return _Form(rows, _after(time, texts), has_bars=_has_bars(time), lasting=False)
    if "," in "".join(texts(line)):
        texts = _without_commas(texts)
    rows = _rows_of(found, "change" if _CHANGE.search(line) else "line", time, names)
    lasting = places.lasting and len(line) <= _LONGEST_FORM and not any(_DIGIT.search(rate.name) for rate in rates)
    return _Form(rows, texts, has_bars=_has_bars(time), lasting=lasting)


def _may_be_cut(line: str, rates: Sequence[PrintedRate]) -> bool:
    """Return whether the rate or the time of a line is at its end, where digits may be missing."""
    return rates[-1].places[-1].stop == len(line) or time_of(line) != time_of(line + "0")


def _has_bars(time: PrintedTime) -> bool:
    return "." in time.epoch and not time.step


def _texts_at(*places: slice) -> Callable[[str], Texts]:
    return itemgetter(*places)


def _after(time: PrintedTime, texts: Callable[[str], Texts]) -> Callable[[str], Texts]:
    """Return what reads a line that has no time of its own, but is printed after one."""
    return lambda line: (*time.texts, *texts(line)[len(time.texts) :])


def _without_commas(texts: Callable[[str], Texts]) -> Callable[[str], Texts]:
    """Return what reads a line that has commas in its numbers, which are those of thousands."""
    return lambda line: tuple(text.replace(",", "") for text in texts(line))


def _rows_of(found: PrintedRows, where: Place, time: PrintedTime, names: tuple[str, ...]) -> Rows:
    """Return the rows of the pattern of a line."""
    kind = (bool(time.epoch), time.word, bool(time.inner), bool(time.inner_total))
    pattern = Pattern(where, kind, names)
    if pattern not in found.rows:
        found.rows[pattern] = Rows.empty(time.word, len(names))
    return found.rows[pattern]


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


def _bars(*lines: str) -> Bars:
    """Return the progress bars in a line, after it and before it."""
    line, after, before = map(bar_of, lines)
    return (line, after, before) if line or after or before else NO_BARS
