"""The precision of logged rates, from the digits that they are printed with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cosine_cli.logs.core.cells import SAMPLE, Floats, Numbers
from cosine_cli.logs.core.written import Written, shortest

_ALL_DIGITS = 15
"""From so many significant digits on, a number is printed with all that it has."""

_SINGLE_DIGITS = 9
_LEAST_SINGLE = 7
"""The most digits that identify a number in single precision, and the fewest by which such numbers are recognized."""

_RELATIVE = 1e-15
_OF_PEAK = 1e-16
_SINGLE = 2.0**-23
"""The rounding error of a double, of one that results from a calculation with the highest rate, and of single
precision."""

_OF_COUNT = 1e-15
"""The rounding error of the number of units of the last digit that a decimal number is, after arithmetic in doubles."""

_AT_LEAST = 6
"""Programs that print no zeros at the end, as ``%g`` does, print at least so many significant digits."""

_SHORT = 3
"""Levels and lines of so many digits are printed with all that they have."""

_LONG = 5
_MANY_BENT = 8
"""Rows that are on no line show that numbers without text are rounded: one of so many digits, or so many rows."""

_PLAUSIBLE = 0.9


@dataclass(frozen=True)
class Precision:
    """The precision of a column: none of the fields is set if its numbers have all digits of a double.

    - ``decimals``: they are rounded to so many digits after the point.
    - ``significant``: they are rounded to so many significant digits; perhaps, if ``decimals`` is set too.
    - ``single``: they are in single precision; perhaps, if another is set too.
    """

    decimals: int | None = None
    significant: int | None = None
    single: bool = False


_WHOLE = Precision()


def tolerances(column: Numbers, *, single: bool = False) -> Floats:
    """Return the largest rounding error of each number of a column.

    - ``single``: whether the file has single-precision numbers.
    """
    magnitudes = np.abs(column.values)
    precision, units = (Precision(single=True), []) if single else _measured(column, magnitudes)
    limits = np.maximum(_RELATIVE * magnitudes, _OF_PEAK * float(np.nanmax(magnitudes, initial=0.0)))
    if precision.single:
        limits = np.maximum(limits, _SINGLE * magnitudes)
    for unit in units:
        limits = np.maximum(limits, 0.5 * unit)
    return limits


def precision_of(column: Numbers) -> Precision:
    """Return the precision of a column, from the text of some of its numbers or else from the numbers.

    >>> texts = ("9.987e-05", "9.95e-05", "1.234e-05", "4.2e-07", "8e-08", "1e-08")
    >>> precision_of(Numbers(values=np.array([float(text) for text in texts]), texts=texts))
    Precision(decimals=8, significant=None, single=False)
    """
    return _measured(column, np.abs(column.values))[0]


@np.errstate(over="ignore", divide="ignore", invalid="ignore")  # of damaged numbers: 1e300 beside 1e-300
def _measured(column: Numbers, magnitudes: Floats) -> tuple[Precision, list[Floats]]:
    """Return the precision of a column, and the units of the last digits of its numbers if they are rounded."""
    values = column.values
    sample = _sample(values)
    written = tuple(map(Written.of, column.texts)) or shortest(sample)
    longest = max((number.significant for number in written), default=0)
    if longest > _SINGLE_DIGITS and _are_single(sample) and _are_single(values):
        return Precision(single=True), []
    if longest >= _ALL_DIGITS:
        return _WHOLE, []
    precision = _of_text(written, sample, longest) if column.texts else _of_numbers(written, sample, longest)
    units = _units(precision, magnitudes)
    if units and not _are_multiples(magnitudes, np.minimum.reduce(units)):
        # A longer number that is not in the sample.
        written = shortest(np.unique(values[np.isfinite(values)]))
        whole = max(number.significant for number in written) >= _ALL_DIGITS
        precision = _WHOLE if whole else _rounded(written)
        units = _units(precision, magnitudes)
    return precision, units


def _of_text(written: Sequence[Written], sample: Floats, longest: int) -> Precision:
    padded = _padded(written)
    if padded is not None:
        return padded
    if longest <= _SHORT and not _bent_rows(sample, written) and not _has_single_units(sample, written):
        return Precision(significant=_AT_LEAST)
    return _rounded(written)


def _of_numbers(written: Sequence[Written], sample: Floats, longest: int) -> Precision:
    bent = _bent_rows(sample, written)
    return _rounded(written) if bent >= _MANY_BENT or (bent and longest >= _LONG) else _WHOLE


def _sample(values: Floats) -> Floats:
    """Return some of the numbers, evenly spread."""
    numbers = values[:: -(-len(values) // SAMPLE) or 1]
    numbers = numbers[np.isfinite(numbers)]
    return numbers if len(numbers) or not len(values) else values[np.isfinite(values)][:SAMPLE]


def _are_single(values: Floats) -> bool:
    """Return whether all numbers are single-precision numbers."""
    with np.errstate(over="ignore"):
        return bool(np.all((values == values.astype(np.float32)) | np.isnan(values)))


def _padded(written: Iterable[Written]) -> Precision | None:
    """Return the precision of numbers that all have the same number of digits after the point, zeros included."""
    places = {number.places for number in written if number.mantissa is None}
    mantissas = {number.mantissa for number in written if number.mantissa is not None}
    if len(places) == 1 and not mantissas:
        return Precision(decimals=places.pop())
    if len(mantissas) == 1 and not places:
        return Precision(significant=(mantissas.pop() or 0) + 1)
    return None


def _rounded(written: Iterable[Written]) -> Precision:
    """Return the precision of numbers without zeros at the end: to decimals or to significant digits.

    Most numbers reach the limit that they are rounded to, as only one in ten ends in a zero.
    """
    unique = {number.value: number for number in written if number.value}.values()
    if not unique:
        return Precision(decimals=max((number.places for number in written), default=0))
    decimals = max(number.decimals for number in unique)
    significant = max(number.significant for number in unique)
    full_decimals = sum(number.decimals == decimals for number in unique)
    full_significant = sum(number.significant == significant for number in unique)
    if significant == 1 and full_decimals >= full_significant - 1:
        return Precision(decimals=decimals)  # 0.1, 0.09, 0.08: the 0 at the end of 0.10 is not printed
    single = significant >= _LEAST_SINGLE and all(number.is_single for number in unique)
    if single and significant > _LEAST_SINGLE:
        return Precision(single=True)
    return Precision(
        decimals=decimals if full_decimals >= _PLAUSIBLE * full_significant else None,
        significant=significant if full_significant >= _PLAUSIBLE * full_decimals else None,
        single=single,
    )


def _units(precision: Precision, magnitudes: Floats) -> list[Floats]:
    """Return the units of the last digits of numbers, for each of the ways in which they may be rounded."""
    units: list[Floats] = []
    if precision.decimals is not None:
        units.append(np.full(len(magnitudes), 10.0**-precision.decimals))
    if precision.significant is not None:
        units.append(_significant_units(precision.significant, magnitudes))
    return units


def _significant_units(count: int, magnitudes: Floats) -> Floats:
    """Return the unit of the last of so many significant digits; that of the smallest number for zero."""
    positive = magnitudes > 0
    least = float(magnitudes.min(initial=1.0, where=positive))
    logarithms = np.full(len(magnitudes), np.log10(least))
    np.log10(magnitudes, where=positive, out=logarithms)
    powers = np.floor(logarithms + 1e-12).astype(np.int16)
    lowest = int(powers.min(initial=0))
    table: Floats = 10.0 ** np.arange(lowest + 1.0 - count, int(powers.max(initial=0)) + 1.5 - count)
    return table[powers - lowest]


def _are_multiples(magnitudes: Floats, units: Floats) -> bool:
    """Return whether all numbers are multiples of the units of their last digits."""
    counts = magnitudes / units
    return not np.any(np.abs(counts - np.rint(counts)) > _OF_COUNT * counts)


_CORNERS = 2
"""A line may meet another whose slope differs by one unit at so many rows."""


def _bent_rows(values: Floats, written: Sequence[Written]) -> int:
    """Return how many rows are not on a straight line with two neighbors, or off it by one unit.

    Short decimal numbers are exact if they are levels or straight lines. The rounded numbers of a line differ from each
    other by one unit more or less.
    """
    bends = np.rint(np.diff(values, 2) * _per_unit(written))
    straight = np.concatenate(([False, False], bends == 0, [False, False]))
    on_line = int(np.count_nonzero(straight[:-2] | straight[1:-1] | straight[2:]))
    off_by_one = int(np.count_nonzero(np.abs(bends) == 1))
    return len(values) - on_line + (off_by_one if off_by_one > _CORNERS else 0)


def _has_single_units(values: Floats, written: Sequence[Written]) -> bool:
    """Return whether numbers differ from the next by one unit of the last digit, as coarsely rounded ones do."""
    return bool(np.any(np.abs(np.rint(np.diff(values) * _per_unit(written))) == 1))


def _per_unit(written: Sequence[Written]) -> float:
    return 10.0 ** max((number.decimals for number in written), default=0)
