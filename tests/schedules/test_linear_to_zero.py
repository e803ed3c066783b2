"""The schedule ``linear_to_zero``: straight to 0."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.linear_to_zero import LinearToZero

BY_HAND = [
    pytest.param(0, 2.0, id="start"),
    pytest.param(25, 1.5, id="a quarter passed"),
    pytest.param(99, 0.02, id="a hundredth left"),
    pytest.param(100, 0.0, id="end"),
    pytest.param(2.0**53, 0.0, id="far away"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_it_is_a_straight_line(t: float, expected: float) -> None:
    assert LinearToZero(lr=2.0, total=100)(t) == pytest.approx(expected, rel=1e-15)


def test_its_ends_are_exact_for_any_rate() -> None:
    rng = np.random.default_rng(1)
    for lr, total in zip((10 ** rng.uniform(-8, 2, 500)).tolist(), rng.uniform(1, 1e6, 500).tolist(), strict=True):
        assert LinearToZero(lr=lr, total=total)([0.0, total, 2 * total]).tolist() == [lr, 0.0, 0.0]


def test_the_floor_of_the_others_is_not_its_own() -> None:
    plan = planned("linear linear_to_zero --min-lr 0.01")
    assert [curve.schedule.floor for curve in plan.curves] == [0.01, 0.0]
    assert [float(curve.schedule(100.0)) for curve in plan.curves] == [0.01, 0.0]


def test_it_takes_no_floor() -> None:
    with pytest.raises(RequestError, match=r"--min-lr: no curve uses it \(linear_to_zero\), got '0.01'"):
        planned("linear_to_zero --min-lr 0.01")


def test_it_is_a_decay_and_0() -> None:
    assert LinearToZero(total=100).pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_it_says_where_it_ends() -> None:
    plan = planned("linear_to_zero --warmup 10")
    assert rule(plan.curves[0], plan.clock) == "to 0 at epoch 100"
    assert brief(plan.curves[0], plan.clock) == ""
