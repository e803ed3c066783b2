"""The schedule ``retime``: a schedule on another clock."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

LINE = Linear(lr=1.0, total=10)  # a rate is what is left of 10 steps
BY_HAND = [
    pytest.param(2, 0, [0, 5, 10, 20, 30], [1.0, 0.75, 0.5, 0.0, 0.0], id="twice as long"),
    pytest.param(0.5, 0, [0, 1, 2.5, 5, 6], [1.0, 0.8, 0.5, 0.0, 0.0], id="half as long"),
    pytest.param(1, 3, [0, 1, 7, 8], [0.7, 0.6, 0.0, 0.0], id="early"),
    pytest.param(1, -3, [0, 3, 4, 13], [1.0, 1.0, 0.9, 0.0], id="late"),
    pytest.param(2, -3, [0, 6, 8, 26], [1.0, 1.0, 0.9, 0.0], id="late by 3 of its own steps"),
    pytest.param(4, 5, [0, 4, 20], [0.5, 0.4, 0.0], id="early and longer"),
    pytest.param(1, 1e20, [0, 1, 100], [0.0, 0.0, 0.0], id="over before it begins"),
]


@pytest.mark.parametrize(("stretch", "ahead", "times", "expected"), BY_HAND)
def test_by_hand(stretch: float, ahead: float, times: list[float], expected: list[float]) -> None:
    assert Retime(stretch=stretch, ahead=ahead, of=LINE)(times) == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("ahead", [0.0, 2.5, -2.5], ids=str)
@pytest.mark.parametrize("stretch", [1.0, 3.0, 0.3], ids=str)
def test_it_is_its_schedule_at_other_times(stretch: float, ahead: float) -> None:
    times = np.linspace(0, 80, 161)
    inner = Warmup(warmup=5, of=Cosine(lr=0.3, total=20, min_lr=0.01))
    expected = [float(inner(max(t / stretch + ahead, 0.0))) for t in times]
    assert Retime(stretch=stretch, ahead=ahead, of=inner)(times).tolist() == expected


PIECES = [
    pytest.param(2, 0, [(0, 20, "smooth"), (20, 50, "flat")], id="longer"),
    pytest.param(1, 3, [(0, 7, "smooth"), (7, 50, "flat")], id="early"),
    pytest.param(2, -3, [(0, 6, "flat"), (6, 26, "smooth"), (26, 50, "flat")], id="late"),
    pytest.param(1, 10, [(0, 50, "flat")], id="just over"),
    pytest.param(1, -50, [(0, 50, "flat")], id="not yet begun"),
    pytest.param(1, -1e20, [(0, 50, "flat")], id="never to begin"),
    pytest.param(1, 1e20, [(0, 50, "flat")], id="so far ahead that no step is told from the next"),
]


@pytest.mark.parametrize(("stretch", "ahead", "pieces"), PIECES)
def test_its_pieces_are_moved_and_stretched(stretch: float, ahead: float, pieces: list[tuple[object, ...]]) -> None:
    assert Retime(stretch=stretch, ahead=ahead, of=LINE).pieces(50.0, 5) == [Piece(*one) for one in pieces]  # type: ignore[arg-type]


def test_a_row_of_cycles_that_has_begun_goes_on_with_its_next() -> None:
    stairs = Retime(stretch=2, ahead=1, of=Step(lr=1.0, step_size=3, gamma=0.9))
    stair = (Piece(0.0, 6.0, "flat"),)
    assert stairs.pieces(100.0, 2) == [Piece(0.0, 4.0, "flat"), Piece(4.0, 100.0, "cycles", 6.0, stair)]
    plateaus = Retime(stretch=2, ahead=1, of=Step(lr=1.0, step_size=3, gamma=0.9)).pieces(15.0, 20)
    assert [(piece.t0, piece.t1) for piece in plateaus] == [(0.0, 4.0), (4.0, 10.0), (10.0, 15.0)]


@pytest.mark.parametrize("ahead", [0.1, 1 / 3, 1e-17, -0.1, -1e-17, 29.9999999999], ids=str)
@pytest.mark.parametrize("stretch", [0.1, 1 / 3, 7.7], ids=str)
def test_pieces_meet_whatever_rounding_does(stretch: float, ahead: float) -> None:
    pieces = Retime(stretch=stretch, ahead=ahead, of=Step(lr=1.0, step_size=0.1, gamma=0.9)).pieces(3.0, 1000)
    assert (pieces[0].t0, pieces[-1].t1) == (0.0, 3.0)
    assert [piece.t1 for piece in pieces[:-1]] == [piece.t0 for piece in pieces[1:]]
    assert all(piece.t0 < piece.t1 for piece in pieces)


def test_its_sum_is_that_of_all_steps() -> None:
    schedule = Retime(stretch=4, ahead=-1000, of=Cosine(lr=0.1, total=10_000))
    assert total(schedule, 50_000) == pytest.approx(float(schedule(np.arange(50_000)).sum()), rel=1e-11)


RAMPS = [
    pytest.param(2, 0, 10.0, id="longer"),
    pytest.param(2, 3, 4.0, id="what is left"),
    pytest.param(2, 9, 0.0, id="over"),
    pytest.param(2, -3, 16.0, id="with the wait"),
]


@pytest.mark.parametrize(("stretch", "ahead", "ramp"), RAMPS)
def test_its_climb_is_the_one_inside_on_its_clock(stretch: float, ahead: float, ramp: float) -> None:
    assert Retime(stretch=stretch, ahead=ahead, of=Warmup(warmup=5, of=LINE)).warmup_length == ramp
    assert Retime(stretch=stretch, ahead=ahead, of=LINE).warmup_length == 0.0


def test_what_it_holds_fills_its_share_of_the_run() -> None:
    plan = planned("retime:stretch=2 retime:stretch=2,ahead=10 retime:ahead=-20 --epochs 100")
    lengths = [curve.schedule.inner.total for curve in plan.curves]  # type: ignore[union-attr]
    assert lengths == [50.0, 60.0, 80.0]
    assert [rule(curve, plan.clock) for curve in plan.curves] == ["to 0 at epoch 100"] * 3
    assert [brief(curve, plan.clock) for curve in plan.curves] == [""] * 3


AHEAD = [
    pytest.param("ahead=1ep", 10.0, id="an epoch"),
    pytest.param("ahead=1", 10.0, id="in the unit of the plan"),
    pytest.param("ahead=1st", 1.0, id="a step"),
    pytest.param("ahead=0.5st", 0.5, id="less than a step"),
    pytest.param("ahead=-1ep", -10.0, id="an epoch late"),
    pytest.param("ahead=-0.3ep", -3.0, id="a decimal fraction late"),
    pytest.param("ahead=10%", 20.0, id="a share of the run"),
    pytest.param("ahead=-10%", -20.0, id="a share of the run late"),
]


@pytest.mark.parametrize(("given", "steps"), AHEAD)
def test_ahead_is_a_time(given: str, steps: float) -> None:
    plan = planned(f"retime:{given},of=linear,total=20 --epochs 20 --steps-per-epoch 10")
    assert plan.curves[0].schedule == Retime(ahead=steps, of=Linear(lr=0.1, total=200))


def test_a_moved_clock_is_the_rate_an_epoch_later() -> None:
    plan = planned("retime:ahead=1ep,of=cosine,total=20 --epochs 20 --steps-per-epoch 10")
    inner = Cosine(lr=0.1, total=200)
    assert plan.curves[0].schedule(np.arange(200)).tolist() == inner(np.arange(200) + 10).tolist()


def test_a_clock_on_which_times_become_infinite_is_refused() -> None:
    assert Retime(stretch=1e-200, of=LINE)([0, 2.0**53]).tolist() == [1.0, 0.0]
    with pytest.raises(ParameterError) as caught:
        Retime(stretch=1e-320, of=LINE)
    assert str(caught.value) == "stretch: must be at least 1e-200, got 1e-320"
    with pytest.raises(RequestError, match="stretch: must be at least 1e-200, got '1e-320'"):
        planned("retime:stretch=1e-320,of=step")
