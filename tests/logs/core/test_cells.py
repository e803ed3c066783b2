"""Cells as numbers."""

from __future__ import annotations

import math

import pytest

from cosine_cli.logs.core.cells import numbers, parsed


@pytest.mark.parametrize("text", ["", "NA", "nan", "None", "null", "-", "  "])
def test_missing(text: str) -> None:
    column = numbers([text, "0.1"])
    assert math.isnan(column.values[0])
    assert (column.rejected, column.texts) == (0, ("0.1",))


@pytest.mark.parametrize("text", ["abc", "0.1.2", "1_000", "0,1", "inf"])
def test_rejected(text: str) -> None:
    column = numbers([text, "0.1", text])
    assert math.isnan(column.values[0])
    assert (column.rejected, column.first_rejected) == (2, text)


def test_infinite_numbers_are_rejected() -> None:
    for column in (numbers([float("inf"), 0.1]), numbers(["inf", "0.1"]), numbers([float("-inf"), 0.1, "x"])):
        assert math.isnan(column.values[0])
        assert column.values[1] == 0.1
        assert column.rejected > 0


def test_values_that_are_not_numbers_are_missing() -> None:
    assert [math.isnan(value) for value in numbers([float("nan"), 0.1, True, None]).values] == [True, False, True, True]


def test_parsed() -> None:
    assert (parsed(" 1e-3 "), parsed("1e999"), parsed("x")) == (0.001, None, None)
