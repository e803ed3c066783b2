"""The schedule ``exponential``: the same factor in every unit of time."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.exponential import Exponential

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(5, sqrt(0.25), id="half a period"),
    pytest.param(10, 0.25, id="one period"),
    pytest.param(25, 2.0**-5, id="two and a half"),
    pytest.param(1000, 2.0**-200, id="a hundred"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_it_falls_by_its_factor_in_each_period(t: float, expected: float) -> None:
    assert Exponential(lr=1.0, gamma=0.25, per=10)(t) == pytest.approx(expected, rel=1e-14)


def test_a_period_is_one_step_where_none_is_given() -> None:
    assert Exponential(lr=1.0, gamma=0.5)([0, 1, 2]).tolist() == [1.0, 0.5, 0.25]


def test_it_stops_at_its_floor_and_says_where() -> None:
    schedule = Exponential(lr=1.0, gamma=0.5, per=10, min_lr=0.125)
    assert schedule([20, 29, 30, 31, 1e12]) == pytest.approx([0.25, 2.0**-2.9, 0.125, 0.125, 0.125], rel=1e-14)
    decay, floor = schedule.pieces(100, 10)
    assert (decay.kind, floor.kind) == ("smooth", "flat")
    assert (decay.t0, decay.t1, floor.t0, floor.t1) == pytest.approx((0, 30, 30, 100), rel=1e-14)


PIECES = [
    pytest.param(Exponential(lr=0.1, gamma=0.5), [Piece(0.0, 50, "smooth")], id="no floor"),
    pytest.param(Exponential(lr=0.1, gamma=1, min_lr=0.01), [Piece(0.0, 50, "smooth")], id="no decay"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, per=100, min_lr=0.01), [Piece(0.0, 50, "smooth")], id="floor far away"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, min_lr=0.1), [Piece(0.0, 50, "flat")], id="nothing but floor"),
]


@pytest.mark.parametrize(("schedule", "pieces"), PIECES)
def test_its_pieces_are_a_decay_and_the_floor_where_it_gets_there(schedule: Exponential, pieces: list[Piece]) -> None:
    assert schedule.pieces(50, 10) == pieces


def test_a_factor_of_1_keeps_the_rate_to_the_bit() -> None:
    assert Exponential(lr=0.3, gamma=1)([0, 7, 1e12]).tolist() == [0.3, 0.3, 0.3]


def test_far_away_it_is_0_without_a_warning() -> None:
    assert Exponential(lr=0.1, gamma=0.5)([1e4, 1e15]).tolist() == [0.0, 0.0]


TORCH = [
    pytest.param("exponential", Exponential(lr=0.1, gamma=0.95), id="gamma 0.95"),
    pytest.param("exponential, slow", Exponential(lr=3e-4, gamma=0.9999), id="gamma 0.9999"),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_pytorchs_exponential(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Exponential
) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=0.0)
