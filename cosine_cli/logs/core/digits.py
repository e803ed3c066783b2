"""The precision of logged rates, from the digits that they are printed with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np

from cosine_cli.logs.core.cells import SAMPLE, Floats, Numbers

WHOLE = 15
"""From so many significant digits on, a number is printed with all that it has."""

_RELATIVE = 1e-15
_OF_PEAK = 1e-16
"""The rounding error of a double, and of one that results from a calculation with the highest rate."""

_SINGLE = 2.0**-23
_SINGLE_DIGITS = 9
"""The rounding error of single precision, and the most digits that distinguish its numbers."""

_TOLERATED = 1e-6
"""How far a decimal number may be from a multiple of its last digit, in units of it, after arithmetic in doubles."""

_NUMBER = re.compile(r"[+-]?([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?")


@dataclass(frozen=True)
class Whole:
    """Numbers with all digits of a double."""


@dataclass(frozen=True)
class Single:
    """Numbers in single precision."""


@dataclass(frozen=True)
class Decimals:
    """Numbers rounded to so many digits after the point."""

    count: int


@dataclass(frozen=True)
class Significant:
    """Numbers rounded to so many significant digits."""

    count: int


Precision: TypeAlias = Whole | Single | Decimals | Significant


def tolerances(column: Numbers, *, single: bool = False) -> Floats:
    """Return the largest rounding error of each number of a column.

    - ``single``: whether the file has single-precision numbers.
    """
    magnitudes = np.abs(column.values)
    precision, units = (Single(), None) if single else _measured(column, magnitudes)
    least = np.maximum(_RELATIVE * magnitudes, _OF_PEAK * float(np.nanmax(magnitudes, initial=0.0)))
    if isinstance(precision, Single):
        return np.maximum(_SINGLE * magnitudes, least)
    return least if units is None else np.maximum(0.5 * units, least)


def precision_of(column: Numbers) -> Precision:
    """Return the precision of a column, from the text of some of its numbers or else from the numbers.

    >>> texts = ("9.987e-05", "9.95e-05", "1.234e-05", "4.2e-07", "8e-08")
    >>> precision_of(Numbers(values=np.array([float(text) for text in texts]), texts=texts))
    Decimals(count=8)
    """
    return _measured(column, np.abs(column.values))[0]


def _measured(column: Numbers, magnitudes: Floats) -> tuple[Precision, Floats | None]:
    """Return the precision of a column, and the unit of the last digit of each number if they are rounded."""
    values = column.values
    sample = _sample(values)
    written = tuple(map(_Written.of, column.texts)) or _shortest(sample)
    longest = max((number.significant for number in written), default=0)
    if longest > _SINGLE_DIGITS and _are_single(sample) and _are_single(values):
        return Single(), None
    if longest >= WHOLE:
        return Whole(), None
    if column.texts and (padded := _padded(written)) is not None:
        return padded, _units(padded, magnitudes)
    if not column.texts and _is_exact(sample, written):
        return Whole(), None
    rounded = _rounded(written)
    units = _units(rounded, magnitudes)
    if not _are_multiples(magnitudes, units):
        # A longer number that is not in the sample.
        written = _shortest(np.unique(values[np.isfinite(values)]))
        if max(number.significant for number in written) >= WHOLE:
            return Whole(), None
        rounded = _rounded(written)
        units = _units(rounded, magnitudes)
    return (Single(), None) if _is_shortest_single(rounded, written) else (rounded, units)


@dataclass(frozen=True)
class _Written:
    """A number as it is written.

    - ``decimals``: the digits after the point, as if it were written without an exponent.
    - ``significant``: the digits from the first to the last that is not zero.
    - ``padding``: the zeros at the end, as in ``0.100``.
    - ``mantissa``: the digits after the point of a number with an exponent, else None.
    """

    decimals: int
    significant: int
    padding: int
    mantissa: int | None
    value: float

    @staticmethod
    def of(text: str) -> _Written:
        match = _NUMBER.fullmatch(text)
        if match is None:  # such as 1_000, which no program prints
            return _Written.of(repr(float(text)))
        whole, fraction, exponent = match[1], match[2], match[3]
        digits = (whole + fraction).lstrip("0")
        significant = len(digits.rstrip("0"))
        return _Written(
            decimals=len(fraction) - int(exponent or 0),
            significant=significant,
            padding=len(fraction) - len(fraction.rstrip("0")),
            mantissa=None if exponent is None else len(fraction),
            value=float(text),
        )


def _shortest(values: Floats) -> tuple[_Written, ...]:
    """Return numbers as Python writes them, with the fewest digits that identify them."""
    return tuple(_Written.of(repr(value).removesuffix(".0")) for value in values.tolist())


def _sample(values: Floats) -> Floats:
    """Return some of the numbers, evenly spread."""
    numbers = values[:: -(-len(values) // SAMPLE) or 1]
    numbers = numbers[np.isfinite(numbers)]
    return numbers if len(numbers) or not len(values) else values[np.isfinite(values)][:SAMPLE]


def _are_single(values: Floats) -> bool:
    """Return whether all numbers are single-precision numbers."""
    with np.errstate(over="ignore"):
        return bool(np.all((values == values.astype(np.float32)) | np.isnan(values)))


def _padded(written: Iterable[_Written]) -> Decimals | Significant | None:
    """Return the precision of numbers that all have the same number of digits after the point, zeros included."""
    decimals = {number.decimals for number in written if number.mantissa is None}
    mantissas = {number.mantissa for number in written if number.mantissa is not None}
    if len(decimals) == 1 and not mantissas:
        return Decimals(decimals.pop())
    if len(mantissas) == 1 and not decimals:
        return Significant((mantissas.pop() or 0) + 1)
    return None


def _rounded(written: Iterable[_Written]) -> Decimals | Significant:
    """Return the precision of numbers without zeros at the end: to decimals or to significant digits.

    Most numbers reach the limit that they are rounded to, as only one in ten ends in a zero.
    """
    unique = {number.value: number for number in written if number.value}.values()
    if not unique:
        return Decimals(max((number.decimals for number in written), default=0))
    decimals = max(number.decimals - number.padding for number in unique)
    significant = max(number.significant for number in unique)
    full_decimals = sum(number.decimals - number.padding == decimals for number in unique)
    full_significant = sum(number.significant == significant for number in unique)
    return Significant(significant) if full_significant >= full_decimals else Decimals(decimals)


def _units(precision: Decimals | Significant, magnitudes: Floats) -> Floats:
    """Return the unit of the last digit of each number; that of the smallest number for zero."""
    if isinstance(precision, Decimals):
        return np.full(len(magnitudes), 10.0**-precision.count)
    positive = magnitudes > 0
    least = magnitudes.min(initial=1.0, where=positive)
    exponents = np.floor(np.log10(magnitudes, where=positive, out=np.full(len(magnitudes), np.log10(least))) + 1e-12)
    powers = exponents.astype(np.int16)
    lowest = int(powers.min(initial=0))
    table = 10.0 ** (np.arange(lowest, int(powers.max(initial=0)) + 1) + 1.0 - precision.count)
    units: Floats = table[powers - lowest]
    return units


def _are_multiples(magnitudes: Floats, units: Floats) -> bool:
    """Return whether all numbers are multiples of the units of their last digits."""
    counts = magnitudes / units
    return not np.any(np.abs(counts - np.rint(counts)) > _TOLERATED + 1e-15 * counts)


_FREQUENT = 2
_FEW_DIFFERENCES = 4


def _is_exact(values: Floats, written: Sequence[_Written]) -> bool:
    """Return whether short decimal numbers are exact: a few levels, or straight lines.

    The rounded numbers of a line differ from each other by one unit more or less.
    """
    decimals = max((number.decimals for number in written), default=0)
    differences = np.rint(np.diff(values) * 10.0**decimals)
    sizes, counts = np.unique(differences, return_counts=True)
    if len(sizes) > _FEW_DIFFERENCES + len(values) / 10:
        return False
    frequent = set(sizes[counts >= _FREQUENT].tolist())
    return not any(size + 1 in frequent for size in frequent)


def _is_shortest_single(precision: Decimals | Significant, written: Sequence[_Written]) -> bool:
    """Return whether numbers are printed with the fewest digits that identify them in single precision."""
    if not isinstance(precision, Significant) or precision.count not in (_SINGLE_DIGITS - 1, _SINGLE_DIGITS):
        return False
    return all(Decimal(str(np.float32(number.value))) == Decimal(repr(number.value)) for number in written)
