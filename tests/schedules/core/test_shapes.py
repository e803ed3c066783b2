"""Ways down from 1 to 0, and what scales them to rates."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.core import shapes

if TYPE_CHECKING:
    from cosine_cli.schedules.core.shapes import Shape

SHAPES = [
    pytest.param(shapes.cosine, id="cosine"),
    pytest.param(shapes.linear, id="linear"),
    pytest.param(shapes.power(0.3), id="power 0.3"),
    pytest.param(shapes.power(2.0), id="power 2"),
    pytest.param(shapes.power(50.0), id="power 50"),
]
each_shape = pytest.mark.parametrize("shape", SHAPES)


@each_shape
def test_a_shape_goes_from_1_to_0_exactly(shape: Shape) -> None:
    assert shape(np.array([1.0, 0.0])).tolist() == [1.0, 0.0]


@each_shape
def test_a_shape_never_rises(shape: Shape) -> None:
    assert (np.diff(shape(np.linspace(1.0, 0.0, 10_001))) <= 0).all()


IN_BETWEEN = [
    pytest.param(shapes.cosine, [(2 + sqrt(3)) / 4, (2 + sqrt(2)) / 4, 0.5, 0.25], id="cosine"),
    pytest.param(shapes.linear, [5 / 6, 3 / 4, 1 / 2, 1 / 3], id="linear"),
    pytest.param(shapes.power(3.0), [125 / 216, 27 / 64, 1 / 8, 1 / 27], id="cube"),
]


@pytest.mark.parametrize(("shape", "expected"), IN_BETWEEN)
def test_a_shape_of_the_time_that_is_left_is_what_it_is_called(shape: Shape, expected: list[float]) -> None:
    assert shape(np.array([5 / 6, 3 / 4, 1 / 2, 1 / 3])) == pytest.approx(expected, rel=1e-14)


@each_shape
def test_rates_end_where_they_should_for_any_pair(shape: Shape) -> None:
    rng = np.random.default_rng(7)
    for high, share, end in zip(10 ** rng.uniform(-8, 2, 4000), rng.random(4000), rng.random(4000) + 1e-3, strict=True):
        low, times = float(high * share), np.array([0.0, end, 7.0])
        assert shapes.descend(float(high), low, shape, times, float(end)).tolist() == [high, low, low]


@each_shape
def test_rates_never_leave_their_bounds_by_rounding(shape: Shape) -> None:
    rng = np.random.default_rng(8)
    for high, ulps in zip(rng.uniform(0.1, 1.0, 300), rng.integers(0, 5, 300), strict=True):
        low = float(high) - int(ulps) * float(np.spacing(high))
        rates = shapes.descend(float(high), low, shape, rng.random(200), 1.0)
        assert low <= rates.min() <= rates.max() <= high


def test_halfway_down_is_the_mean_of_both_ends() -> None:
    assert shapes.descend(0.3, 0.1, shapes.cosine, np.array([5.0]), 10.0) == pytest.approx([0.2], rel=1e-15)
    assert shapes.descend(0.3, 0.0, shapes.linear, np.array([5.0]), 10.0) == pytest.approx([0.15], rel=1e-15)


def test_the_times_are_left_as_they_were() -> None:
    times = np.array([0.0, 3.0, 20.0])
    shapes.descend(0.3, 0.1, shapes.cosine, times, 10.0)
    assert times.tolist() == [0.0, 3.0, 20.0]
