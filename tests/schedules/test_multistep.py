"""The schedule ``multistep``: a drop at each milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.multistep import Multistep

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(29.999, 1.0, id="before the first"),
    pytest.param(30, 0.5, id="at the first"),
    pytest.param(30.001, 0.5, id="after the first"),
    pytest.param(60.5, 0.25, id="at one that is no whole number"),
    pytest.param(60.49, 0.5, id="before one that is no whole number"),
    pytest.param(79, 0.25, id="before the last"),
    pytest.param(80, 0.125, id="at the last"),
    pytest.param(1e12, 0.125, id="long after"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_the_step_of_a_milestone_is_the_first_with_the_new_rate(t: float, expected: float) -> None:
    assert Multistep(lr=1.0, milestones=(30, 60.5, 80), gamma=0.5)(t) == expected


def test_it_stops_at_its_floor() -> None:
    schedule = Multistep(lr=1.0, milestones=(1, 2, 3), gamma=0.5, min_lr=0.2)
    assert schedule([0, 1, 2, 3, 4]).tolist() == [1.0, 0.5, 0.25, 0.2, 0.2]


REFUSED = [
    pytest.param((), id="none"),
    pytest.param((0, 10), id="at the start"),
    pytest.param((-5, 10), id="before the start"),
    pytest.param((10, 5), id="falling"),
    pytest.param((10, 10), id="twice the same"),
    pytest.param((10, float("inf")), id="infinite"),
    pytest.param("30/60", id="text"),
    pytest.param(30, id="a number alone"),
]


@pytest.mark.parametrize("milestones", REFUSED)
def test_milestones_that_do_not_rise_above_0_are_refused(milestones: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError, match="must be finite numbers in rising order above 0"):
        Multistep(milestones=milestones)


def test_a_list_of_milestones_becomes_a_tuple_of_floats() -> None:
    schedule = Multistep(milestones=[30, 60])  # type: ignore[arg-type]
    assert repr(schedule.milestones) == "(30.0, 60.0)"
    assert hash(schedule) == hash(Multistep(milestones=(30.0, 60.0)))


TORCH = [
    pytest.param("multistep", Multistep(lr=0.1, milestones=(30, 60, 80)), id="three milestones"),
    pytest.param("multistep, close together", Multistep(lr=0.5, milestones=(1, 2, 100), gamma=0.5), id="early ones"),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_pytorchs_multistep(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Multistep
) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=0.0)


def test_a_milestone_at_the_horizon_is_no_knot_in_it() -> None:
    schedule = Multistep(milestones=(30, 60))
    assert schedule.pieces(60.0, 10) == [Piece(0.0, 30.0, "flat"), Piece(30.0, 60.0, "flat")]
    assert schedule.knots(60.0, 10) == (30.0,)
    assert schedule.knots(61.0, 10) == (30.0, 60.0)
    assert schedule.knots(61.0, 1) is None


def test_its_times_are_moments_of_the_run() -> None:
    assert Multistep(milestones=(3,)).on_run_clock
