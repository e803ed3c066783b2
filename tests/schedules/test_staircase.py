"""The schedule ``staircase``: a schedule that moves only now and then."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cosine_cli.schedules.core.schedule import Schedule

HELD = [
    pytest.param(Linear(lr=1.0, total=100), id="linear"),
    pytest.param(Cosine(lr=1.0, total=77, min_lr=0.1), id="cosine"),
    pytest.param(Restarts(cycle=30, of=Cosine(lr=1.0, total=30)), id="restarts"),
    pytest.param(Warmup(warmup=13, of=Cosine(lr=1.0, total=60)), id="warmup"),
    pytest.param(Multistep(lr=1.0, milestones=(3, 17, 50)), id="multistep"),
]


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("every", [1, 5, 8])
def test_it_is_the_schedule_stepped_once_in_so_many_updates(held: Schedule, every: int) -> None:
    stepped = []
    for update in range(120):
        if update % every == 0:
            rate = float(held(update))
        stepped.append(rate)
    assert Staircase(every=every, of=held)(np.arange(120)).tolist() == stepped


@pytest.mark.parametrize("every", [0.1, 0.7, 1.1, 1 / 3, 391.0], ids=str)
def test_a_stair_begins_at_its_multiple_to_the_bit(every: float) -> None:
    schedule = Staircase(every=every, of=Linear(lr=1.0, total=5000 * every))
    numbers = np.arange(1, 2000)
    assert schedule(numbers * every).tolist() == schedule.of(numbers * every).tolist()
    before = np.nextafter(numbers * every, 0.0)
    assert schedule(before).tolist() == schedule.of((numbers - 1) * every).tolist()


TORCH = [
    pytest.param(
        "cosine once in 8 updates", Staircase(every=8, of=Cosine(lr=0.1, total=120, min_lr=0.001)), id="cosine"
    ),
    pytest.param(
        "exponential once in 5 updates", Staircase(every=5, of=Exponential(lr=0.1, gamma=0.9, per=5)), id="exponential"
    ),
    pytest.param(
        "restarts once in 4 updates",
        Staircase(every=4, of=Restarts(cycle=20, cycle_mult=2, of=Cosine(lr=0.1, total=20))),
        id="restarts",
    ),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_what_a_loop_gets_that_steps_pytorchs_scheduler_once_an_epoch(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Staircase
) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=1e-13)


def test_its_pieces_are_stairs_and_then_one_for_the_floor() -> None:
    schedule = Staircase(every=5, of=Linear(lr=1.0, total=12))
    edges = [0.0, 5.0, 10.0, 15.0, 40.0]
    assert schedule.pieces(40.0, 10) == [Piece(a, b, "flat") for a, b in pairwise(edges)]
    assert schedule.pieces(12.0, 10)[-1] == Piece(10.0, 12.0, "flat")


def test_too_many_stairs_are_a_row() -> None:
    stair = Piece(0.0, 5.0, "flat")
    schedule = Staircase(every=5, of=Linear(lr=1.0, total=100))
    assert schedule.pieces(100.0, 19) == [Piece(0.0, 100.0, "cycles", 5.0, (stair,))]
    assert len(schedule.pieces(100.0, 20)) == 20


def test_stairs_and_cycles_repeat_after_the_length_in_which_both_fit() -> None:
    schedule = Staircase(every=6, of=Restarts(cycle=4, of=Cosine(lr=1.0, total=4)))
    (row,) = schedule.pieces(1200.0, 10)
    assert row == Piece(0.0, 1200.0, "cycles", 12.0, (Piece(0.0, 6.0, "flat"), Piece(6.0, 12.0, "flat")))


def test_plateaus_that_are_stairs_already_stay_whole() -> None:
    """Each drop of a step decay is one plateau, however many stairs it takes."""
    held = Staircase(every=391.0, of=Step(lr=1.0, step_size=391_000.0))
    assert held.pieces(1e12, 100)[0] == Step(lr=1.0, step_size=391_000.0).pieces(1e12, 100)[0]


def test_plateaus_that_begin_between_stairs_are_taken_up_at_the_next() -> None:
    schedule = Staircase(every=10, of=Multistep(lr=1.0, milestones=(13, 17, 35), gamma=0.5))
    assert schedule([13, 17, 19.9, 20, 35, 39, 40]).tolist() == [1.0, 1.0, 1.0, 0.25, 0.25, 0.25, 0.125]
    assert [(piece.t0, piece.t1) for piece in schedule.pieces(60.0, 10)] == [(0, 20), (20, 40), (40, 60)]


def test_one_step_is_what_it_is_held_for_where_nothing_is_given() -> None:
    assert Staircase(of=Linear(lr=1.0, total=4))([0.5, 1, 1.5, 3.9]).tolist() == [1.0, 0.75, 0.75, 0.25]


def test_bounds_and_clock_are_those_of_what_is_held() -> None:
    held = Linear(lr=0.3, total=5, min_lr=0.1)
    assert (Staircase(of=held).peak, Staircase(of=held).floor) == (0.3, 0.1)
    assert Staircase(of=Step(step_size=3)).on_run_clock
    assert not Staircase(of=Constant(lr=0.1)).on_run_clock


def test_stairs_on_cycles_of_different_lengths_have_a_bound() -> None:
    held = Staircase(every=10.0, of=Restarts(cycle=100.0, cycle_mult=1.001, of=Cosine(lr=0.1, total=100.0)))
    pieces = held.pieces(1e6, 100)
    assert len(pieces) < 3000
    with pytest.raises(ParameterError, match="every: must not sample a curve of more than 5,000 cycles"):
        held.pieces(1e12, 100)
