"""The schedule ``restarts``: a schedule again and again."""

from __future__ import annotations

from itertools import accumulate
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def line(cycle: float, **given: float) -> Restarts:
    """Return restarts of a line from 1 to 0: a rate is what is left of its cycle."""
    return Restarts(cycle=cycle, of=Linear(lr=1.0, total=cycle), **given)  # type: ignore[arg-type]


BY_HAND = [
    pytest.param(line(10), 9, 0.1, id="last step of the first"),
    pytest.param(line(10), 10, 1.0, id="first restart"),
    pytest.param(line(10), 1_234_567, 0.3, id="far away"),
    pytest.param(line(10, cycle_mult=2), 29, 0.05, id="twice as long: last step"),
    pytest.param(line(10, cycle_mult=2), 30, 1.0, id="twice as long: third cycle"),
    pytest.param(line(10, cycle_mult=2), 50, 0.5, id="twice as long: middle of the third"),
    pytest.param(line(8, cycle_mult=1.5), 8 + 12 + 9, 0.5, id="half as long again"),
    pytest.param(line(8, cycle_mult=0.5), 8 + 4, 1.0, id="half as long: third cycle of 2 steps"),
    pytest.param(line(8, cycle_mult=0.5), 8 + 4 + 2 + 0.75, 0.25, id="half as long: last cycle of 1 step"),
    pytest.param(line(8, cycle_mult=0.5), 15, 0.0, id="half as long: no cycle is shorter than a step"),
    pytest.param(line(10, cycle_decay=0.5), 10, 0.5, id="half as high"),
    pytest.param(line(10, cycle_decay=0.5), 25, 0.125, id="half as high: middle of the third"),
    pytest.param(line(10, cycles=2), 19.5, 0.05, id="two cycles: the end of the second"),
    pytest.param(line(10, cycles=2), 20, 0.0, id="two cycles: the floor"),
    pytest.param(line(10, cycles=2), 25, 0.0, id="two cycles: after the end"),
    pytest.param(line(10, cycles=1), 10, 0.0, id="one cycle is no restart"),
]


@pytest.mark.parametrize(("schedule", "t", "expected"), BY_HAND)
def test_it_begins_again_at_each_boundary(schedule: Restarts, t: float, expected: float) -> None:
    assert schedule(t) == pytest.approx(expected, rel=1e-13)


BOUNDARIES = [
    pytest.param(cycle, mult, boundary, id=f"{cycle} times {mult}: {boundary}")
    for cycle, mult, boundary in [(5, 3, 605), (1, 3, 121), (5, 3, 20), (7, 3, 847), (3, 10, 333), (1, 10, 11111)]
]


@pytest.mark.parametrize(("cycle", "mult", "boundary"), BOUNDARIES)
def test_a_boundary_that_a_logarithm_rounds_away_is_a_peak(cycle: float, mult: float, boundary: float) -> None:
    schedule = Restarts(cycle=cycle, cycle_mult=mult, of=Cosine(lr=0.1, total=cycle, min_lr=0.001))
    assert boundary in list(accumulate(cycle * mult**i for i in range(12)))
    assert schedule(boundary) == 0.1
    assert schedule(boundary - 1e-6) == pytest.approx(0.001, rel=1e-6)


@pytest.mark.parametrize("mult", [2, 3, 10, 1.5, 0.75], ids=str)
@pytest.mark.parametrize("cycle", [1, 3, 5, 7, 64, 1000], ids=str)
def test_every_boundary_is_a_peak_to_the_bit(cycle: float, mult: float) -> None:
    lengths = [cycle * mult**i for i in range(14) if cycle * mult**i >= 1.0]
    starts = [0.0, *accumulate(lengths)][:-1]
    schedule = Restarts(cycle=cycle, cycle_mult=mult, of=Cosine(lr=0.3, total=cycle, min_lr=0.07))
    assert set(schedule(starts).tolist()) == {0.3}
    assert (schedule(np.nextafter(starts[1:], 0.0)) < 0.0701).all()


