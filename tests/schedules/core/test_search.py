"""Where a curve is highest, and where it first falls to a level."""

from __future__ import annotations

from math import acos, log, pi
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.search import Point, first_fall, highest, lowest
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

LONG = 1e12

HIGHEST = [
    pytest.param(Constant(lr=0.1), 100, Point(0.0, 0.1), id="the first of equals"),
    pytest.param(Warmup(warmup=5, of=Cosine(lr=0.1, total=95)), 100, Point(5.0, 0.1), id="end of a climb"),
    pytest.param(Warmup(warmup=500, of=Constant(lr=1.0)), 250, Point(250.0, 0.5), id="still climbing"),
    pytest.param(
        Sequence(of=(Constant(lr=0.1), Constant(lr=0.3), Constant(lr=0.2)), lengths=(5, 5, 5)),
        15,
        Point(5.0, 0.3),
        id="in the middle",
    ),
    pytest.param(
        Sequence(of=(Warmup(warmup=10, of=Constant(lr=0.4)), Constant(lr=0.1)), lengths=(10, 5)),
        15,
        Point(10.0, 0.4),
        id="just before a drop",
    ),
    pytest.param(
        Restarts(cycle=10, cycle_decay=0.9, of=Warmup(warmup=4, of=Linear(lr=0.2, total=6))),
        LONG,
        Point(4.0, 0.2),
        id="in the first of very many cycles",
    ),
    pytest.param(
        Restarts(cycle=5000, of=Restarts(cycle=2, of=Warmup(warmup=0.5, of=Linear(lr=0.2, total=1.5)))),
        LONG,
        Point(0.5, 0.2),
        id="in cycles of cycles",
    ),
]


@pytest.mark.parametrize(("schedule", "until", "point"), HIGHEST)
def test_the_highest_point_is_the_first_of_its_height(schedule: Schedule, until: float, point: Point) -> None:
    found = highest(schedule, until)
    assert found == pytest.approx(point, rel=1e-15)


LOWEST = [
    pytest.param(Linear(lr=1.0, total=100), 0, 100, 0.0, id="the end"),
    pytest.param(Warmup(warmup=10, of=Constant(lr=0.5)), 0, 100, 0.0, id="the start"),
    pytest.param(Warmup(warmup=10, of=Constant(lr=0.5)), 10, 100, 0.5, id="behind the start"),
    pytest.param(Step(lr=1.0, step_size=50, gamma=0.5), 0, 100, 0.25, id="at the horizon"),
    pytest.param(Restarts(cycle=10, of=Linear(lr=1.0, total=20)), 0, LONG - 9, 0.5, id="a last cycle cut off"),
    pytest.param(
        Restarts(cycle=10, cycle_decay=0.999, of=Linear(lr=1.0, total=20)),
        0,
        20_005,
        0.5 * 0.999**1999,
        id="of sinking cycles the last whole one",
    ),
]


@pytest.mark.parametrize(("schedule", "after", "until", "rate"), LOWEST)
def test_the_lowest_rate(schedule: Schedule, after: float, until: float, rate: float) -> None:
    assert lowest(schedule, after=after, until=until) == pytest.approx(rate, rel=1e-12, abs=1e-12)


FALLS = [
    pytest.param(Linear(lr=1.0, total=100), 0.25, 0, 100, 75.0, id="a line"),
    pytest.param(Cosine(lr=1.0, total=100), 0.2, 0, 100, 100 * acos(-0.6) / pi, id="a wave"),
    pytest.param(Exponential(lr=1.0, gamma=0.5, per=10), 0.3, 0, 100, 10 * log(0.3) / log(0.5), id="a factor"),
    pytest.param(Step(lr=1.0, step_size=30, gamma=0.5), 0.3, 0, 100, 60.0, id="a drop"),
    pytest.param(Step(lr=1.0, step_size=30, gamma=0.5), 0.25, 0, 100, 60.0, id="a drop to the level itself"),
    pytest.param(Step(lr=1.0, step_size=30, gamma=0.5), 0.24, 0, 90, 90.0, id="a drop at the horizon"),
    pytest.param(Step(lr=1.0, step_size=30, gamma=0.5), 0.24, 0, 89, None, id="a drop behind the horizon"),
    pytest.param(Linear(lr=1.0, total=100), 0.0, 0, 100, 100.0, id="the end"),
    pytest.param(Linear(lr=1.0, total=100), 0.25, 80, 100, 80.0, id="fallen before"),
    pytest.param(Linear(lr=1.0, total=100), 2.0, 0, 100, 0.0, id="never above"),
    pytest.param(Constant(lr=1.0), 0.5, 0, 100, None, id="never"),
    pytest.param(Warmup(warmup=10, of=Linear(lr=1.0, total=10)), 0.5, 10, 100, 15.0, id="after a climb"),
    pytest.param(Warmup(warmup=10, of=Linear(lr=1.0, total=10)), 0.5, 0, 100, 0.0, id="before a climb"),
    pytest.param(Restarts(cycle=10, of=Linear(lr=1.0, total=20)), 0.75, 8, 100, 8.0, id="low in a cycle"),
    pytest.param(Restarts(cycle=10, of=Linear(lr=1.0, total=20)), 0.75, 10, 100, 15.0, id="in the next cycle"),
    pytest.param(Multistep(lr=1.0, milestones=(3.5,), gamma=0.5), 0.5, 0, 10, 3.5, id="between steps"),
]


