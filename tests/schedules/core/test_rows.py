"""Rows of very many cycles, of one length or of many: what is found of them is what a look at every update finds."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from cosine_cli.schedules.core.counts import count_at_least
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.jumps import largest_jump
from cosine_cli.schedules.core.pieces import Bounds, Piece, between
from cosine_cli.schedules.core.search import first_fall, highest, lowest
from cosine_cli.schedules.core.sums import MOST_UNEVEN, total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.cyclic import Cyclic
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

N = 3 * MOST_UNEVEN

LENGTHS = np.array([0.0, 2.0, 6.0, 14.0])
ROW = Piece(10.0, 24.0, "cycles", 2.0, (Piece(0.0, 1.0, "smooth"), Piece(1.0, 2.0, "flat")), Bounds(LENGTHS))
"""Three cycles of 2, 4 and 8 steps."""


def spans(pieces: list[Piece]) -> list[tuple[float, float, str]]:
    return [(piece.t0, piece.t1, piece.kind) for piece in pieces]


def test_cycles_of_different_lengths_are_stretched_copies() -> None:
    assert ROW.cycles == 3
    assert spans(list(ROW.cycle(0))) == [(10, 11, "smooth"), (11, 12, "flat")]
    assert spans(list(ROW.cycle(2))) == [(16, 20, "smooth"), (20, 24, "flat")]
    assert ROW.cycles_at(np.array([10.0, 11.9, 12.0, 15.9, 16.0])).tolist() == [0, 0, 1, 1, 2]
    assert ROW._replace(t1=16.0).cycles == 2
    assert ROW._replace(t1=16.5).cycles == 3


def test_they_move_and_stretch_together() -> None:
    assert spans(list(ROW.moved(5.0).cycle(1))) == [(17, 19, "smooth"), (19, 21, "flat")]
    assert spans(list(ROW.stretched(2.0).cycle(1))) == [(24, 28, "smooth"), (28, 32, "flat")]


def test_a_cut_row_begins_with_a_whole_cycle() -> None:
    cut = list(between([ROW], 13.0, 30.0))
    assert spans(cut) == [(13, 14, "smooth"), (14, 16, "flat"), (16, 24, "cycles")]
    assert spans(list(cut[-1].cycle(0))) == [(16, 20, "smooth"), (20, 24, "flat")]
    assert cut[-1].cycles == 1


def waves(cycle: float, mult: float, decay: float = 1.0) -> Restarts:
    of = Cosine(lr=0.1, total=cycle, min_lr=1e-3)
    return Restarts(cycle=cycle, cycle_mult=mult, cycle_decay=decay, of=of)


def lines(cycle: float, mult: float) -> Restarts:
    return Restarts(cycle=cycle, cycle_mult=mult, of=Linear(lr=0.1, total=cycle))


SCHEDULES = [
    pytest.param(waves(1.0, 1.0005), id="from one step on"),
    pytest.param(waves(10.5, 1.0005, 0.9999), id="lower and lower"),
    pytest.param(lines(3.0, 1.001), id="lines"),
    pytest.param(lines(1e4, 0.999), id="shorter and shorter"),
    pytest.param(Restarts(cycle=30, cycle_mult=1.0005, of=Step(lr=0.1, step_size=7, gamma=0.5)), id="stairs"),
    pytest.param(Restarts(cycle=30, cycle_mult=1.0005, of=Polynomial(lr=0.1, total=30, power=0.5)), id="roots"),
    pytest.param(Warmup(warmup=500, of=lines(30.0, 1.0005)), id="after a warmup"),
    pytest.param(Retime(stretch=3.7, ahead=100.0, of=lines(30.0, 1.0005)), id="on another clock"),
    pytest.param(Sequence(of=(Linear(lr=0.1, total=9), lines(30.0, 1.001)), lengths=(9.0, 1e9)), id="in a sequence"),
    pytest.param(Restarts(cycle=98.99, of=Step(lr=0.1, step_size=30, gamma=0.5)), id="of one length, joined"),
    pytest.param(Restarts(cycle=98.987654321, of=Step(lr=0.1, step_size=30, gamma=0.5)), id="of one odd length"),
    pytest.param(Cyclic(lr=0.1, min_lr=0.01, rise=98.99, fall=98.99), id="up and down"),
    pytest.param(Cyclic(lr=0.1, min_lr=0.01, rise=9998.99, fall=3.21), id="up slowly, down at once"),
]  # fmt: skip


@cache
def each(schedule: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return schedule(np.arange(float(N)))  # type: ignore[operator, no-any-return]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_sums_are_those_of_all_updates(schedule: Restarts) -> None:
    rates = each(schedule)
    assert total(schedule, N) == pytest.approx(float(np.sum(rates)), rel=1e-7)
    assert total(schedule, N, of=np.square) == pytest.approx(float(np.sum(rates**2)), rel=2e-6)


@pytest.mark.parametrize("schedule", SCHEDULES[:9])
def test_counts_are_those_of_all_updates(schedule: Restarts) -> None:
    assert count_at_least(schedule, 0.05, until=N) == np.count_nonzero(each(schedule) >= 0.05)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_extremes_are_those_of_all_updates(schedule: Restarts) -> None:
    rates = each(schedule)
    assert highest(schedule, N).rate >= rates.max() * (1 - 1e-12)
    assert lowest(schedule, after=0.0, until=N) <= rates.min() * (1 + 1e-12)
    low, high = envelope(schedule, np.linspace(0.0, N, 101))
    columns = rates[: N // 100 * 100]
    assert (high[:-1] >= columns.reshape(100, -1).max(axis=1)[:-1] * (1 - 1e-3)).all()
    assert (low[:-1] <= columns.reshape(100, -1).min(axis=1)[:-1] + 1e-4).all()


def test_the_first_fall_and_the_largest_jump_are_in_the_first_cycle() -> None:
    schedule = lines(10.0, 1.001)
    assert first_fall(schedule, 0.05, after=0.0, until=1e9) == pytest.approx(5.0)
    jump = largest_jump(schedule, 1e9)
    assert jump is not None
    assert (jump.time, jump.size) == (10.0, pytest.approx(0.1))


def test_lower_peaks_of_longer_cycles_fall_for_good_at_last() -> None:
    """In cycle 693 the peak, 0.999 as high each time, is below half of the first."""
    schedule = Restarts(cycle=10.0, cycle_mult=1.001, cycle_decay=0.999, of=Linear(lr=0.1, total=10.0))
    starts = np.cumsum(np.concatenate(([0.0], 10.0 * 1.001 ** np.arange(1000))))
    after = float(starts[693]) - 1e-3
    assert first_fall(schedule, 0.05, after=after, until=1e9) == pytest.approx(after)
    assert schedule(starts[692]) > 0.05 > schedule(starts[693] + 1e-6)


def test_a_sum_over_very_many_updates_is_that_of_the_means() -> None:
    """Each cycle has the mean of its wave, whatever its length."""
    run = 10**15
    schedule = Restarts(cycle=10.0, cycle_mult=1.0001, of=Cosine(lr=0.1, total=10.0))
    start = schedule.knots(1000, 1000)
    assert start is not None
    assert total(schedule, run) / run == pytest.approx(0.05, rel=1e-4)
    assert math.isfinite(total(schedule, 2**53))


@pytest.mark.parametrize("schedule", [waves(1.0, 1.0001), Cyclic(lr=0.1, min_lr=0.01, rise=98.99, fall=98.99)])
def test_a_very_long_run_asks_for_few_rates(schedule: Restarts, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    rate = type(schedule).rate

    def counted(self: Restarts, t: np.ndarray[tuple[int], np.dtype[np.float64]]) -> object:
        nonlocal asked
        asked += len(t)
        return rate(self, t)

    monkeypatch.setattr(type(schedule), "rate", counted)
    total(schedule, 2**53)
    assert asked < 3e7
