"""The schedule ``cosine``: half a wave."""

from __future__ import annotations

from fractions import Fraction
from math import pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.cosine import Cosine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BY_HAND = [  # (1 + cos(pi u)) / 2 at angles whose cosine has a root
    pytest.param(0, 1.0, id="0"),
    pytest.param(12, (1 + sqrt(3) / 2) / 2, id="30 degrees"),
    pytest.param(18, (1 + sqrt(2) / 2) / 2, id="45 degrees"),
    pytest.param(24, 0.75, id="60 degrees"),
    pytest.param(36, 0.5, id="90 degrees"),
    pytest.param(48, 0.25, id="120 degrees"),
    pytest.param(60, (1 - sqrt(3) / 2) / 2, id="150 degrees"),
    pytest.param(72, 0.0, id="180 degrees"),
    pytest.param(73, 0.0, id="after the end"),
]


@pytest.mark.parametrize(("t", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.25])
def test_it_goes_through_the_angles_that_are_known_by_hand(t: float, share: float, min_lr: float) -> None:
    expected = min_lr + (2.0 - min_lr) * share
    assert Cosine(lr=2.0, total=72, min_lr=min_lr)(t) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("left", [1, 2, 1000])
@pytest.mark.parametrize("total", [10**6, 2**20, 10**12], ids=str)
def test_its_tail_keeps_its_relative_accuracy(total: int, left: int) -> None:
    # sin^2(x) with x = pi / 2 left / total, from its series in rational numbers: (1 + cos) / 2 would have lost it all.
    x = Fraction(pi) / 2 * left / total
    expected = (x - x**3 / 6 + x**5 / 120) ** 2
    assert Cosine(lr=1.0, total=total)(total - left) == pytest.approx(float(expected), rel=4e-15, abs=0.0)


@pytest.mark.parametrize("t", [1, 13.5, 40, 49], ids=str)
def test_it_is_symmetric_about_its_middle(t: float) -> None:
    schedule = Cosine(lr=0.1, total=100, min_lr=0.02)
    assert schedule(t) + schedule(100 - t) == pytest.approx(0.12, rel=1e-14)


TORCH = [
    pytest.param("cosine", Cosine(lr=0.1, total=120), 121, id="to 0"),
    pytest.param("cosine to a floor", Cosine(lr=0.3, total=120, min_lr=0.001), 121, id="to a floor"),
    pytest.param("cosine, odd length", Cosine(lr=3e-4, total=77, min_lr=3e-5), 78, id="odd length"),
    pytest.param("cosine, fractional length", Cosine(lr=0.1, total=90.5, min_lr=0.01), 91, id="fractional length"),
]


@pytest.mark.parametrize(("case", "schedule", "count"), TORCH)
def test_it_is_pytorchs_cosine_annealing_up_to_the_end(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Cosine, count: int
) -> None:
    # PyTorch multiplies its way from step to step, and its errors add up near the end: hence the absolute part.
    assert schedule(np.arange(count)) == pytest.approx(torch_rates(case)[:count], rel=1e-12, abs=1e-12 * schedule.lr)


def test_it_stays_at_the_floor_where_pytorch_rises_again(torch_rates: Callable[[str], NDArray[np.float64]]) -> None:
    assert torch_rates("cosine, odd length")[-1] > 1e-4
    assert Cosine(lr=3e-4, total=77, min_lr=3e-5)(120) == 3e-5
