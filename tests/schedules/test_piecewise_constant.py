"""The schedule ``piecewise_constant``: a list of rates."""

from __future__ import annotations

from typing import Any

import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant

BY_HAND = [
    pytest.param(0, 0.1, id="start"),
    pytest.param(29.999, 0.1, id="before the first"),
    pytest.param(30, 0.4, id="at the first"),
    pytest.param(60.4, 0.4, id="before one that is no whole number"),
    pytest.param(60.5, 0.0, id="at one that is no whole number"),
    pytest.param(80, 0.003, id="at the last"),
    pytest.param(1e12, 0.003, id="long after"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_the_step_of_a_milestone_is_the_first_with_the_next_rate(t: float, expected: float) -> None:
    assert PiecewiseConstant(milestones=(30, 60.5, 80), values=(0.1, 0.4, 0.0, 0.003))(t) == expected


def test_falling_by_a_factor_it_is_multistep() -> None:
    times = [0, 1, 9.5, 10, 19, 20, 33]
    expected = Multistep(lr=1.0, milestones=(10, 20), gamma=0.25)(times)
    assert PiecewiseConstant(milestones=(10, 20), values=(1, 0.25, 0.0625))(times).tolist() == expected.tolist()


REFUSED = [
    pytest.param({"values": (0.1, 0.2)}, "values: must be one more than milestones (3), got 2", id="too few"),
    pytest.param({"values": (0.1,) * 4}, "values: must be one more than milestones (3), got 4", id="too many"),
    pytest.param({"values": (0, 0, 0)}, "values: must include a rate above 0, got none", id="no rate at all"),
    pytest.param(
        {"values": (0.1, -0.1, 0)}, "values: must be finite numbers of at least 0, got (0.1, -0.1, 0)", id="below 0"
    ),
    pytest.param(
        {"milestones": (60, 30)},
        "milestones: must be finite numbers in rising order above 0, got (60, 30)",
        id="falling milestones",
    ),
    pytest.param(
        {"milestones": (0, 30)},
        "milestones: must be finite numbers in rising order above 0, got (0, 30)",
        id="a milestone at the start",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        PiecewiseConstant(**{"milestones": (30, 60), "values": (0.1, 0.02, 0.005), **given})
    assert str(caught.value) == message


def test_its_peak_and_floor_are_those_of_its_rates() -> None:
    schedule = PiecewiseConstant(milestones=(3, 6), values=(0.1, 0.5, 0.02))
    assert (schedule.peak, schedule.floor) == (0.5, 0.02)
    assert schedule.on_run_clock


def test_its_pieces_are_plateaus() -> None:
    schedule = PiecewiseConstant(milestones=(30, 60), values=(0.1, 0.02, 0.005))
    assert schedule.pieces(60.0, 10) == [Piece(0.0, 30.0, "flat"), Piece(30.0, 60.0, "flat")]
    assert schedule.knots(61.0, 10) == (30.0, 60.0)


PLANS = [
    pytest.param("piecewise_constant", "0.1, 0.01, 0.001, 1e-4 at 0, 30, 60, 90", "at 30 60 90", id="default"),
    pytest.param(
        "piecewise-constant:milestones=30/60,values=0.1/0.4/0.02", "0.1, 0.4, 0.02 at 0, 30, 60", "at 30 60", id="said"
    ),
    pytest.param("piecewise_constant:milestones=50", "0.1, 0.01 at 0, 50", "at 50", id="one milestone"),
    pytest.param("piecewise_constant --epochs 1", "0.1, 0.01 at 0, 1", "at 1", id="an epoch"),
    pytest.param("piecewise_constant:milestones=1/2/3/4", "5 rates", "5 rates", id="many"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_says_its_rates_and_times(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


def test_its_milestones_are_moments_of_the_run_under_a_warmup() -> None:
    schedule = planned("piecewise_constant:milestones=10/60,values=1/0.5/0.25 --warmup 20").curves[0].schedule
    assert schedule([0, 10, 20, 59, 60]).tolist() == [0.0, 0.25, 0.5, 0.5, 0.25]


def test_more_or_fewer_rates_are_refused_where_they_were_said() -> None:
    with pytest.raises(RequestError) as caught:
        planned("piecewise_constant:milestones=30/60,values=0.1/0.2")
    assert str(caught.value) == (
        "curve 'piecewise_constant:milestones=30/60,values=0.1/0.2': values: must be one more than milestones (3), "
        "got '0.1/0.2'"
    )
