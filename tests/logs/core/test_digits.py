"""The precision of a column: from its text, or from its numbers."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.logs.core.cells import SAMPLE, Numbers, numbers
from cosine_cli.logs.core.digits import Precision, precision_of, tolerances

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

CURVE = [1e-3 * (1 + math.cos(math.pi * t / 300)) / 2 for t in range(300)]
"""Rates from 1e-3 to 3e-8."""


def as_text(write: Callable[[float], str]) -> Numbers:
    return numbers([write(rate) for rate in CURVE])


def as_numbers(values: Sequence[float]) -> Numbers:
    return numbers(list(values))


@pytest.mark.parametrize(
    ("write", "precision"),
    [
        (repr, Precision()),
        ("{:.17g}".format, Precision()),
        ("{:.6g}".format, Precision(significant=6)),
        ("{:.3g}".format, Precision(significant=3)),
        ("{:.3e}".format, Precision(significant=4)),
        ("{:.0e}".format, Precision(significant=1)),
        ("{:.8f}".format, Precision(decimals=8)),
        ("{:.3f}".format, Precision(decimals=3)),
        (lambda rate: str(round(rate, 8)), Precision(decimals=8)),
        # Most rates are from 1e-4 to 1e-3, where these are the same.
        (lambda rate: str(round(rate, 5)), Precision(decimals=5, significant=2)),
        (lambda rate: str(float(np.float32(rate))), Precision(single=True)),
        (lambda rate: str(np.float32(rate)), Precision(single=True)),
    ],
)
def test_text(write: Callable[[float], str], precision: Precision) -> None:
    assert precision_of(as_text(write)) == precision


def test_text_with_few_decimals_is_rounded_to_them() -> None:
    assert precision_of(numbers(["0.001"] * 10)) == Precision(decimals=3)
    assert precision_of(numbers(["0.100"] * 5 + ["0.010"] * 5)) == Precision(decimals=3)
    assert precision_of(numbers(["0.1", "0.09", "0.08", "0.07", "0.06"])) == Precision(decimals=2)


def test_levels_and_lines_without_zeros_at_the_end() -> None:
    assert precision_of(numbers(["0.1"] * 9 + ["0.01"] * 9 + ["0.001"] * 9)) == Precision(significant=6)
    assert precision_of(numbers([f"{0.1 - k / 250:g}" for k in range(20)])) == Precision(significant=6)
    # One unit after the other may be rounded.
    assert precision_of(numbers([f"{0.1 - k / 1000:g}" for k in range(90)])) == Precision(decimals=3, significant=2)


@pytest.mark.parametrize(
    ("values", "precision"),
    [
        (CURVE, Precision()),
        ([0.001] * 20, Precision()),
        ([0.1] * 10 + [0.01] * 10 + [0.001] * 10, Precision()),
        ([float(f"{1e-2 - k * 1e-4:.4f}") for k in range(100)], Precision()),
        ([round(rate, 8) for rate in CURVE], Precision(decimals=8)),
        ([float(f"{rate:.4g}") for rate in CURVE], Precision(significant=4)),
        ([round(1e-3 * (1 - k / 300), 6) for k in range(300)], Precision(decimals=6, significant=3)),
        ([float(np.float32(rate)) for rate in CURVE], Precision(single=True)),
    ],
)
def test_numbers_without_text(values: Sequence[float], precision: Precision) -> None:
    assert precision_of(as_numbers(values)) == precision


@pytest.mark.parametrize(
    "write",
    [
        repr,
        "{:.6g}".format,
        "{:.3g}".format,
        "{:.3e}".format,
        "{:.8f}".format,
        "{:.3f}".format,
        lambda rate: str(round(rate, 8)),
        lambda rate: str(np.float32(rate)),
    ],
)
def test_no_rounding_error_exceeds_its_tolerance(write: Callable[[float], str]) -> None:
    column = as_text(write)
    errors = np.abs(column.values - np.array(CURVE))
    limits = tolerances(column)
    assert np.all(errors <= limits * (1 + 1e-9))
    # Not too large either: some rounding error is close to the tolerance.
    assert write is repr or np.max(errors / limits) > 0.4


def test_half_a_unit_of_the_last_digit() -> None:
    column = numbers(["1.234e-03", "9.999e-05", "1.000e-05"])
    assert tolerances(column).tolist() == pytest.approx([5e-7, 5e-9, 5e-9], rel=1e-12)


def test_all_digits() -> None:
    column = as_text(repr)
    assert tolerances(column)[0] == pytest.approx(1e-18, rel=1e-9)
    assert tolerances(column)[-1] == pytest.approx(1e-19, rel=1e-9)


def test_single_precision_of_the_file() -> None:
    column = as_numbers([0.5, 0.25, 0.0])
    assert tolerances(column, single=True).tolist() == pytest.approx([2**-24, 2**-25, 5e-17], rel=1e-12)


def test_rows_without_a_number() -> None:
    limits = tolerances(numbers(["0.10", None, "0.05", ""]))
    assert limits[[0, 2]].tolist() == [0.005, 0.005]


def test_a_long_number_that_is_not_in_the_sample() -> None:
    values = np.full(3 * SAMPLE, 0.25)
    values[-1] = 1 / 3
    texts = ("0.25",) * 10 + ("0.5",)
    assert precision_of(Numbers(values=values, texts=texts)) == Precision()


def test_all_decimal_numbers_count_as_multiples_of_their_last_digit() -> None:
    values = [float(Decimal(k) / 10**9) for k in range(98_765_432, 123_456_789, 2_999)]
    texts = tuple(map(str, values[::50]))
    assert precision_of(Numbers(values=np.array(values), texts=texts)) == Precision(decimals=9)


@pytest.mark.parametrize("damaged", ["1e-4000", "5e-324", "0e-999", "2.5e-310", "1.7e308", "1e-300"])
def test_damaged_numbers_beside_whole_ones(damaged: str) -> None:
    texts = ["1e-3", "0.1", "1e300", damaged]
    for column in (numbers(texts), numbers([float(text) for text in texts])):
        limits = tolerances(column)
        assert np.all(np.isfinite(limits))
        assert np.all(limits >= 0)
