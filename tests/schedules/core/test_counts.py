"""How many updates are at or above a level: as many as a look at each of them finds, at no cost of theirs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from schedules.core.test_sums import N, moved, waves

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.counts import count_at_least
from cosine_cli.schedules.core.sums import MOST_DIRECT
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule


def counted(schedule: Schedule, level: float, first: int, last: int) -> int:
    return int((schedule(np.arange(first, last)) >= level).sum())


EXACT = [
    pytest.param(Constant(lr=0.1), id="constant"),
    pytest.param(Cosine(lr=0.1, total=N), id="cosine"),
    pytest.param(Cosine(lr=0.1, total=N / 3 + 0.7, min_lr=0.01), id="cosine with a floor behind"),
    pytest.param(Polynomial(lr=0.1, total=N, power=0.1), id="a root"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, per=3e4, min_lr=1e-3), id="exponential to a floor"),
    pytest.param(Step(lr=0.1, step_size=1, gamma=0.9999), id="a drop at every step"),
    *(
        pytest.param(moved(ahead, every), id=f"stairs of {every} beside whole steps, {ahead}")
        for ahead in (9.999999999999998, 3.0000000000000004, 0.30000000000000004)
        for every in (1, 7, 300)
    ),
    pytest.param(Step(lr=0.1, step_size=0.5, gamma=0.99999), id="two drops at every step"),
    pytest.param(Step(lr=0.1, step_size=299.5, gamma=0.99), id="a drop between steps"),
    pytest.param(Multistep(lr=0.1, milestones=(1e4, 123_456.5)), id="milestones"),
    pytest.param(waves(10), id="many short waves"),
    pytest.param(waves(10, cycle_decay=0.9999), id="many short sinking waves"),
    pytest.param(waves(12.5, cycle_decay=0.9999), id="sinking waves that end between steps"),
    pytest.param(waves(1.1), id="waves that rounding moves"),
    pytest.param(waves(math.pi, cycle_decay=0.99999), id="waves of pi"),
    pytest.param(waves(97.123, cycle_decay=0.999), id="waves of 97.123"),
    pytest.param(waves(100, cycle_mult=1.01), id="growing waves"),
    pytest.param(Warmup(warmup=5000, of=waves(10)), id="a climb, then waves"),
    pytest.param(Staircase(every=100, of=Cosine(lr=0.1, total=N)), id="stairs"),
    pytest.param(Staircase(every=50, of=waves(260)), id="stairs across waves"),
    pytest.param(Sequence(of=(waves(10), Cosine(lr=0.1, total=1e5)), lengths=(1e5, 1e5)), id="a row and a decay"),
    pytest.param(Restarts(cycle=5000, cycle_decay=0.9, of=Step(lr=0.1, step_size=1, gamma=0.999)), id="rows in cycles"),
    pytest.param(Restarts(cycle=5000, cycle_mult=2, of=waves(3)), id="waves in growing cycles"),
]


@pytest.mark.parametrize("level", [0.003, 0.1 * 0.1, 0.05, 0.1])
@pytest.mark.parametrize("schedule", EXACT)
def test_a_count_is_that_of_a_look_at_each_update(schedule: Schedule, level: float) -> None:
    assert count_at_least(schedule, level, until=N) == counted(schedule, level, 0, N)
    assert count_at_least(schedule, level, after=776.5, until=MOST_DIRECT + 900) == counted(
        schedule, level, 777, 10_900
    )


def test_a_short_run_is_looked_at_update_by_update() -> None:
    schedule = Linear(lr=1.0, total=10)  # 1, 0.9, ..., 0.1
    assert count_at_least(schedule, 0.45, until=10) == 6
    assert count_at_least(schedule, 0.45, after=0.5, until=10) == 5
    assert count_at_least(schedule, 0.0, until=10) == 10
    assert count_at_least(schedule, 1.1, until=10) == 0
    assert count_at_least(schedule, 0.0, after=10, until=10) == 0


T = 10**12
BY_HAND = [  # counts among 10^12 updates, from the inverse of each formula
    pytest.param(Constant(lr=0.5), 0.5, T, id="constant, at it"),
    pytest.param(Constant(lr=0.5), 0.51, 0, id="constant, above it"),
    pytest.param(Linear(lr=1.0, total=T), 0.25, 3 * T // 4 + 1, id="linear"),
    pytest.param(Cosine(lr=1.0, total=T), 0.5, T // 2 + 1, id="cosine"),
    pytest.param(Cosine(lr=1.0, total=T), 0.1, math.floor(T * math.acos(-0.8) / math.pi) + 1, id="cosine, a tenth"),
    pytest.param(Step(lr=1.0, step_size=1, gamma=0.5), 2.0**-20, 21, id="halves"),
    pytest.param(Step(lr=1.0, step_size=T // 10, gamma=0.5), 0.2, 3 * T // 10, id="plateaus"),
    # Of ten steps of a wave, 0.1 cos^2(pi k / 20) is at or above a twentieth for k = 0..5.
    pytest.param(waves(10), 0.05 - 1e-12, 6 * T // 10, id="waves"),
    pytest.param(Restarts(cycle=10**6, of=Linear(lr=1.0, total=10**6)), 0.75, T // 4 + 10**6, id="a million lines"),
]


@pytest.mark.parametrize(("schedule", "level", "expected"), BY_HAND)
def test_a_count_among_very_many_updates_is_its_closed_form(schedule: Schedule, level: float, expected: int) -> None:
    assert count_at_least(schedule, level, until=T) == pytest.approx(expected, abs=2, rel=1e-13)


def test_very_many_very_long_cycles_that_sink_are_counted_in_fractions_of_a_step() -> None:
    # Line i falls from d^i to 0 over a million steps: it is at or above 1/2 for the part 1 - 1/2 d^-i of them.
    decay = 1 - 1e-6
    schedule = Restarts(cycle=10**6, cycle_decay=decay, of=Linear(lr=1.0, total=10**6))
    cycles = math.floor(math.log(0.5) / math.log(decay)) + 1
    parts = cycles - 0.5 * (decay**-cycles - 1) / (decay**-1 - 1)
    assert count_at_least(schedule, 0.5, until=T) == pytest.approx(parts * 10**6, rel=1e-6)


def test_a_very_long_run_asks_for_few_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, rate = [], Linear.rate
    monkeypatch.setattr(Linear, "rate", lambda schedule, t: asked.append(t.size) or rate(schedule, t))
    count_at_least(Linear(lr=1.0, total=T), 0.25, until=T)
    count_at_least(Restarts(cycle=10, cycle_decay=1 - 1e-9, of=Linear(lr=1.0, total=10)), 0.25, until=T)
    assert 0 < sum(asked) < 2000
