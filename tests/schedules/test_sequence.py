"""The schedule ``sequence``: one after the other."""

from __future__ import annotations

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
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.step import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cosine_cli.schedules.core.schedule import Schedule

STABLE_THEN_DOWN = Sequence(of=(Constant(lr=1.0), Linear(lr=1.0, total=20)), lengths=(80, 20))

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(79.9, 1.0, id="end of the first"),
    pytest.param(80, 1.0, id="start of the second"),
    pytest.param(85, 0.75, id="in the second"),
    pytest.param(100, 0.0, id="end of the second"),
    pytest.param(1e9, 0.0, id="long after"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_each_counts_from_its_own_start(t: float, expected: float) -> None:
    assert STABLE_THEN_DOWN(t) == expected


def test_a_part_may_be_cut_short() -> None:
    schedule = Sequence(of=(Linear(lr=1.0, total=100), Constant(lr=0.25)), lengths=(10, 1))
    assert schedule([9, 10, 11, 1000]).tolist() == [0.91, 0.25, 0.25, 0.25]


def test_the_last_goes_on_past_its_length() -> None:
    schedule = Sequence(of=(Constant(lr=1.0), Step(lr=1.0, step_size=10, gamma=0.5)), lengths=(5, 10))
    assert schedule([14, 15, 25, 35]).tolist() == [1.0, 0.5, 0.25, 0.125]


def test_moments_inside_a_part_count_from_its_start() -> None:
    schedule = Sequence(of=(Constant(lr=1.0), Multistep(lr=1.0, milestones=(3,), gamma=0.5)), lengths=(10, 10))
    assert schedule([3, 12, 13]).tolist() == [1.0, 1.0, 0.5]
    assert not schedule.on_run_clock


@pytest.mark.parametrize("lengths", [(0.1, 0.2, 0.3), (1 / 3, 1 / 3, 5), (7, 11, 13)], ids=str)
def test_the_boundary_belongs_to_what_begins_there(lengths: tuple[float, ...]) -> None:
    schedule = Sequence(of=tuple(Constant(lr=lr) for lr in (3.0, 2.0, 1.0)), lengths=lengths)
    starts = [lengths[0], lengths[0] + lengths[1]]
    assert schedule(starts).tolist() == [2.0, 1.0]
    assert schedule(np.nextafter(starts, 0.0)).tolist() == [3.0, 2.0]


REFUSED: list[object] = [
    pytest.param((), (), id="nothing"),
    pytest.param((Constant(lr=0.1),), (1, 2), id="more lengths"),
    pytest.param((Constant(lr=0.1), Constant(lr=0.2)), (1,), id="fewer lengths"),
    pytest.param((Constant(lr=0.1),), (0,), id="no length"),
    pytest.param((Constant(lr=0.1),), (float("inf"),), id="infinite"),
]


@pytest.mark.parametrize(("of", "lengths"), REFUSED)
def test_lengths_that_do_not_fit_are_refused(of: tuple[Schedule, ...], lengths: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError) as caught:
        Sequence(of=of, lengths=lengths)
    assert caught.value.name == "lengths"


def test_three_in_a_row_are_pytorchs_sequence(torch_rates: Callable[[str], NDArray[np.float64]]) -> None:
    parts = (Constant(lr=0.1), Exponential(lr=0.1, gamma=0.9), Step(lr=0.1, step_size=10, gamma=0.5))
    schedule = Sequence(of=parts, lengths=(20, 30, 71))
    assert schedule(np.arange(121)) == pytest.approx(torch_rates("three in a row"), rel=1e-12, abs=0.0)


def test_its_pieces_are_those_of_all_parts_cut_and_moved() -> None:
    schedule = Sequence(of=(Linear(lr=1.0, total=5), Cosine(lr=1.0, total=50)), lengths=(10, 20))
    assert schedule.pieces(100.0, 10) == [
        Piece(0.0, 5.0, "smooth"),
        Piece(5.0, 10.0, "flat"),
        Piece(10.0, 60.0, "smooth"),
        Piece(60.0, 100.0, "flat"),
    ]
    assert schedule.pieces(10.0, 10) == [Piece(0.0, 5.0, "smooth"), Piece(5.0, 10.0, "flat")]
    assert schedule.pieces(12.0, 10)[2:] == [Piece(10.0, 12.0, "smooth")]


def test_only_the_part_with_too_many_pieces_becomes_a_row() -> None:
    schedule = Sequence(of=(Step(lr=1.0, step_size=1), Linear(lr=1.0, total=5)), lengths=(100, 5))
    kinds = [piece.kind for piece in schedule.pieces(105.0, 20)]
    assert kinds == ["cycles", "smooth"]


def test_its_bounds_are_the_highest_and_the_lowest_of_all() -> None:
    schedule = Sequence(of=(Linear(lr=0.1, total=5, min_lr=0.01), Linear(lr=0.3, total=5, min_lr=0.02)), lengths=(5, 5))
    assert (schedule.peak, schedule.floor) == (0.3, 0.01)
