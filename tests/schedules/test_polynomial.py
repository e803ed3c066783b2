"""The schedule ``polynomial``: a power of the time that is left."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.polynomial import Polynomial

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BY_HAND = [  # with three quarters of the time gone, a quarter is left
    pytest.param(0.5, 0.5, id="square root"),
    pytest.param(1.0, 0.25, id="linear"),
    pytest.param(1.5, 0.125, id="three halves"),
    pytest.param(2.0, 0.0625, id="square"),
    pytest.param(3.0, 0.015625, id="cube"),
]


@pytest.mark.parametrize(("power", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.5])
def test_it_is_the_power_of_what_is_left(power: float, share: float, min_lr: float) -> None:
    schedule = Polynomial(lr=2.0, total=40, power=power, min_lr=min_lr)
    assert schedule(30) == pytest.approx(min_lr + (2.0 - min_lr) * share, rel=1e-15)


def test_power_2_is_the_default() -> None:
    assert Polynomial(lr=1.0, total=2)(1) == 0.25


def test_a_small_power_drops_late_and_a_large_one_early() -> None:
    assert Polynomial(lr=1.0, total=100, power=0.5)(98) == pytest.approx(sqrt(2) / 10, rel=1e-13)
    assert Polynomial(lr=1.0, total=100, power=8)(50) == 2.0**-8


TORCH = [
    pytest.param("polynomial", Polynomial(lr=0.1, total=100, power=2), id="square"),
    pytest.param("polynomial, below 1", Polynomial(lr=0.1, total=100, power=0.9), id="power 0.9"),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_pytorchs_polynomial(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Polynomial
) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=1e-12 * schedule.lr)