@pytest.mark.parametrize(("schedule", "level", "after", "until", "expected"), FALLS)
def test_the_first_fall_is_where_it_is_by_hand(
    schedule: Schedule, level: float, after: float, until: float, expected: float | None
) -> None:
    found = first_fall(schedule, level, after=after, until=until)
    assert found == (None if expected is None else pytest.approx(expected, rel=1e-14))


def test_a_fall_to_the_level_itself_is_at_the_drop_to_the_bit() -> None:
    assert first_fall(Step(lr=1.0, step_size=30, gamma=0.5), 0.25, after=0, until=100) == 60.0
    assert first_fall(Step(lr=1.0, step_size=1, gamma=0.5), 2.0**-40, after=0, until=1e6) == 40.0


FAR = [
    pytest.param(Step(lr=1.0, step_size=1, gamma=0.999999), 0.5, LONG, 693147.0, id="a drop at every step"),
    pytest.param(
        Restarts(cycle=10, cycle_decay=0.999, of=Constant(lr=1.0)), 0.5, LONG, 6930.0, id="cycles that sink: the 693rd"
    ),
    pytest.param(Linear(lr=1.0, total=LONG), 0.5, LONG, LONG / 2, id="a line"),
    pytest.param(
        Staircase(every=1000, of=Linear(lr=1.0, total=LONG)), 0.25, LONG, 0.75 * LONG, id="stairs that go down"
    ),
    pytest.param(
        Restarts(cycle=3000, of=Restarts(cycle=2, of=Linear(lr=1.0, total=2))), 0.25, 3e6 + 3e4, 1.5, id="inner cycles"
    ),
]


@pytest.mark.parametrize(("schedule", "level", "until", "expected"), FAR)
def test_a_fall_in_very_many_cycles_is_found(schedule: Schedule, level: float, until: float, expected: float) -> None:
    assert first_fall(schedule, level, after=0, until=until) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("until", [15_000, 15_001, 15_005, 15_009], ids=str)
def test_a_last_cycle_that_is_cut_off_hides_no_fall(until: float) -> None:
    # Each line ends its cycle at half its peak; peaks sink by 0.9999: 0.49 is first reached in cycle 203.
    schedule = Restarts(cycle=10, cycle_decay=0.9999, of=Linear(lr=1.0, total=20))
    index = next(i for i in range(2000) if 0.5 * 0.9999**i < 0.49)
    expected = 10 * index + 20 * (1 - 0.49 / 0.9999**index)
    assert first_fall(schedule, 0.49, after=0, until=until) == pytest.approx(expected, rel=1e-12)


def test_the_rate_at_a_fall_is_at_the_level_and_before_it_above() -> None:
    schedule = Cosine(lr=0.3, total=1234.5, min_lr=0.01)
    for level in np.linspace(0.011, 0.299, 50):
        time = first_fall(schedule, float(level), after=0, until=2000)
        assert time is not None
        assert schedule(time) <= level < schedule(time * (1 - 1e-12))


def test_a_search_in_very_many_cycles_asks_for_few_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, rate = [], Step.rate
    monkeypatch.setattr(Step, "rate", lambda schedule, t: asked.append(t.size) or rate(schedule, t))
    schedule = Step(lr=1.0, step_size=1, gamma=1 - 1e-9)
    first_fall(schedule, 0.5, after=0, until=LONG)
    highest(schedule, LONG)
    assert 0 < sum(asked) < 1000


ROW = Piece(0.7, 100.0, "cycles", 3.3, (Piece(0.0, 1.1, "smooth"), Piece(1.1, 3.3, "flat")))


def test_cycles_of_a_row_meet_to_the_bit() -> None:
    ends = [list(ROW.cycle(i))[-1].t1 for i in range(ROW.cycles - 1)]
    starts = [next(ROW.cycle(i)).t0 for i in range(1, ROW.cycles)]
    assert ends == starts


def test_the_last_cycle_of_a_row_is_cut_off_with_it() -> None:
    assert ROW.cycles == 31
    assert list(ROW.cycle(30)) == [Piece(99.7, 100.0, "smooth")]