@pytest.mark.parametrize("cycle", [1.1, 2.2, 3.3, 7.0, 10.1, 391.0], ids=str)
def test_cycles_of_one_length_begin_at_its_multiples_to_the_bit(cycle: float) -> None:
    schedule = Restarts(cycle=cycle, of=Cosine(lr=0.3, total=cycle, min_lr=0.07))
    starts = np.arange(1, 3000) * cycle
    assert set(schedule(starts).tolist()) == {0.3}
    assert (schedule(np.nextafter(starts, 0.0)) < 0.0701).all()


def test_after_the_last_cycle_the_floor_is_exact_for_any_rates() -> None:
    rng = np.random.default_rng(5)
    for peak, share, decay in zip(10 ** rng.uniform(-6, 1, 2000), rng.random(2000), rng.random(2000), strict=True):
        lr, min_lr = float(peak), float(peak * share)
        inner = Cosine(lr=lr, total=10, min_lr=min_lr)
        schedule = Restarts(cycle=10, cycle_decay=float(decay) or 1.0, cycles=3, of=inner)
        assert schedule([0, 30, 31, 1e9]).tolist() == [lr, min_lr, min_lr, min_lr]


def test_the_floor_holds_when_the_peaks_have_sunk_below_it() -> None:
    schedule = Restarts(cycle=10, cycle_decay=0.1, of=Cosine(lr=1.0, total=10, min_lr=0.05))
    assert schedule([10, 20, 30]) == pytest.approx([0.1, 0.05, 0.05], rel=1e-14)
    assert schedule([15, 25, 29]) == pytest.approx([0.075, 0.05, 0.05], rel=1e-14)


def test_only_what_is_above_the_floor_sinks() -> None:
    # m + (f - m) (b d - m) / (b - m) with f = 0.55 in the middle, m = 0.1, b = 1, d = 0.5
    schedule = Restarts(cycle=10, cycle_decay=0.5, of=Linear(lr=1.0, total=10, min_lr=0.1))
    assert schedule(15) == pytest.approx(0.1 + 0.45 * 0.4 / 0.9, rel=1e-14)


def test_a_schedule_without_room_between_peak_and_floor_stays_there() -> None:
    schedule = Restarts(cycle=10, cycle_decay=0.5, of=Cosine(lr=0.1, total=10, min_lr=0.1))
    assert schedule([0, 15, 1000]).tolist() == [0.1, 0.1, 0.1]


def test_a_cycle_that_ends_early_or_late_for_its_schedule_is_cut_or_held() -> None:
    short = Restarts(cycle=10, of=Linear(lr=1.0, total=20))
    assert short([9, 10]) == pytest.approx([0.55, 1.0], rel=1e-15)
    long = Restarts(cycle=10, of=Linear(lr=1.0, total=5))
    assert long([7, 10, 12.5]).tolist() == [0.0, 1.0, 0.5]


def test_a_cycle_may_have_its_own_warmup() -> None:
    schedule = Restarts(cycle=10, cycle_mult=2, cycles=2, of=Warmup(warmup=5, of=Linear(lr=1.0, total=5)))
    assert schedule([0, 2.5, 5, 10, 15, 20, 25, 30]).tolist() == [0, 0.5, 1, 0, 0.5, 1, 0.5, 0]


def test_too_many_cycles_of_different_lengths_are_refused() -> None:
    with pytest.raises(ParameterError, match="must leave at most 1,000,000 cycles") as caught:
        Restarts(cycle=1, cycle_mult=1.0000000001, of=Constant(lr=0.1))
    assert caught.value.name == "cycle_mult"
    assert Restarts(cycle=1, cycle_mult=1.0000000001, cycles=1000, of=Constant(lr=0.1))(5000) == 0.1


def test_cycles_that_grow_without_end_stop_where_floats_do() -> None:
    assert Restarts(cycle=1, cycle_mult=1000, of=Cosine(lr=0.1, total=1))(1e15) <= 0.1


