"""The schedule ``piecewise_interpolated``: a list of points, joined."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from plans_of import planned
from programs_of import rates_of

from cosine_cli.code.core import targets
from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.piecewise_interpolated import PiecewiseInterpolated

BY_HAND = [
    pytest.param(0, 0.1, 0.1, id="before the first"),
    pytest.param(10, 0.1, 0.1, id="at the first"),
    pytest.param(15, 0.2, 0.1 + 0.4 * (1 - sqrt(2) / 2) / 2, id="a quarter up"),
    pytest.param(20, 0.3, 0.3, id="half up"),
    pytest.param(30, 0.5, 0.5, id="at the second"),
    pytest.param(45, 0.25, 0.25, id="half down"),
    pytest.param(50, 0.5 / 3, 0.125, id="two thirds down"),
    pytest.param(60, 0.0, 0.0, id="at the last"),
    pytest.param(1e15, 0.0, 0.0, id="long after"),
]


@pytest.mark.parametrize(("t", "linear", "cosine"), BY_HAND)
def test_it_goes_through_its_points(t: float, linear: float, cosine: float) -> None:
    points: dict[str, Any] = {"times": (10, 30, 60), "values": (0.1, 0.5, 0.0)}
    assert PiecewiseInterpolated(**points)(t) == pytest.approx(linear, rel=1e-14)
    assert PiecewiseInterpolated(**points, between="cosine")(t) == pytest.approx(cosine, rel=1e-14)


@pytest.mark.parametrize("between", ["linear", "cosine"])
def test_its_points_are_exact_and_nothing_lies_outside_them(between: str) -> None:
    rng = np.random.default_rng(6)
    for count in (1, 2, 3, 40):
        times = tuple(np.sort(rng.uniform(0, 1e4, count)).tolist())
        values = tuple((10 ** rng.uniform(-8, 1, count)).tolist())
        schedule = PiecewiseInterpolated(times=times, values=values, between=between)
        assert schedule(times).tolist() == list(values)
        rates = schedule(np.linspace(0, 1.1e4, 5000))
        assert (rates >= min(values)).all()
        assert (rates <= max(values)).all()


def test_numpy_interp_and_the_formula_give_the_same_rates() -> None:
    schedule = PiecewiseInterpolated(times=(3, 10, 11, 500), values=(0.3, 0.0, 1e-6, 2.0))
    for times in (np.linspace(0, 600, 1000), np.linspace(11, 400, 100), np.linspace(0, 2, 10), np.array([700.0])):
        assert schedule.rate(times) == pytest.approx(Schedule.rate(schedule, times), rel=1e-11, abs=1e-17)


def test_two_points_and_a_cosine_are_the_cosine() -> None:
    times = np.linspace(0, 120, 300)
    expected = Cosine(lr=0.3, total=100, min_lr=0.02)(times)
    schedule = PiecewiseInterpolated(times=(0, 100), values=(0.3, 0.02), between="cosine")
    assert schedule(times) == pytest.approx(expected, rel=1e-13)


REFUSED = [
    pytest.param({"values": (0.1, 0.2)}, "values: must be one for each of times (3), got 2", id="too few"),
    pytest.param({"values": (0, 0, 0)}, "values: must include a rate above 0, got none", id="no rate at all"),
    pytest.param(
        {"times": (0, 30, 30)},
        "times: must be finite numbers in rising order of at least 0, got (0, 30, 30)",
        id="one time twice",
    ),
    pytest.param(
        {"times": (-1, 3, 5)},
        "times: must be finite numbers in rising order of at least 0, got (-1, 3, 5)",
        id="before the start",
    ),
    pytest.param({"between": "cubic"}, "between: must be linear or cosine, got 'cubic'", id="another way"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        PiecewiseInterpolated(**{"times": (0, 15, 30), "values": (0.1, 0.4, 0), **given})
    assert str(caught.value) == message


def test_its_pieces_lie_between_its_times() -> None:
    schedule = PiecewiseInterpolated(times=(10, 30, 40, 60), values=(0.1, 0.5, 0.5, 0.0))
    kinds = [(0.0, 10.0, "flat"), (10.0, 30.0, "smooth"), (30.0, 40.0, "flat"), (40.0, 60.0, "smooth")]
    assert schedule.pieces(60.0, 2) == [Piece(a, b, kind) for a, b, kind in kinds]  # type: ignore[arg-type]
    assert schedule.pieces(70.0, 2)[-1] == Piece(60.0, 70.0, "flat")
    assert PiecewiseInterpolated(times=(0, 9), values=(0, 1)).knots(20.0, 5) == (9.0,)


def test_a_long_triangle_sums_to_its_area() -> None:
    schedule = PiecewiseInterpolated(times=(0, 10**6, 10**7), values=(0, 1, 0))
    assert total(schedule, 10**7) == pytest.approx(10**7 / 2, rel=1e-12)


PLANS = [
    pytest.param("piecewise_interpolated", "linear through 0.1, 0.01, 0 at 30, 60, 100", "at 30 60 100", id="default"),
    pytest.param(
        "piecewise_interpolated:times=0/5/24,values=0/0.4/0,between=cosine",
        "cosine through 0, 0.4, 0 at 0, 5, 24",
        "at 0 5 24",
        id="said",
    ),
    pytest.param("piecewise_interpolated --epochs 2", "linear through 0.1, 0 at 1, 2", "at 1 2", id="two epochs"),
    pytest.param("piecewise_interpolated --epochs 1", "linear through 0.1 at 1", "at 1", id="an epoch"),
    pytest.param("piecewise_interpolated:times=1/2/3/4/5", "linear through 5 rates", "5 rates", id="many"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_says_its_points(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


def test_more_or_fewer_rates_are_refused_where_they_were_said() -> None:
    with pytest.raises(RequestError) as caught:
        planned("piecewise_interpolated:values=0.1/0.2")
    assert str(caught.value) == (
        "curve 'piecewise_interpolated:values=0.1/0.2': values: must be one for each of times (3), got '0.1/0.2'"
    )


def test_a_table_may_end_at_its_last_time() -> None:
    table = PiecewiseInterpolated(times=(2, 10, 20), values=(0.1, 0.4, 0.2), after="end")
    np.testing.assert_allclose(table([0, 2, 6, 15, 20]), [0.1, 0.1, 0.25, 0.3, 0.2], rtol=1e-15)
    assert np.isnan(table([20.5, 21, 1000])).all()
    assert (table.ends, table.updates_with_rate(100)) == (20.0, 21)
    assert table.has_ended(np.array([20.0, 21.0])).tolist() == [False, True]


@pytest.mark.parametrize(("after", "last"), [("constant", [0.2] * 4), ("end", [])])
@pytest.mark.parametrize("target", ["python", "numpy"])
def test_the_generated_code_of_a_table(target: str, after: str, last: list[float]) -> None:
    plan = planned(f"piecewise_interpolated:times=0/4/8,values=0.1/0.3/0.2,after={after} --steps 12")
    rates = rates_of(targets.source(plan, target), target)
    assert rates == pytest.approx([0.1, 0.15, 0.2, 0.25, 0.3, 0.275, 0.25, 0.225, 0.2, *last])
