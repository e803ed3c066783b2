"""The schedule ``power_law``: a power of the time."""

from __future__ import annotations

import math

import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.power_law import PowerLaw

BY_HAND = [
    pytest.param(0.5, 30, 1 / 2, id="square root of 4"),
    pytest.param(0.5, 0, 1.0, id="start"),
    pytest.param(1, 30, 1 / 4, id="inverse time"),
    pytest.param(2, 20, 1 / 9, id="inverse square"),
    pytest.param(0.75, 150, 1 / 8, id="16 to the three quarters"),
    pytest.param(1 / 3, 10 * (10**6 - 1), 1 / 100, id="cube root of a million"),
]


@pytest.mark.parametrize(("exponent", "t", "share"), BY_HAND)
def test_it_falls_with_its_power(exponent: float, t: float, share: float) -> None:
    assert PowerLaw(lr=0.3, timescale=10, exponent=exponent)(t) == pytest.approx(0.3 * share, rel=1e-14)


def test_ten_times_the_time_is_the_same_factor_everywhere() -> None:
    rates = PowerLaw(lr=0.1, timescale=1, exponent=0.51)([10**n - 1 for n in range(12)])
    assert rates[1:] / rates[:-1] == pytest.approx([10**-0.51] * 11, rel=1e-13)


def test_it_stops_at_its_floor_and_says_where() -> None:
    schedule = PowerLaw(lr=1.0, timescale=10, exponent=0.75, min_lr=1 / 8)  # 16 ** -0.75 is 1/8
    assert schedule([70, 150, 151, 2.0**53]) == pytest.approx([8**-0.75, 1 / 8, 1 / 8, 1 / 8], rel=1e-14)
    decay, floor = schedule.pieces(1000, 5)
    assert (decay.kind, floor.kind, floor.t1) == ("smooth", "flat", 1000)
    assert decay.t1 == floor.t0 == pytest.approx(150, rel=1e-13)


def test_a_floor_that_takes_longer_than_any_float_is_never_reached() -> None:
    schedule = PowerLaw(lr=10.0, timescale=1e7, exponent=1e-4, min_lr=5e-324)
    assert schedule.pieces(1e15, 5) == [Piece(0.0, 1e15, "smooth")]
    assert math.isfinite(schedule(2.0**53))


def test_a_floor_at_the_peak_is_all_there_is() -> None:
    assert PowerLaw(lr=0.1, timescale=10, min_lr=0.1).pieces(50, 5) == [Piece(0.0, 50, "flat")]


def test_it_says_its_power() -> None:
    plan = planned("power_law:timescale=20,exponent=0.5")
    assert rule(plan.curves[0], plan.clock) == "power -0.5, timescale 20 epochs"
    assert brief(plan.curves[0], plan.clock) == "power -0.5 / 20"
