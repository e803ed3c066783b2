"""Stretches of a curve: moved, stretched, cut."""

from __future__ import annotations

import pytest

from cosine_cli.schedules.core.pieces import Piece, between
from cosine_cli.schedules.linear import Linear

UP, DOWN = Piece(0.0, 1.0, "smooth"), Piece(1.0, 3.0, "flat")
ROW = Piece(10.0, 22.0, "cycles", 3.0, (UP, DOWN))


def test_a_piece_moves_with_both_ends() -> None:
    assert DOWN.moved(2.5) == Piece(3.5, 5.5, "flat")
    assert ROW.moved(1.0) == Piece(11.0, 23.0, "cycles", 3.0, (UP, DOWN))


def test_a_piece_is_stretched_with_all_that_is_inside() -> None:
    inside = (Piece(0.0, 2.0, "smooth"), Piece(2.0, 6.0, "flat"))
    assert ROW.stretched(2.0) == Piece(20.0, 44.0, "cycles", 6.0, inside)


DECAYS = [
    pytest.param(10.0, 30.0, [Piece(0.0, 10.0, "smooth"), Piece(10.0, 30.0, "flat")], id="ends before"),
    pytest.param(30.0, 30.0, [Piece(0.0, 30.0, "smooth")], id="ends there"),
    pytest.param(40.0, 30.0, [Piece(0.0, 30.0, "smooth")], id="ends later"),
]


@pytest.mark.parametrize(("end", "until", "pieces"), DECAYS)
def test_a_decay_has_a_floor_where_it_ends_before_the_horizon(end: float, until: float, pieces: list[Piece]) -> None:
    assert Linear(lr=1.0, total=end).pieces(until, 10) == pieces


PLAIN = [Piece(0.0, 10.0, "smooth"), Piece(10.0, 20.0, "flat"), Piece(20.0, 30.0, "smooth")]
CUTS = [
    pytest.param(0.0, 30.0, PLAIN, id="all"),
    pytest.param(10.0, 20.0, [PLAIN[1]], id="one, exactly"),
    pytest.param(5.0, 25.0, [Piece(5.0, 10.0, "smooth"), PLAIN[1], Piece(20.0, 25.0, "smooth")], id="two of them cut"),
    pytest.param(12.0, 13.0, [Piece(12.0, 13.0, "flat")], id="within one"),
    pytest.param(30.0, 40.0, [], id="nothing behind"),
]


@pytest.mark.parametrize(("start", "stop", "pieces"), CUTS)
def test_pieces_are_cut_at_both_ends(start: float, stop: float, pieces: list[Piece]) -> None:
    assert list(between(PLAIN, start, stop)) == pieces


ROWS = [
    pytest.param(10.0, 22.0, [ROW], id="all"),
    pytest.param(0.0, 15.0, [ROW._replace(t1=15.0)], id="its end cut"),
    pytest.param(
        10.5, 22.0, [Piece(10.5, 11.0, "smooth"), Piece(11.0, 13.0, "flat"), ROW._replace(t0=13.0)], id="in its first"
    ),
    pytest.param(15.0, 22.0, [Piece(15.0, 16.0, "flat"), ROW._replace(t0=16.0)], id="in its second"),
    pytest.param(16.0, 20.0, [UP.moved(16.0), DOWN.moved(16.0), ROW._replace(t0=19.0, t1=20.0)], id="at a boundary"),
    pytest.param(16.5, 18.0, [Piece(16.5, 17.0, "smooth"), Piece(17.0, 18.0, "flat")], id="within one cycle"),
    pytest.param(20.0, 30.0, [Piece(20.0, 22.0, "flat")], id="in its last"),
]


@pytest.mark.parametrize(("start", "stop", "pieces"), ROWS)
def test_a_row_of_cycles_still_begins_with_a_whole_one_when_its_start_is_cut(
    start: float, stop: float, pieces: list[Piece]
) -> None:
    assert list(between([ROW], start, stop)) == pieces
