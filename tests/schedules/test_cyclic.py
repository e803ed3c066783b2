"""The schedule ``cyclic``: up and down, again and again."""

from __future__ import annotations

from math import e, exp, floor
from typing import Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.search import highest
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.cyclic import Cyclic


def by_the_paper(t: int, stepsize: int, scale: float) -> float:
    """Return the rate between 0.1 and 0.9 as Smith's listing gives it, for one ``stepsize`` up and down."""
    cycle = floor(1 + t / (2 * stepsize))
    x = abs(t / stepsize - 2 * cycle + 1)
    return 0.1 + 0.8 * max(0.0, 1 - x) * scale


MODES = [
    pytest.param("triangular", 1.0, lambda t: 1.0**t, id="triangular"),
    pytest.param("triangular2", 1.0, lambda t: 0.5 ** floor(t / 20), id="triangular2"),
    pytest.param("exp_range", 0.97, lambda t: 0.97**t, id="exp_range"),
]


@pytest.mark.parametrize(("mode", "gamma", "scale"), MODES)
def test_it_is_the_papers(mode: str, gamma: float, scale: Any) -> None:
    schedule = Cyclic(lr=0.9, min_lr=0.1, rise=10, fall=10, mode=mode, gamma=gamma)
    expected = [by_the_paper(t, 10, scale(t)) for t in range(200)]
    assert schedule(np.arange(200)) == pytest.approx(expected, rel=1e-12)


UNEVEN = [
    pytest.param(0, 0.1, id="start"),
    pytest.param(1, 0.3, id="half up"),
    pytest.param(2, 0.5, id="peak"),
    pytest.param(5, 0.35, id="three eighths down"),
    pytest.param(10, 0.1, id="next cycle"),
    pytest.param(12, 0.3, id="next peak, half as high"),
    pytest.param(16, 0.2, id="half down from there"),
    pytest.param(22, 0.2, id="third peak, a quarter"),
]


@pytest.mark.parametrize(("t", "expected"), UNEVEN)
def test_its_climb_and_its_descent_may_differ(t: float, expected: float) -> None:
    schedule = Cyclic(lr=0.5, min_lr=0.1, rise=2, fall=8, mode="triangular2")
    assert schedule(t) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(("rise", "fall"), [(1.1, 2.2), (7, 3), (0.3, 0.9), (391, 39.1)])
def test_it_begins_at_multiples_of_its_cycle_to_the_bit(rise: float, fall: float) -> None:
    schedule = Cyclic(lr=0.3, min_lr=0.07, rise=rise, fall=fall)
    starts = np.arange(3000) * (rise + fall)
    assert set(schedule(starts).tolist()) == {0.07}
    assert schedule(rise) == 0.3
    assert schedule(starts[:100] + rise) == pytest.approx(0.3, rel=1e-9)


def test_heights_that_have_sunk_to_nothing_stay_there() -> None:
    schedule = Cyclic(lr=0.3, min_lr=0.07, rise=1, fall=1, mode="triangular2")
    with np.errstate(all="raise", under="ignore"):
        assert schedule([2001, 1e6 + 1, 2.0**53 - 1]).tolist() == [0.07, 0.07, 0.07]
    assert Cyclic(lr=1.0, rise=1, fall=1, mode="triangular2")(1e6 + 1) < 1e-300
    assert Cyclic(lr=1.0, rise=1, fall=1, mode="exp_range", gamma=0.5)(1e6 + 1) == 0.0


