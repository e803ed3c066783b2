"""Parse numbers, counts and times, in flags, curve specs and configs alike."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cosine_cli.plans.model.clock import MOST_STEPS, Time, TimeUnit, whole
from cosine_cli.text import question

# Bounded and anchored, as the text is untrusted. Only ASCII digits, no hexadecimal; underscores only between digits.
_DIGITS = "[0-9](?:_?[0-9]){0,399}"
_NUMBER = re.compile(rf"([+-]?)({_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE]([+-]?[0-9]{{1,4}}))?")
UNITS: dict[str, TimeUnit] = {"ep": "epoch", "st": "step", "sample": "sample", "tok": "token"}
"""The suffixes of times."""

SIZES = {"k": 3, "K": 3, "M": 6, "G": 9, "B": 9, "T": 12}
SIZE = f"[{''.join(SIZES)}]"
"""A pattern for the suffixes of counts and times; B is a billion. In lower case, m, g, b and t have other meanings."""

BARE = rf"[0-9._]+(?:[eE][+-]?[0-9]+)?{SIZE}?"
"""A pattern for texts that are probably numbers without a unit."""

_ALL = 100
_LONGEST = 60
"""The longest text that is respelled."""


MOST = 1e200


class MisreadError(ValueError):
    """A text that does not parse; ``rule`` is the violated rule, ``hint`` a correction."""

    def __init__(self, rule: str, hint: str | None = None) -> None:
        super().__init__(rule)
        self.rule, self.hint = rule, hint


class NotANumberError(MisreadError):
    """A text that is not a number of the required kind, which the rule of every parameter states too."""


@dataclass(frozen=True)
class Percent:
    """A share of the run in percent."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:.15g}%"


@dataclass(frozen=True)
class PeakShare:
    """A share of a curve's peak learning rate in percent."""

    value: float

    def __str__(self) -> str:
        return f"{whole(self.value)}%"

    def of(self, peak: float) -> float:
        """Return the share of a peak, in decimal arithmetic: 10% of 3e-4 is 3e-5.

        >>> PeakShare(10.0).of(3e-4)
        3e-05
        """
        from decimal import Decimal  # here: rarely needed

        return float(Decimal(repr(float(peak))) * Decimal(repr(self.value)) / _ALL)


def parse_number(text: str) -> float:
    """Parse a finite number, which may have underscores between its digits.

    >>> parse_number("1e-3"), parse_number("10_000")
    (0.001, 10000.0)
    """
    return _scaled(text, exponent=0)


def parse_rate(text: str) -> float | PeakShare:
    """Parse a learning rate, or its share of the peak in percent.

    >>> parse_rate("1e-5"), parse_rate("10%")
    (1e-05, PeakShare(value=10.0))
    """
    return PeakShare(parse_number(text[:-1].rstrip())) if text.endswith("%") else parse_number(text)


def parse_count(text: str) -> int:
    """Parse a whole number, with the suffixes ``k`` or ``K``, ``M``, ``G`` or ``B``, and ``T`` for 10^3 to 10^12.

    >>> parse_count("1.5M"), parse_count("2T")
    (1500000, 2000000000000)
    """
    value = _scaled(*_without_size(text))
    if not value.is_integer():
        raise NotANumberError("must be a whole number")
    if abs(value) > MOST_STEPS or (abs(value) == MOST_STEPS and _exceeds(text)):
        raise MisreadError("must be at most 2^53, as larger integers are not exact in float64")
    return int(value)


def _exceeds(text: str) -> bool:
    """Return whether a number that float64 rounds to the limit exceeds it."""
    from decimal import Decimal  # here: rarely needed

    digits, size = _without_size(text)
    return abs(Decimal(digits).scaleb(size)) > MOST_STEPS


