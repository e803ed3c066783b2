"""The schedule ``natural_exponential``: a factor of e in every timescale."""

from __future__ import annotations

from decimal import Decimal, getcontext

import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.natural_exponential import NaturalExponential

getcontext().prec = 40


@pytest.mark.parametrize("t", [0, 1, 7, 20, 333, 10_000])
def test_it_falls_by_e_in_each_timescale(t: int) -> None:
    expected = Decimal("0.3") / (Decimal(t) / 20).exp()
    assert NaturalExponential(lr=0.3, timescale=20)(t) == pytest.approx(float(expected), rel=1e-14, abs=0.0)


def test_it_is_paddles_with_one_over_gamma_for_a_timescale() -> None:
    # Paddle multiplies the base rate by e ** (-gamma * epoch).
    e, gamma = 2.718281828459045, 0.1
    paddle = [0.5 * e ** (-gamma * epoch) for epoch in range(100)]
    assert NaturalExponential(lr=0.5, timescale=1 / gamma)(range(100)) == pytest.approx(paddle, rel=1e-13)


def test_far_away_it_is_nothing_at_all() -> None:
    assert NaturalExponential(lr=10.0, timescale=0.25)([0, 2.0**53]).tolist() == [10.0, 0.0]


def test_it_stops_at_its_floor_and_says_where() -> None:
    schedule = NaturalExponential(lr=1.0, timescale=10, min_lr=0.5)
    assert schedule([5, 7, 1e12]) == pytest.approx([0.60653065971263, 0.5, 0.5], rel=1e-13)  # e ** -0.5 by a table
    decay, floor = schedule.pieces(100, 5)
    assert (decay.kind, floor.kind, floor.t1) == ("smooth", "flat", 100)
    assert decay.t1 == floor.t0 == pytest.approx(6.931471805599453, rel=1e-14)  # 10 ln 2


def test_a_floor_at_the_peak_is_all_there_is() -> None:
    assert NaturalExponential(lr=0.1, timescale=10, min_lr=0.1).pieces(50, 5) == [Piece(0.0, 50, "flat")]


WORDS = [
    pytest.param("natural_exponential", "×1/e every 20 epochs", "×1/e / 20", id="20 epochs"),
    pytest.param("natural_exponential:timescale=1", "×1/e every epoch", "×1/e / 1", id="an epoch"),
]


@pytest.mark.parametrize(("words", "long", "short"), WORDS)
def test_it_says_its_timescale(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short
