"""Evaluation in blocks, and how many cycles lie before a time."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.arrays import BLOCK, Rates, in_blocks, whole_cycles


def double(t: Rates) -> Rates:
    return t * 2


SIZES = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 5]


@pytest.mark.parametrize("size", SIZES)
def test_blocks_join_in_their_order(size: int) -> None:
    assert in_blocks(double, np.arange(size)).tolist() == [2.0 * i for i in range(size)]


def test_a_formula_is_given_at_most_one_block_of_one_dimension() -> None:
    seen = []

    def note(t: Rates) -> Rates:
        seen.append(t.shape)
        return t

    in_blocks(note, np.zeros((2, BLOCK)))
    assert seen == [(BLOCK,), (BLOCK,)]


def test_a_scalar_gives_a_scalar() -> None:
    assert isinstance(in_blocks(double, 2), float)
    assert in_blocks(double, np.float32(1.5)) == 3.0


BAD = [
    pytest.param(-1.0, "-1.0", id="negative"),
    pytest.param([0.0, -0.5, 3.0], "-0.5", id="one of several"),
    pytest.param([[1.0], [math.nan]], "nan", id="not a number"),
    pytest.param(np.append(np.zeros(2 * BLOCK), -2.0), "-2.0", id="in the last block"),
]


@pytest.mark.parametrize(("times", "got"), BAD)
def test_a_bad_time_is_named(times: list[float], got: str) -> None:
    with pytest.raises(ParameterError) as caught:
        in_blocks(double, times)
    assert str(caught.value) == f"t: must be times of at least 0, got {got}"


def test_a_negative_zero_is_a_time() -> None:
    assert in_blocks(double, -0.0) == 0.0


@pytest.mark.parametrize(("number", "length"), [(30150, 303.1), (43063, 215.6), (29016, 372.4)])
def test_a_boundary_whose_quotient_rounds_down_begins_its_cycle(number: int, length: float) -> None:
    assert math.floor(number * length / length) == number - 1
    assert whole_cycles(np.array([number * length]), length).tolist() == [number]


@given(st.integers(0, 10**6), st.floats(1e-3, 1e3))
def test_a_boundary_begins_its_cycle_to_the_bit(number: int, length: float) -> None:
    boundary = np.array([number * length])
    assert whole_cycles(boundary, length).tolist() == [number]
    if number:
        assert whole_cycles(np.nextafter(boundary, 0.0), length).tolist() == [number - 1]


@given(st.integers(0, 10**12), st.integers(1, 10**6))
def test_whole_numbers_count_as_whole_numbers_do(t: int, length: int) -> None:
    assert whole_cycles(np.array([float(t)]), float(length)).tolist() == [t // length]


@given(st.floats(0.0, 1e6), st.floats(1e-3, 1e3))
def test_far_from_a_boundary_exact_arithmetic_agrees(t: float, length: float) -> None:
    quotient = Fraction(t) / Fraction(length)
    if min(quotient % 1, 1 - quotient % 1) > Fraction(1, 10**5):
        assert whole_cycles(np.array([t]), length).tolist() == [quotient // 1]
