"""Where a curve jumps furthest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.jumps import Jump, largest_jump
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.k_decay_cosine import KDecayCosine
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.wsd import Wsd

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

T = 1e12
JUMPS = [
    pytest.param(Step(lr=0.1, step_size=30), 100, Jump(30.0, -0.09), id="the first drop"),
    pytest.param(Step(lr=0.1, step_size=1, gamma=0.5), T, Jump(1.0, -0.05), id="the first of very many"),
    pytest.param(Multistep(lr=0.1, milestones=(30.5, 60)), 100, Jump(30.5, -0.09), id="between steps"),
    pytest.param(Restarts(cycle=10, of=Linear(lr=0.1, total=20)), 100, Jump(10.0, 0.05), id="up"),
    pytest.param(Restarts(cycle=1, of=OneMinusSqrt(lr=1.0, total=1)), 2, Jump(1.0, 1.0), id="up, then steep down"),
    pytest.param(Restarts(cycle=1, of=KDecayCosine(lr=1.0, total=1, k=0.1)), 2, Jump(1.0, 1.0), id="steeper"),
    pytest.param(
        Sequence(of=(Constant(lr=0.1), OneMinusSqrt(lr=1.0, total=1)), lengths=(1, 1)), 2, Jump(1.0, 0.9), id="part way"
    ),
    pytest.param(Restarts(cycle=10, of=Linear(lr=0.1, total=10)), T, Jump(10.0, 0.1), id="up, very often"),
    pytest.param(
        Sequence(of=(Constant(lr=0.1), Constant(lr=0.11), Constant(lr=0.4)), lengths=(40, 30, 30)),
        100,
        Jump(70.0, 0.29),
        id="not the first",
    ),
    pytest.param(Warmup(warmup=5, warmup_shape="constant", of=Constant(lr=0.1)), 9, Jump(5.0, 0.1), id="a held start"),
    pytest.param(
        Restarts(
            cycle=5000, of=Sequence(of=(Step(lr=0.2, step_size=1, gamma=0.9), Constant(lr=0.1)), lengths=(4999, 1))
        ),
        1e8,
        Jump(4999.0, 0.1),
        id="behind a row in each cycle",
    ),
]


@pytest.mark.parametrize(("schedule", "until", "expected"), JUMPS)
def test_the_largest_jump_is_the_first_of_its_size(schedule: Schedule, until: float, expected: Jump) -> None:
    assert largest_jump(schedule, until) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("length", "every"), [(1e5, 1.0), (1e12, 1.0), (1e9, 0.75)], ids=str)
def test_stairs_are_highest_where_the_curve_is_steepest(length: float, every: float) -> None:
    jump = largest_jump(Staircase(every=every, of=Cosine(lr=1.0, total=length)), length)
    assert jump is not None
    assert jump.time == pytest.approx(length / 2, rel=1e-3)
    assert jump.size == pytest.approx(-math.pi / 2 / length * every, rel=1e-3)


SMOOTH = [
    pytest.param(Constant(lr=0.1), id="constant"),
    pytest.param(Cosine(lr=0.1, total=50, min_lr=0.01), id="a bend"),
    pytest.param(Warmup(warmup=5, of=Exponential(lr=0.1, gamma=0.5)), id="a climb"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, min_lr=0.01), id="a floor that is reached"),
    pytest.param(Polynomial(lr=0.1, total=50, power=0.1), id="an end that is vertical"),
    pytest.param(Wsd(lr=0.1, warmup=5, stable=60, decay=30, decay_shape="1-sqrt"), id="a beginning that is vertical"),
    pytest.param(Step(lr=0.1, step_size=100), id="a drop at the end of the run"),
    pytest.param(Step(lr=0.1, step_size=30, gamma=1), id="drops by nothing"),
]


@pytest.mark.parametrize("schedule", SMOOTH)
def test_what_is_only_steep_is_no_jump(schedule: Schedule) -> None:
    assert largest_jump(schedule, 100) is None


@pytest.mark.parametrize(("power", "jumps"), [(0.03, True), (0.04, False), (0.05, False), (0.5, False)])
def test_a_fall_is_a_jump_where_half_of_the_last_millionth_is_one(power: float, *, jumps: bool) -> None:
    """Over the last 2^-20 of its length a power p falls by 2^-20p; a float before its end 2^-32p are left of that."""
    assert (2.0 ** (-32 * power) >= 0.5) == jumps
    found = largest_jump(Polynomial(lr=1.0, total=64, power=power), 128)
    assert (found is not None) == jumps
