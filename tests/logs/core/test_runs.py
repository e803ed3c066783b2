"""Runs of one file."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.logs.core.runs import runs_by_rates, runs_of


def split(times: list[float], rates: list[float], tolerance: float = 1e-9) -> tuple[list[list[float]], int, int] | None:
    runs = runs_of(np.array(times), np.array(rates), np.full(len(times), tolerance))
    return runs and ([np.array(times)[rows].tolist() for rows in runs.rows], runs.repeated, runs.restarts)


@pytest.mark.parametrize(
    ("times", "rates", "runs", "repeated", "restarts"),
    [
        ([0, 1, 2], [3, 2, 1], [[0, 1, 2]], 0, 0),
        # Each row twice, as two processes write it.
        ([0, 0, 1, 1], [3, 3, 2, 2], [[0, 1]], 2, 0),
        # Resumed from an earlier step: the rows that are written again agree.
        ([0, 1, 2, 1, 2, 3], [5, 4, 3, 4, 3, 2], [[0, 1, 2, 3]], 2, 1),
        # The same run twice.
        ([0, 1, 2, 0, 1, 2], [5, 4, 3, 5, 4, 3], [[0, 1, 2]], 3, 1),
        # Another run: rates at the same step differ.
        ([0, 1, 2, 0, 1, 2], [5, 4, 3, 5, 9, 3], [[0, 1, 2], [0, 1, 2]], 0, 1),
        # Another run at other steps: nothing shows that it is the same.
        ([0, 10, 20, 30, 5, 15, 25], [5, 4, 3, 2, 5, 4, 3], [[0, 10, 20, 30], [5, 15, 25]], 0, 1),
        # Two runs that both have each row twice.
        ([0, 0, 1, 1, 0, 0, 1, 1], [5, 5, 4, 4, 9, 9, 8, 8], [[0, 1], [0, 1]], 4, 1),
        # A row that is written late.
        ([0, 10, 30, 20, 40], [5, 4, 2, 3, 1], [[0, 10, 20, 30, 40]], 0, 1),
        # Not a late row, as its rate is not between those around it.
        ([0, 10, 30, 20, 40], [5, 4, 2, 9, 8], [[0, 10, 30], [20, 40]], 0, 1),
    ],
)
def test_runs(times: list[float], rates: list[float], runs: list[list[float]], repeated: int, restarts: int) -> None:
    assert split(times, rates) == (runs, repeated, restarts)


def test_different_rates_at_the_same_time_are_not_a_run() -> None:
    assert split([0, 0, 1, 1], [5, 4, 3, 2]) is None


def test_another_rate_at_the_same_step_begins_a_run() -> None:
    runs = runs_by_rates(np.array([0, 1, 2, 2, 3.0]), np.array([5, 4, 3, 9, 8.0]), np.full(5, 1e-9))
    assert runs is not None
    assert [rows.tolist() for rows in runs.rows] == [[0, 1, 2], [3, 4]]


def test_rates_that_agree_to_their_digits_are_merged() -> None:
    assert split([0, 1, 1], [5, 4.001, 4.002], tolerance=0.0005) == ([[0, 1]], 1, 0)