def parse_time(text: str, *, unit: TimeUnit) -> Time | Percent:
    """Parse a time: a bare number is in ``unit``; ``10%``, ``3ep``, ``500st`` and ``2Btok`` have their own unit.

    >>> parse_time("10k", unit="step"), parse_time("3ep", unit="step")
    (Time(value=10000.0, unit='step'), Time(value=3.0, unit='epoch'))
    """
    if text.endswith("%"):
        return Percent(parse_number(text[:-1].rstrip()))
    own = next((suffix for suffix in UNITS if text.endswith(suffix)), None)
    if own is None:
        return Time(_scaled(*_without_size(text)), unit)
    return Time(_scaled(*_without_size(text.removesuffix(own).rstrip())), UNITS[own])


def parse_share(text: str, *, unit: TimeUnit) -> Time | Percent:
    """Parse a share of the run: a bare number is a share of at most 1, anything else a time.

    >>> parse_share("0.3", unit="epoch"), parse_share("5ep", unit="step")
    (Percent(value=30.0), Time(value=5.0, unit='epoch'))
    """
    if text[-1:].isalpha() or text.endswith("%"):
        return parse_time(text, unit=unit)
    value = parse_number(text)
    if value > 1:
        raise MisreadError("must be a share of the run, at most 1", question(f"{text}%") if value <= _ALL else None)
    return Percent(float(f"{value * 100:.15g}"))


def suffix_of(unit: TimeUnit) -> str:
    """Return the suffix of times in a unit."""
    return next(suffix for suffix, own in UNITS.items() if own == unit)


def _without_size(text: str) -> tuple[str, int]:
    return (text[:-1], SIZES[text[-1]]) if text and text[-1] in SIZES else (text, 0)


def _scaled(text: str, exponent: int) -> float:
    """Parse a number times a power of ten; changing the exponent rounds only once."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NotANumberError("must be a number")
    sign, digits, power = match.groups()
    value = float(f"{sign}{digits}e{int(power or 0) + exponent}")
    if not math.isfinite(value):
        raise NotANumberError("must be a finite number")
    if value == 0 and digits.strip("0._"):
        raise MisreadError("must be 0 or at least 5e-324, the smallest number of float64")
    if abs(value) > MOST:
        raise MisreadError(f"must be at most {MOST:g}, so that sums over a run stay finite")
    return value


_GROUPED = re.compile(r"([1-9][0-9]{0,2})((?:[, '][0-9]{3})+)(\.[0-9]+)?")
_COMMA = re.compile(r"([0-9]+),([0-9]+)([^,.]*)")
_WORDED = re.compile(rf"([0-9._]+(?:[eE][+-]?[0-9]+)?) ?([mgbt](?= |$|tok|sample)|{SIZE})? ?([a-zA-Z%]*)")
_UPPER = {size: size.upper() for size in "mgbt"}
_WORDS = {
    **dict.fromkeys(("epoch", "epochs", "eps"), "ep"),
    **dict.fromkeys(("step", "steps", "sts", "iter", "iters", "iterations", "update", "updates"), "st"),
    **dict.fromkeys(("samples", "smp", "images", "examples"), "sample"),
    **dict.fromkeys(("token", "tokens", "toks"), "tok"),
    **dict.fromkeys(("percent", "pct"), "%"),
}


def respelled(text: str) -> Iterator[str]:
    """Yield the numbers or times that an invalid text may stand for, in a spelling that parses.

    >>> list(respelled("1,000")), list(respelled("0,1")), list(respelled("500 steps")), list(respelled("2t"))
    (['1000', '1.000'], ['0.1'], ['500st'], ['2T'])
    >>> list(respelled("2btok")), list(respelled("2 tokens"))
    (['2Btok'], ['2tok'])
    """
    if len(text) > _LONGEST:
        return
    text = text.strip().replace("\u2212", "-")  # the minus sign
    grouped = _GROUPED.fullmatch(text)
    if grouped is not None:
        yield re.sub("[, ']", "", text)
    comma = _COMMA.fullmatch(text)
    if comma is not None:
        yield ".".join(comma.groups()[:2]) + comma[3]
    worded = _WORDED.fullmatch(text)
    if worded is not None:
        number, size, unit = worded.groups()
        yield number + _UPPER.get(size, size or "") + _WORDS.get(unit.lower(), unit)
