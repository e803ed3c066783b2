"""The step and the epoch in a line of printed text."""

from __future__ import annotations

import re
from collections import deque
from typing import NamedTuple

from cosine_cli.logs.core.printed_rates import AFTER_NUMBER

_COUNT = re.compile(
    rf"""
    (?<![A-Za-z]) (?= [bceginostu] )
    (?: (?P<update> (?: global[ _-]?step (?: /max_steps )?+ | num[ _]updates | optimizer[ _]step | updates? | up\. ) )
      | (?P<step> (?: (?: current | train (?:ing)?+ ) [ _/]?+ )?+ steps? )
      | (?P<iteration> (?: train (?:ing)?+ [ _/]?+ )?+ (?: iterations? | iters? | itr | it ) )
      | (?P<batch> batch (?:es)?+ )
      | (?P<epoch> (?: epochs? | ep\.?+ ) )
      | (?P<train> train (?:ing)?+ ) )
    (?: \( (?: train (?:ing)?+ ) \) )?+
    ['"]?+
    [\s:=\#\[(,]{{0,12}}+ ['"]?+
    (?P<number> \d{{1,3}}(?:,\d\d\d){{1,3}}+(?![\d.]) | \d{{1,12}}+ (?: \.\d{{1,20}}+ (?: e-\d\d )?+ )?+ )
    {AFTER_NUMBER}
    ['"]?+
    (?: \s{{0,6}}+ (?: / | of\b ) \s{{0,6}}+ (?P<total> \d{{1,12}}+ ) )?+
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A word, and the number after it, with the total after ``/``."""

_INNER = re.compile(r"\s{0,4}+[\])]?+:?+\s{0,6}+[\[(]\s{0,8}+(\d{1,12}+)\s{0,6}+/\s{0,6}+(\d{1,12}+)")
"""The position in an epoch, directly after the epoch: ``Epoch [1][50/1000]``, ``Train: 0 [ 50/1000 (5%)]``."""

_BATCHES = re.compile(r"(?<![\d.])(\d{1,12}+)\s{0,6}+/\s{0,6}+(\d{1,12}+)\s{1,4}+batches", re.IGNORECASE)
_BAR = re.compile(r"(?<![\d.])(\d{1,12}+)/(\d{1,12}+)\s{1,4}+\[\d\d:\d\d")
"""The counter of a progress bar of tqdm: ``97/970 [00:22<00:00``."""

_ESPNET = re.compile(r"(?<!\d)(\d{1,9}+)epoch:train:\d{1,9}+-(\d{1,9}+)batch:")

_OTHER = re.compile(
    r"(?:per|total|max|min|num|best|warmup|last|save|eval|every|log|logging|accumulation|final|next|remaining"
    r"|decay|for|skipped|patience|from|start|previous|consumed|nan|ms|sec|time)[\s_./-]{0,3}$",
    re.IGNORECASE,
)
"""Words before a name that make it something else than the time of the line: ``steps per epoch: 100``."""
_NUMBER_OF = re.compile(r"number of $", re.IGNORECASE)
"""Words before epochs, but not before iterations, that are a setting: DeepLabCut has ``Number of iterations: 500``."""
_MOST_BEFORE = 16

LONGEST_LINE = 1 << 16
_MOST_BACK = 200
"""The most lines between a time and a rate after it."""

_VALIDATION = re.compile(r"\((?:val|valid|test|eval)\)|\bmode['\"]?\s?[:=]\s?['\"]?(?:val|test)")


class PrintedTime(NamedTuple):
    """What a line has of its time, as text.

    - ``word``: what ``step`` counts: ``update``, ``step``, ``iteration``, ``batch`` or ``bar``; empty without a step.
    - ``inner``, ``inner_total``: the position in the epoch, and the number of positions.
    """

    word: str = ""
    step: str = ""
    total: str = ""
    epoch: str = ""
    inner: str = ""
    inner_total: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """All except the word."""
        return self[1:]


NO_TIME = PrintedTime()


class TimePlaces(NamedTuple):
    """Where a time is in its line.

    - ``texts``: where its texts are, in the order of :class:`PrintedTime`.
    - ``lasting``: whether they are there in each line that differs in its digits only.
    """

    word: str
    texts: tuple[slice, ...]
    lasting: bool = True

    def read(self, line: str) -> PrintedTime:
        """Return the time of a line."""
        return PrintedTime(self.word, *(line[place].replace(",", "") for place in self.texts))


NOWHERE = slice(0, 0)

_PRIORITY = ("update", "step", "iteration", "batch")
_KINDS = (*_PRIORITY, "epoch", "train")


def may_have_time(line: str) -> bool:
    """Return whether a line contains a word of time: quick, for most lines of a log."""
    lower = line.lower()
    return any(word in lower for word in ("ep", "it", "batch", "up", "train"))


def is_validation(line: str) -> bool:
    """Return whether a line is about the validation set, whose steps are others."""
    return ("val" in line or "test" in line or "eval" in line) and _VALIDATION.search(line) is not None


def time_of(line: str) -> PrintedTime:
    """Return the time that a line has.

    >>> time_of("Epoch(train) [2][ 50/1000] lr: 0.1")._asdict()
    {'word': '', 'step': '', 'total': '', 'epoch': '2', 'inner': '50', 'inner_total': '1000'}
    >>> time_of(" iteration       10/    1000 | learning rate: 1.5E-04")[:3]
    ('iteration', '10', '1000')
    >>> time_of("steps per epoch: 100, warmup_steps=500, lr: 0.1") == NO_TIME
    True
    """
    return time_places(line).read(line)


def time_places(line: str) -> TimePlaces:
    """Return where the time is that a line has."""
    espnet = "batch:" in line and _ESPNET.search(line)
    if espnet:
        return TimePlaces("", (NOWHERE, NOWHERE, _place(espnet, 1), _place(espnet, 2), NOWHERE))
    found, lasting = _counts(line)
    inner = _position_after(line, found)
    epoch = found.get("epoch") or (found.get("train") if inner else None)
    word = next((name for name in _PRIORITY if name in found), "")
    bar = None if inner else ("batches" in line and _BATCHES.search(line)) or (None if word else _BAR.search(line))
    if bar and epoch and "." in epoch["number"]:
        bar = None  # of the whole run
    if bar and epoch:
        inner = bar
    step = total = NOWHERE
    if word:
        step, total = _whole(found[word]), _place(found[word], "total")
    elif bar and not epoch:
        word, step, total = "bar", _place(bar, 1), _place(bar, 2)
    return TimePlaces(word, (step, total, _place(epoch, "number"), _place(inner, 1), _place(inner, 2)), lasting)


def _counts(line: str) -> tuple[dict[str, re.Match[str]], bool]:
    """Return the first number of each kind, and whether each line that differs in its digits only has the same ones."""
    found: dict[str, re.Match[str]] = {}
    lasting = True
    for match in _COUNT.finditer(line):
        kind = next(name for name, word in zip(_KINDS, match.group(*_KINDS), strict=True) if word)
        if kind not in ("epoch", "train") and "." in match["number"]:
            lasting = False
            if match["number"].partition(".")[2].strip("0"):
                continue  # not a whole number
        before = line[max(0, match.start() - _MOST_BEFORE) : match.start()]
        if not _OTHER.search(before) and not (kind == "epoch" and _NUMBER_OF.search(before)):
            found.setdefault(kind, match)
    return found, lasting


class EarlierTimes:
    """The last time that is printed before a line; each line is read at most once."""

    def __init__(self) -> None:
        self._unread: deque[str] = deque(maxlen=_MOST_BACK)
        self._last = NO_TIME
        self._since = 0

    def add(self, line: str) -> None:
        """Add a line."""
        self._unread.append(line)
        self._since += 1

    def last(self) -> PrintedTime:
        """Return the last time in the lines so far, unless it is too many lines back."""
        for back, line in enumerate(reversed(self._unread), 1):
            time = _time_of_others(line)
            if time != NO_TIME:
                self._last, self._since = time, back
                break
        self._unread.clear()
        return self._last if self._since <= _MOST_BACK else NO_TIME


def _time_of_others(line: str) -> PrintedTime:
    """Return the time of a line that the lines after it have as well."""
    if len(line) > LONGEST_LINE or not may_have_time(line):
        return NO_TIME
    time = time_of(line)
    return NO_TIME if time.word == "bar" else time  # the bar may be one of another phase


def bar_of(line: str) -> tuple[str, str] | None:
    """Return the counter of a progress bar and its total.

    >>> bar_of("  5%|#   | 500/10000 [01:00<19:00,  8.3it/s]")
    ('500', '10000')
    """
    bar = _BAR.search(line[:LONGEST_LINE]) if "[" in line else None
    return (bar[1], bar[2]) if bar else None


def _position_after(line: str, found: dict[str, re.Match[str]]) -> re.Match[str] | None:
    """Return the position in the epoch that follows the epoch in a line."""
    return next(
        (inner for name in ("epoch", "train") if name in found and (inner := _INNER.match(line, found[name].end()))),
        None,
    )


def _place(match: re.Match[str] | None, group: str | int) -> slice:
    return NOWHERE if match is None or match[group] is None else slice(*match.span(group))


def _whole(position: re.Match[str]) -> slice:
    """Return the place of a number without its decimals."""
    begin = position.start("number")
    return slice(begin, begin + len(position["number"].partition(".")[0]))
