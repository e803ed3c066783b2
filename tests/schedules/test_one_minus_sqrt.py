"""The schedule ``one_minus_sqrt``: what the square root of the time leaves."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.wsd import Wsd

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(1, 0.9, id="a hundredth passed"),
    pytest.param(25, 0.5, id="a quarter"),
    pytest.param(81, 0.1, id="nine tenths squared"),
    pytest.param(100, 0.0, id="end"),
    pytest.param(101, 0.0, id="after it"),
]


@pytest.mark.parametrize(("t", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.25])
def test_by_hand(t: float, share: float, min_lr: float) -> None:
    expected = min_lr + (2.0 - min_lr) * share
    assert OneMinusSqrt(lr=2.0, total=100, min_lr=min_lr)(t) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("left", [1, 3, 1000])
def test_its_tail_keeps_its_relative_accuracy(left: int) -> None:
    # 1 - sqrt(1 - x) from its series in rational numbers, where the difference would have lost four digits in five
    x = Fraction(left, 10**12)
    expected = x / 2 + x**2 / 8 + x**3 / 16
    assert OneMinusSqrt(lr=1.0, total=1e12)(10**12 - left) == pytest.approx(float(expected), rel=4e-16, abs=0.0)


def test_it_is_the_decay_of_wsd_with_that_shape() -> None:
    times = np.linspace(0, 120, 300)
    decay = Wsd(lr=0.3, warmup=0, stable=0, decay=100, decay_shape="1-sqrt", min_lr=0.01)
    assert OneMinusSqrt(lr=0.3, total=100, min_lr=0.01)(times) == pytest.approx(decay(times), rel=1e-13)


def test_its_ends_are_exact_for_any_pair_of_rates() -> None:
    rng = np.random.default_rng(1)
    for peak, share, total in zip(
        10 ** rng.uniform(-8, 2, 500), rng.random(500), rng.uniform(1, 1e6, 500), strict=True
    ):
        lr, min_lr, end = float(peak), float(peak * share), float(total)
        assert OneMinusSqrt(lr=lr, total=end, min_lr=min_lr)([0.0, end, 2 * end]).tolist() == [lr, min_lr, min_lr]


def test_it_is_a_decay_and_a_floor() -> None:
    assert OneMinusSqrt(total=100).pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_it_says_where_it_ends() -> None:
    plan = planned("one_minus_sqrt one_minus_sqrt:min_lr=0.01")
    assert [rule(curve, plan.clock) for curve in plan.curves] == ["to 0 at epoch 100", "to 0.01 at epoch 100"]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["", "to 0.01"]
