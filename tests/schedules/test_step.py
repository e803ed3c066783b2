"""The schedule ``step``: a drop after every so many steps."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.step import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(2.999999, 1.0, id="just before a drop"),
    pytest.param(3, 0.5, id="at a drop"),
    pytest.param(5.5, 0.5, id="between drops"),
    pytest.param(6, 0.25, id="second drop"),
    pytest.param(29, 2.0**-9, id="ninth plateau"),
    pytest.param(30, 2.0**-10, id="tenth drop"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_it_drops_at_every_multiple_of_its_size(t: float, expected: float) -> None:
    assert Step(lr=1.0, step_size=3, gamma=0.5)(t) == expected


@pytest.mark.parametrize("size", [0.1, 0.3, 0.7, 1.1, 2.2, 3.3, 49.0, 1 / 3], ids=str)
def test_the_drop_is_at_the_boundary_to_the_bit(size: float) -> None:
    schedule = Step(lr=1.0, step_size=size, gamma=0.99)
    numbers = np.arange(1, 2000)
    boundaries = numbers * size
    at, before = schedule(boundaries), schedule(np.nextafter(boundaries, 0.0))
    assert at == pytest.approx(0.99**numbers, rel=1e-12)
    assert before == pytest.approx(0.99 ** (numbers - 1), rel=1e-12)


def test_a_size_that_is_no_float_counts_as_its_own_multiples_do() -> None:
    # Whole steps far from a boundary, where exact arithmetic with the float that was given decides.
    size = Fraction(2.3)
    expected = [float(Fraction(0.5) ** (t // size)) for t in range(200)]
    assert Step(lr=1.0, step_size=2.3, gamma=0.5)(np.arange(200)) == pytest.approx(expected, rel=1e-15)


def test_it_stops_at_its_floor() -> None:
    schedule = Step(lr=1.0, step_size=10, gamma=0.5, min_lr=0.2)
    assert schedule([19, 20, 29, 30, 1e15]).tolist() == [0.5, 0.25, 0.25, 0.2, 0.2]


def test_a_factor_of_1_never_drops() -> None:
    assert Step(lr=0.3, step_size=1, gamma=1)([0, 1, 1e12]).tolist() == [0.3, 0.3, 0.3]


TORCH = [
    pytest.param("step", Step(lr=0.1, step_size=30), id="every 30"),
    pytest.param("step of one", Step(lr=0.2, step_size=1, gamma=0.97), id="every step"),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_pytorchs_step(torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Step) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=0.0)


def test_its_pieces_are_plateaus() -> None:
    schedule = Step(lr=0.1, step_size=30)
    assert schedule.pieces(70, 3) == [Piece(0.0, 30.0, "flat"), Piece(30.0, 60.0, "flat"), Piece(60.0, 70, "flat")]
    assert schedule.pieces(60, 2) == [Piece(0.0, 30.0, "flat"), Piece(30.0, 60.0, "flat")]
    assert schedule.knots(60, 5) == (30.0,)


def test_too_many_plateaus_are_a_row_of_cycles() -> None:
    row = Piece(0.0, 70.0, "cycles", 30.0, (Piece(0.0, 30.0, "flat"),))
    assert Step(lr=0.1, step_size=30).pieces(70.0, 2) == [row]
    assert Step(lr=0.1, step_size=1).knots(1e12, 1000) is None


def test_once_it_is_at_the_floor_it_is_one_piece() -> None:
    schedule = Step(lr=0.1, step_size=10, gamma=0.5, min_lr=0.02)  # 0.1, 0.05, 0.025, then 0.02
    pieces = schedule.pieces(1000.0, 5)
    assert [piece.kind for piece in pieces] == ["flat"] * len(pieces)
    assert pieces[:3] == [Piece(i * 10.0, i * 10.0 + 10, "flat") for i in range(3)]
    assert pieces[-1].t1 == 1000.0
    assert 30.0 <= pieces[-1].t0 <= 40.0


def test_its_times_are_moments_of_the_run() -> None:
    assert Step(step_size=3).on_run_clock
