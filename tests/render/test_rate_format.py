"""Rates as a table shows them."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.render.rate_format import rate_text, rate_texts, rounded


@pytest.mark.parametrize(
    ("rate", "peak", "shown"),
    [
        pytest.param(0.1, 0.1, "0.100000", id="peak"),
        pytest.param(0.05, 0.1, "0.050000", id="half"),
        pytest.param(0.0123456789, 0.1, "0.012346", id="rounded"),
        pytest.param(1e-4, 0.1, "0.000100", id="exact-in-few-digits"),
        pytest.param(1.2345e-4, 0.1, "1.234e-4", id="too-few-digits"),
        pytest.param(1.2346e-9, 0.1, "1.235e-9", id="no-digits"),
        pytest.param(-0.05, 0.1, "-0.050000", id="negative"),
        pytest.param(-1.2345e-4, 0.1, "-1.234e-4", id="negative-with-too-few-digits"),
        pytest.param(0.0, 0.1, "0", id="zero"),
        pytest.param(1e-3, 1e-3, "0.00100000", id="lowest-plain-peak"),
        pytest.param(9.99e-4, 9.99e-4, "9.990e-4", id="below-it"),
        pytest.param(3e-4, 3e-4, "3.000e-4", id="peak-of-3e-4"),
        pytest.param(1.85056e-4, 3e-4, "1.851e-4", id="under-a-peak-of-3e-4"),
        pytest.param(1e-5, 1e-5, "1.000e-5", id="peak-of-1e-5"),
        pytest.param(2.0, 2.0, "2.00000", id="2"),
        pytest.param(12.0, 12.0, "12.0000", id="12"),
        pytest.param(123456.7, 123456.7, "123457", id="no-decimals"),
        pytest.param(1e-320, 1e-320, "1.000e-320", id="subnormal"),
        pytest.param(1e300, 1e300, "1.000e300", id="huge"),
        pytest.param(0.1, 0.0, "0.100000", id="no-peak"),
        pytest.param(-1.4901161e-9, 0.1, "-1.490e-9", id="a-little-below-zero"),
        pytest.param(math.nan, 0.1, "NaN", id="not-a-number"),
        pytest.param(math.inf, 0.1, "inf", id="infinite"),
    ],
)
def test_a_rate(rate: float, peak: float, shown: str) -> None:
    assert rate_text(rate, peak=peak) == shown


@pytest.mark.parametrize(
    ("rates", "shown"),
    [
        pytest.param((0.1, 0.01, 1e-4, 0.0), ("0.100000", "0.010000", "0.000100", "0"), id="plain"),
        pytest.param((0.1, 0.01, 1.5e-7, 0.0), ("1.000e-1", "1.000e-2", "1.500e-7", "0"), id="one-too-small"),
        pytest.param((0.1, math.nan, 1.5e-7), ("1.000e-1", "NaN", "1.500e-7"), id="not-a-number"),
        pytest.param((0.1, None), ("0.100000", "–"), id="ended"),
    ],
)
def test_a_column_has_one_form(rates: tuple[float | None, ...], shown: tuple[str, ...]) -> None:
    assert rate_texts(rates, peak=0.1) == shown


@given(st.lists(st.floats(0.0, 1.0), min_size=1), st.floats(1e-310, 1e300))
def test_a_column_is_all_plain_or_all_in_powers_of_ten_and_keeps_four_digits(shares: list[float], peak: float) -> None:
    rates = [peak * share for share in shares]
    texts = [text for text in rate_texts(rates, peak=peak) if text != "0"]
    powers = [re.fullmatch(r"\d\.\d{3}e-?\d+", text) is not None for text in texts]
    assert all(powers) or not any(powers)
    for rate, text in zip((rate for rate in rates if rate), texts, strict=True):
        assert float(text) == pytest.approx(rate, rel=0.5001e-3, abs=5e-324)


@pytest.mark.parametrize(("rate", "peak", "shown"), [(0.0123456789, 0.1, 0.012346), (1.99999e-5, 1e-4, 2e-5)])
def test_what_a_figure_says_is_what_a_table_says(rate: float, peak: float, shown: float) -> None:
    assert rounded(rate, peak=peak) == shown