REFUSED = [
    pytest.param(
        {"gamma": 0.5},
        "gamma: must be 1 in mode triangular, got 0.5; give mode=exp_range too",
        id="a factor that triangular does not use",
    ),
    pytest.param(
        {"gamma": 0.5, "mode": "triangular2"},
        "gamma: must be 1 in mode triangular2, got 0.5; give mode=exp_range too",
        id="a factor that triangular2 does not use",
    ),
    pytest.param(
        {"rise": 0.5, "fall": 0.25},
        "rise: must be at least one step together with fall, got 0.5",
        id="shorter than a step",
    ),
    pytest.param({"fall": 0}, "fall: must be a finite number above 0, got 0", id="no descent"),
    pytest.param({"min_lr": 0.2}, "min_lr: must be at most lr (0.1), got 0.2", id="upside down"),
    pytest.param({"mode": "sine"}, "mode: must be triangular, triangular2 or exp_range, got 'sine'", id="a mode"),
    pytest.param(
        {"mode": "exp_range", "gamma": 1.5},
        "gamma: must be a finite number above 0 and at most 1, got 1.5",
        id="growing heights",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Cyclic(**{"rise": 10, "fall": 10, **given})
    assert str(caught.value) == message


def test_its_pieces_are_climbs_and_descents() -> None:
    edges = [(0.0, 2.0), (2.0, 10.0), (10.0, 12.0), (12.0, 15.0)]
    assert Cyclic(rise=2, fall=8).pieces(15.0, 10) == [Piece(a, b, "smooth") for a, b in edges]
    row = Piece(0.0, 1e7, "cycles", 10.0, (Piece(0.0, 2.0, "smooth"), Piece(2.0, 10.0, "smooth")))
    assert Cyclic(rise=2, fall=8).pieces(1e7, 1000) == [row]


def test_a_factor_that_falls_faster_than_a_cycle_climbs_turns_it_on_the_way_up() -> None:
    # x e^(-x / 4) is highest at x = 4, in every cycle; there it is 4 / e of 10.
    schedule = Cyclic(lr=1.0, rise=10, fall=10, mode="exp_range", gamma=exp(-1 / 4))
    assert schedule.knots(40.0, 10) == pytest.approx((4.0, 10.0, 20.0, 24.0, 30.0), rel=1e-14)
    top = highest(schedule, 40.0)
    assert top.time == pytest.approx(4.0, rel=1e-14)
    assert top.rate == pytest.approx(0.4 / e, rel=1e-14)
    slow = Cyclic(lr=1.0, rise=10, fall=10, mode="exp_range", gamma=exp(-1 / 11))
    assert slow.knots(40.0, 10) == (10.0, 20.0, 30.0)


def test_a_million_cycles_sum_to_their_mean() -> None:
    # 0, 0.5, 1, 0.75, 0.5, 0.25 of 0.9 above 0.1
    schedule = Cyclic(lr=1.0, min_lr=0.1, rise=2, fall=4)
    assert total(schedule, 6 * 10**6) == pytest.approx((0.6 + 3.0 * 0.9) * 10**6, rel=1e-12)


PLANS = [
    pytest.param("cyclic", "0.01 to 0.1 and back, 20 epochs", "10 up, 10 down", id="default"),
    pytest.param("cyclic:rise=2,fall=8,min_lr=0", "0 to 0.1 and back, 10 epochs", "2 up, 8 down", id="uneven"),
    pytest.param(
        "cyclic:mode=triangular2",
        "0.01 to 0.1 and back, 20 epochs, half as high each time",
        "10 up, 10 down",
        id="triangular2",
    ),
    pytest.param("cyclic:mode=exp_range", "0.01 to 0.1 and back, 20 epochs, sinking", "10 up, 10 down", id="exp_range"),
    pytest.param("cyclic:rise=5 --lr 2", "0.2 to 2 and back, 10 epochs", "5 up, 5 down", id="fall as rise"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_says_its_cycle(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


def test_exp_range_leaves_a_tenth_of_the_height_at_the_end_of_the_run() -> None:
    plan = planned("cyclic:mode=exp_range,rise=8,fall=8,min_lr=0 --epochs 100 --steps-per-epoch 7")
    # epoch 100 is 4 into the seventh cycle: half up, a tenth as high
    assert plan.curves[0].schedule(700) == pytest.approx(0.1 * 0.5 * 0.1, rel=1e-12)
    assert plan.curves[0].params["gamma"] == pytest.approx(0.1**0.01, rel=1e-14)


@pytest.mark.parametrize("run", ["--steps 1", "--steps 2", "--epochs 1 --steps-per-epoch 7", "--steps 1e12"])
def test_it_works_at_any_length(run: str) -> None:
    plan = planned(f"cyclic {run}")
    assert plan.curves[0].schedule(0) == 0.01


def test_a_factor_for_another_mode_is_refused_where_it_was_said() -> None:
    with pytest.raises(RequestError) as caught:
        planned("cyclic:gamma=0.5")
    message = "curve 'cyclic:gamma=0.5': gamma: must be 1 in mode triangular, got '0.5'; give mode=exp_range too"
    assert str(caught.value) == message
