"""The schedule ``inverse_time``: one over the time."""

from __future__ import annotations

from fractions import Fraction

import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.inverse_time import InverseTime

BY_HAND = [
    pytest.param(0, 1, id="start"),
    pytest.param(10, Fraction(1, 2), id="one timescale"),
    pytest.param(20, Fraction(1, 3), id="two"),
    pytest.param(25, Fraction(2, 7), id="two and a half"),
    pytest.param(10**9, Fraction(1, 10**8 + 1), id="far away"),
]


@pytest.mark.parametrize(("t", "share"), BY_HAND)
def test_it_falls_with_the_time(t: float, share: Fraction) -> None:
    assert InverseTime(lr=0.3, timescale=10)(t) == pytest.approx(float(Fraction("0.3") * share), rel=1e-15)


def test_it_is_keras_inverse_time_decay_with_steps_over_rate_for_a_timescale() -> None:
    # initial_learning_rate / (1 + decay_rate * step / decay_steps), as Keras documents it
    keras = [0.1 / (1 + 0.5 * step / 20) for step in range(200)]
    assert InverseTime(lr=0.1, timescale=20 / 0.5)(range(200)) == pytest.approx(keras, rel=1e-15)


def test_it_stops_at_its_floor_and_says_where() -> None:
    schedule = InverseTime(lr=1.0, timescale=10, min_lr=0.25)  # 1 / (1 + 3) after 3 timescales
    assert schedule([20, 30, 31, 2.0**53]) == pytest.approx([1 / 3, 0.25, 0.25, 0.25], rel=1e-15)
    assert schedule.pieces(100, 5) == [Piece(0.0, 30.0, "smooth"), Piece(30.0, 100, "flat")]
    assert schedule.pieces(30, 5) == [Piece(0.0, 30, "smooth")]


def test_a_floor_at_the_peak_is_all_there_is() -> None:
    assert InverseTime(lr=0.1, timescale=10, min_lr=0.1).pieces(50, 5) == [Piece(0.0, 50, "flat")]


def test_the_smallest_floor_is_never_reached() -> None:
    schedule = InverseTime(lr=10.0, timescale=0.25, min_lr=5e-324)
    assert schedule.pieces(2.0**53, 5) == [Piece(0.0, 2.0**53, "smooth")]
    assert schedule(2.0**53) == pytest.approx(10 * 0.25 / 2.0**53, rel=1e-15)


def test_it_says_when_it_is_at_half() -> None:
    plan = planned("inverse_time")
    assert rule(plan.curves[0], plan.clock) == "half after 10 epochs"
    assert brief(plan.curves[0], plan.clock) == "half after 10"
