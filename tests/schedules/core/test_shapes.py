"""Decay shapes from 1 to 0, and their scaling to rates."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from cosine_cli.schedules.core import shapes
from cosine_cli.schedules.core.ops import NUMPY

Shape = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def fall(name: str) -> Shape:
    return lambda left: np.asarray(shapes.decaying_rate(NUMPY, name, 1.0, 0.0, left))


def power(exponent: float) -> Shape:
    return lambda left: left**exponent


def rates(shape: Shape, high: float, low: float, times: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    return np.asarray(NUMPY.lerp(high, low, shape(np.asarray(shapes.left(NUMPY, times, total)))))


SHAPES = [
    pytest.param(fall("cosine"), id="cosine"),
    pytest.param(fall("linear"), id="linear"),
    pytest.param(fall("sqrt"), id="sqrt"),
    pytest.param(fall("1-sqrt"), id="1-sqrt"),
    pytest.param(fall("shifted-exponential"), id="shifted-exponential"),
    pytest.param(power(0.3), id="power 0.3"),
    pytest.param(power(2.0), id="power 2"),
    pytest.param(power(50.0), id="power 50"),
]
each_shape = pytest.mark.parametrize("shape", SHAPES)


@each_shape
def test_a_shape_goes_from_1_to_0_exactly(shape: Shape) -> None:
    assert shape(np.array([1.0, 0.0])).tolist() == [1.0, 0.0]


@each_shape
def test_a_shape_never_rises(shape: Shape) -> None:
    assert (np.diff(shape(np.linspace(1.0, 0.0, 10_001))) <= 0).all()


IN_BETWEEN = [
    pytest.param(fall("cosine"), [(2 + sqrt(3)) / 4, (2 + sqrt(2)) / 4, 0.5, 0.25], id="cosine"),
    pytest.param(fall("linear"), [5 / 6, 3 / 4, 1 / 2, 1 / 3], id="linear"),
    pytest.param(fall("sqrt"), [sqrt(5 / 6), sqrt(3 / 4), sqrt(1 / 2), sqrt(1 / 3)], id="sqrt"),
    pytest.param(fall("1-sqrt"), [1 - sqrt(1 / 6), 1 - sqrt(1 / 4), 1 - sqrt(1 / 2), 1 - sqrt(2 / 3)], id="1-sqrt"),
    pytest.param(
        fall("shifted-exponential"), [2 ** (5 / 6) - 1, 2**0.75 - 1, sqrt(2) - 1, 2 ** (1 / 3) - 1], id="2^s - 1"
    ),
    pytest.param(power(3.0), [125 / 216, 27 / 64, 1 / 8, 1 / 27], id="cube"),
]


@pytest.mark.parametrize(("shape", "expected"), IN_BETWEEN)
def test_a_shape_of_the_time_that_is_left_is_what_it_is_called(shape: Shape, expected: list[float]) -> None:
    assert shape(np.array([5 / 6, 3 / 4, 1 / 2, 1 / 3])) == pytest.approx(expected, rel=1e-14)


@each_shape
def test_rates_end_where_they_should_for_any_pair(shape: Shape) -> None:
    rng = np.random.default_rng(7)
    for high, share, end in zip(10 ** rng.uniform(-8, 2, 4000), rng.random(4000), rng.random(4000) + 1e-3, strict=True):
        low, times = float(high * share), np.array([0.0, end, 7.0])
        assert rates(shape, float(high), low, times, float(end)).tolist() == [high, low, low]


@each_shape
def test_rates_never_leave_their_bounds_by_rounding(shape: Shape) -> None:
    rng = np.random.default_rng(8)
    for high, ulps in zip(rng.uniform(0.1, 1.0, 300), rng.integers(0, 5, 300), strict=True):
        low = float(high) - int(ulps) * float(np.spacing(high))
        found = rates(shape, float(high), low, rng.random(200), 1.0)
        assert low <= found.min() <= found.max() <= high


def test_halfway_down_is_the_mean_of_both_ends() -> None:
    assert rates(fall("cosine"), 0.3, 0.1, np.array([5.0]), 10.0) == pytest.approx([0.2], rel=1e-15)
    assert rates(fall("linear"), 0.3, 0.0, np.array([5.0]), 10.0) == pytest.approx([0.15], rel=1e-15)


@pytest.mark.parametrize("shape", shapes.WARMUP_SHAPES)
@pytest.mark.parametrize(("start", "target"), [(1e-6, 0.3), (0.07, 0.3), (0.3, 0.1)])
def test_a_warmup_never_leaves_the_rates_at_its_ends(shape: str, start: float, target: float) -> None:
    climb = np.asarray(shapes.warmup_rate(NUMPY, shape, start, target, np.linspace(0.0, 1.0, 10_001)))
    assert min(start, target) <= climb.min() <= climb.max() <= max(start, target)
