"""Curves that are only known by stepping: lines from rate to rate, cut where they turn, bend or jump."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from cosine_cli.errors import ParameterError
from cosine_cli.frameworks.core.stepped import MOST_STEPS, Stepped


def stepped(*changes: float) -> Stepped:
    """Return a curve from 100 on with these changes, and none behind them."""
    return Stepped(itertools.accumulate((*changes, *itertools.repeat(0.0, 3000)), initial=100.0), name="it")


def cuts(curve: Stepped, until: float) -> list[tuple[float, str]]:
    return [(piece.t0, piece.kind) for piece in curve.pieces(until)]


@pytest.mark.parametrize("ratio", [1.5, 2.0, 2.9])
@pytest.mark.parametrize("steeper", [False, True])
def test_where_a_line_bends_a_piece_ends(ratio: float, *, steeper: bool) -> None:
    first, second = (-1.0, -ratio) if steeper else (-ratio, -1.0)
    curve = stepped(*[first] * 10, *[second] * 10)
    assert cuts(curve, 20.0) == [(0.0, "smooth"), (10.0, "smooth")]


@pytest.mark.parametrize("gamma", [0.9, 0.85, 1.15])
def test_what_changes_by_and_by_is_one_piece(gamma: float) -> None:
    curve = stepped(*(-(gamma**k) for k in range(30)))
    assert cuts(curve, 30.0) == [(0.0, "smooth")]


def test_turns_jumps_and_plateaus_are_cut() -> None:
    curve = stepped(*[-1.0] * 5, *[1.0] * 5, *[0.0] * 5, -50.0, *[0.0] * 5)
    assert cuts(curve, 21.0) == [(0.0, "smooth"), (5.0, "smooth"), (10.0, "flat"), (15.0, "flat"), (16.0, "flat")]
    assert curve.at(np.array([2.5, 15.0, 15.999, 16.0])).tolist() == [97.5, 100.0, 100.0, 50.0]


def test_behind_the_last_rate_there_is_none() -> None:
    curve = Stepped(iter([1.0, 0.5]), name="it")
    assert curve.at(np.array([0.0, 1.0, 2.0])).tolist() == pytest.approx([1.0, 0.5, math.nan], nan_ok=True)


def test_nothing_is_stepped_for_hours() -> None:
    with pytest.raises(ParameterError, match="it: is limited to 10,000,000 calls"):
        stepped(-1.0).at(np.array([MOST_STEPS + 5000.0]))
