"""Curves that end: what is computed over a run, against the rates themselves, update by update."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from cosine_cli.frameworks.torch.cycles import CyclicLR, OneCycleLR
from cosine_cli.frameworks.torch.decays import ConstantLR
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.counts import count_at_least
from cosine_cli.schedules.core.envelope import envelope
from cosine_cli.schedules.core.jumps import largest_jump
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import first_fall, highest, lowest
from cosine_cli.schedules.core.slopes import slopes
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.warmup import Warmup

CYCLE = OneCycleLR(total_steps=60)
"""It has rates for updates 0 to 60."""

SHORT = OneCycleLR(total_steps=9)
"""It has rates for updates 0 to 9: all of 10 updates."""

ENDED = [
    pytest.param(CYCLE, 60, id="one"),
    pytest.param(ConstantLR(factor=0.0, total_iters=1.0), 0, id="after the first update"),
    pytest.param(CyclicLR(base_lr=0.01, step_size_up=2.0, mode="triangular2"), 4095, id="a row of cycles"),
    pytest.param(Scale(factor=2.0, of=CYCLE), 60, id="scaled"),
    pytest.param(Retime(stretch=0.5, ahead=3.0, of=CYCLE), 28, id="retimed"),
    pytest.param(Warmup(warmup=5.0, of=CYCLE), 65, id="behind a warmup"),
    pytest.param(Staircase(every=7.0, of=Retime(stretch=7.0, of=CYCLE)), 426, id="on stairs"),
    pytest.param(Sequence(of=(SHORT, CYCLE), lengths=(10.0, 90.0)), 70, id="behind one that lasts for its updates"),
    pytest.param(Sequence(of=(CYCLE, Constant()), lengths=(70.0, 30.0)), 60, id="before its time is over"),
    pytest.param(Restarts(cycle=100.0, of=CYCLE), 60, id="in its first cycle"),
    pytest.param(Restarts(cycle=10.0, cycles=3, of=SHORT), 29, id="with its last cycle"),
]


@pytest.mark.parametrize(("schedule", "last"), ENDED)
def test_behind_the_last_update_there_is_no_rate(schedule: Schedule, last: int) -> None:
    assert math.floor(schedule.ends) == last
    rates = schedule(np.arange(last + 100.0))
    assert np.isfinite(rates[: last + 1]).all()
    assert np.isnan(rates[last + 1 :]).all()
    assert np.isnan(schedule(last + 1e9))


@pytest.mark.parametrize(("schedule", "last"), ENDED)
@pytest.mark.parametrize("longer", [1, 40, 20_000])
def test_what_is_computed_over_a_run_is_over_the_updates_with_a_rate(
    schedule: Schedule, last: int, longer: int
) -> None:
    run = last + longer
    rates = schedule(np.arange(last + 1.0))
    level = rates.max() / 3.0
    assert schedule.updates_with_rate(run) == last + 1
    assert total(schedule, run) == pytest.approx(math.fsum(rates.tolist()), rel=1e-9)
    assert count_at_least(schedule, level, until=run) == (rates >= level).sum()
    found = highest(schedule, run)
    assert found.rate >= rates.max()
    assert schedule(found.time) == pytest.approx(found.rate)
    assert lowest(schedule, after=0.0, until=run) <= rates.min()
    fall = first_fall(schedule, level, after=found.time, until=run)
    assert fall is None or fall <= schedule.ends
    assert all(slope is None or math.isfinite(slope) for slope in slopes(schedule, run))
    jump = largest_jump(schedule, run)
    assert jump is None or (math.isfinite(jump.size) and jump.time <= schedule.ends)


@pytest.mark.parametrize(("schedule", "last"), ENDED)
def test_pieces_to_the_end_are_those_with_rates(schedule: Schedule, last: int) -> None:
    pieces = schedule.pieces_to_end(last + 50.0, 10_000)
    assert (pieces[0].t0, pieces[-1].t1) == (0.0, math.nextafter(schedule.ends, math.inf))
    assert all(a.t1 == b.t0 for a, b in pairwise(pieces))
    assert schedule.pieces_to_end(1.0, 100)[-1].t1 == (1.0 if last else math.nextafter(0.0, 1.0))


def test_columns_behind_the_end_are_empty() -> None:
    low, high = envelope(CYCLE, np.linspace(0.0, 100.0, 6))
    assert np.isfinite(low[:4]).all()  # from 60 to 80 there is the rate at 60 alone
    assert low[3] == high[3] == CYCLE(60.0)
    assert (low[4], high[4]) == (math.inf, -math.inf)


def test_the_first_moment_without_a_rate_is_a_knot() -> None:
    assert CYCLE.knots(100.0, 32) == (17.0, 59.0, math.nextafter(60.0, 61.0))
    assert CYCLE.knots(50.0, 32) == (17.0,)


def test_why_it_ends_is_said_by_whatever_it_is_made_into() -> None:
    raised = "PyTorch raises ValueError: Tried to step 61 times. The specified number of total steps is 60"
    wrapped: list[Schedule] = [CYCLE, Scale(of=CYCLE), Staircase(every=2.0, of=Retime(stretch=2.0, of=CYCLE))]
    wrapped.append(Sequence(of=(SHORT, CYCLE), lengths=(10.0, 90.0)))
    assert [one.why_it_ends for one in wrapped] == [raised] * 4
    assert Constant().why_it_ends == ""
