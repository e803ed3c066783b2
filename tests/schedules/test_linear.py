"""The schedule ``linear``: a straight line."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


@pytest.mark.parametrize("t", [0, 0.25, 1, 33, 50, 99, 99.75, 100, 1000], ids=str)
def test_it_is_the_line_between_its_ends(t: float) -> None:
    high, low = Fraction(0.1), Fraction(0.02)
    expected = high + (low - high) * min(Fraction(t) / 100, 1)
    assert Linear(lr=0.1, total=100, min_lr=0.02)(t) == pytest.approx(float(expected), rel=1e-15)


def test_it_never_leaves_its_bounds_by_rounding() -> None:
    rng = np.random.default_rng(3)
    for peak, gap in zip(rng.random(500) + 0.1, rng.integers(0, 4, 500), strict=True):
        low = float(peak) * (1 - float(gap) * 2.0**-52)
        rates = Linear(lr=float(peak), total=1.0, min_lr=low)(rng.random(50))
        assert low <= rates.min() <= rates.max() <= peak


TORCH = [
    pytest.param("linear", Linear(lr=0.1, total=100), id="to 0"),
    pytest.param("linear to a floor", Linear(lr=0.2, total=60, min_lr=0.02), id="to a floor"),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_pytorchs_linear_factor_from_1(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Linear
) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=1e-12 * schedule.lr)
