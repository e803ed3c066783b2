"""The lowest and the highest rate in each column of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup


def test_a_line_is_bounded_by_the_rates_at_the_edges() -> None:
    low, high = envelope(Linear(lr=1.0, total=8), np.array([0.0, 2.0, 4.0, 8.0]))
    assert high.tolist() == [1.0, 0.75, 0.5]
    assert low == pytest.approx([0.75, 0.5, 0.0], abs=1e-14)


def test_a_peak_between_edges_is_kept() -> None:
    low, high = envelope(Warmup(warmup=5, of=Linear(lr=1.0, total=5)), np.array([0.0, 4.0, 6.0, 10.0]))
    assert high == pytest.approx([0.8, 1.0, 0.8], rel=1e-14)
    assert low == pytest.approx([0.0, 0.8, 0.0], abs=1e-14)


def test_a_drop_belongs_to_the_column_that_it_begins() -> None:
    low, high = envelope(Multistep(lr=1.0, milestones=(4, 5), gamma=0.5), np.array([0.0, 4.0, 8.0]))
    assert low.tolist() == [1.0, 0.25]
    assert high.tolist() == [1.0, 0.5]


@pytest.mark.parametrize("until", [1e5, 1e9, 1e12], ids=str)
def test_every_column_of_very_many_restarts_reaches_from_the_floor_to_the_peak(until: float) -> None:
    schedule = Restarts(cycle=7, of=Cosine(lr=0.1, total=7, min_lr=0.02))
    low, high = envelope(schedule, np.linspace(0.0, until, 501))
    assert low == pytest.approx(np.full(500, 0.02), rel=1e-3)
    assert high == pytest.approx(np.full(500, 0.1), rel=1e-12)


def test_a_column_within_one_of_very_many_cycles_shows_only_that_part() -> None:
    schedule = Restarts(cycle=100, of=Linear(lr=1.0, total=100))
    low, high = envelope(schedule, np.array([0.0, 50_020.0, 50_040.0, 50_130.0, 1e6]))
    assert low[1:3] == pytest.approx([0.6, 0.0], abs=1e-10)
    assert high[1:3] == pytest.approx([0.8, 1.0], rel=1e-10)


def test_plateaus_in_rows_are_those_that_the_column_cuts() -> None:
    schedule = Step(lr=1.0, step_size=1, gamma=0.999)
    low, high = envelope(schedule, np.array([0.0, 10.5, 20.5, 5000.0]))
    assert high == pytest.approx([1.0, 0.999**10, 0.999**20], rel=1e-13)
    assert low == pytest.approx([0.999**10, 0.999**20, 0.999**4999], rel=1e-13)


def test_what_lies_before_the_first_edge_is_in_no_column() -> None:
    low, high = envelope(Linear(lr=1.0, total=100), np.array([50.0, 60.0, 75.0]))
    assert high.tolist() == [0.5, 0.4]
    assert low == pytest.approx([0.4, 0.25], rel=1e-13)


def test_one_column_is_the_whole_curve() -> None:
    low, high = envelope(Warmup(warmup=3, of=Linear(lr=0.3, total=4)), np.array([0.0, 50.0]))
    assert (low.tolist(), high.tolist()) == ([0.0], [0.3])


@dataclass(frozen=True, kw_only=True)
class Ended(Schedule):
    """A curve that ends at 50, as one whose framework raises there."""

    lr: float = 0.5

    def formula(self, m: object, t: Rates) -> Rates:  # noqa: ARG002 - numpy is all that is asked for here
        return np.where(t < 50, 0.5, np.nan)


def test_a_curve_that_has_ended_is_nowhere() -> None:
    low, high = envelope(Ended(), np.array([0.0, 40.0, 60.0, 100.0]))
    assert low.tolist() == [0.5, 0.5, np.inf]
    assert high.tolist() == [0.5, 0.5, -np.inf]


def test_a_thousand_pieces_are_evaluated_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    whole = Step.__call__
    monkeypatch.setattr(Step, "__call__", lambda self, t: calls.append(1) or whole(self, t))
    envelope(Step(lr=1.0, step_size=1, gamma=0.999), np.linspace(0.0, 900.0, 145))
    assert len(calls) < 10