TORCH = [
    pytest.param("restarts", Restarts(cycle=10, of=Cosine(lr=0.1, total=10)), id="of 10"),
    pytest.param("restarts to a floor", Restarts(cycle=7, of=Cosine(lr=0.1, total=7, min_lr=1e-3)), id="to a floor"),
    pytest.param(
        "restarts, twice as long", Restarts(cycle=10, cycle_mult=2, of=Cosine(lr=0.1, total=10)), id="twice as long"
    ),
    pytest.param(
        "restarts, three times as long",
        Restarts(cycle=5, cycle_mult=3, of=Cosine(lr=0.1, total=5, min_lr=0.01)),
        id="three times as long",
    ),
]


@pytest.mark.parametrize(("case", "schedule"), TORCH)
def test_it_is_pytorchs_warm_restarts(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, schedule: Restarts
) -> None:
    assert schedule(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=0.0)


def test_sgdr_is_at_half_its_height_in_the_middle_of_each_cycle() -> None:
    # Loshchilov & Hutter, eq. 5, with T_0 = 10, T_mult = 2 and the angles of 45 and 90 degrees.
    schedule = Restarts(cycle=10, cycle_mult=2, of=Cosine(lr=0.05, total=10))
    assert schedule([2.5, 5, 15, 20, 40, 50]) == pytest.approx(
        0.05 * np.array([(2 + sqrt(2)) / 4, 0.5, (2 + sqrt(2)) / 4, 0.5, (2 + sqrt(2)) / 4, 0.5]), rel=1e-14
    )


def test_its_pieces_are_those_of_every_cycle() -> None:
    schedule = Restarts(cycle=10, cycle_mult=2, cycles=2, of=Linear(lr=1.0, total=5))
    assert schedule.pieces(40.0, 10) == [
        Piece(0.0, 5.0, "smooth"),
        Piece(5.0, 10.0, "flat"),
        Piece(10.0, 20.0, "smooth"),
        Piece(20.0, 30.0, "flat"),
        Piece(30.0, 40.0, "flat"),
    ]


def test_too_many_cycles_of_one_length_are_a_row_with_the_floor_behind() -> None:
    inside = (Piece(0.0, 5.0, "smooth"), Piece(5.0, 10.0, "flat"))
    schedule = Restarts(cycle=10, cycles=6, of=Linear(lr=1.0, total=5))
    row = Piece(0.0, 60.0, "cycles", 10.0, inside)
    assert schedule.pieces(100.0, 11) == [row, Piece(60.0, 100.0, "flat")]
    assert len(schedule.pieces(100.0, 12)) == 13


def test_once_its_peaks_are_at_the_floor_it_is_one_piece() -> None:
    schedule = Restarts(cycle=10, cycle_decay=0.5, of=Cosine(lr=1.0, total=10, min_lr=0.1))  # 1, 0.5, 0.25, 0.125, 0.1
    row, floor = schedule.pieces(1000.0, 3)
    assert (row.kind, row.period, floor.kind, floor.t1) == ("cycles", 10.0, "flat", 1000.0)
    assert 40.0 <= row.t1 == floor.t0 <= 50.0


def test_a_row_inside_a_longer_cycle_is_stretched_with_it() -> None:
    schedule = Restarts(cycle=10, cycle_mult=2, cycles=2, of=Step(lr=1.0, step_size=1, gamma=0.9))
    first, second = schedule.pieces(30.0, 5)
    assert first == Piece(0.0, 10.0, "cycles", 1.0, (Piece(0.0, 1.0, "flat"),))
    assert second == Piece(10.0, 30.0, "cycles", 2.0, (Piece(0.0, 2.0, "flat"),))


def test_peak_and_floor_are_those_of_its_schedule_and_its_clock_is_its_own() -> None:
    inner = Sequence(of=(Constant(lr=0.3), Linear(lr=0.5, total=5, min_lr=0.1)), lengths=(5, 5))
    schedule = Restarts(cycle=10, of=inner)
    assert (schedule.peak, schedule.floor) == (0.5, 0.0)
    assert not Restarts(cycle=10, of=Step(step_size=2)).on_run_clock
