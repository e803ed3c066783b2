"""The sum of a schedule over a run: as that of all its steps, at no cost of theirs."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.sums import MOST_DIRECT, total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.tanh import Tanh
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cosine_cli.schedules.core.schedule import Schedule

N = 300_000


def added_up(schedule: Schedule, updates: int) -> float:
    return math.fsum(schedule(np.arange(updates)).tolist())


def waves(cycle: float, **given: float) -> Restarts:
    return Restarts(cycle=cycle, of=Cosine(lr=0.1, total=cycle), **given)  # type: ignore[arg-type]


def moved(ahead: float, every: float) -> Retime:
    """Return stairs that begin so near to whole steps that rounding decides which step is the first on each."""
    return Retime(ahead=ahead, of=Staircase(every=every, of=Linear(lr=0.1, total=N + 10)))


EXACT = [
    pytest.param(Constant(lr=0.1), id="constant"),
    pytest.param(Cosine(lr=0.1, total=N), id="cosine"),
    pytest.param(Cosine(lr=0.1, total=7 * N, min_lr=0.01), id="cosine cut off"),
    pytest.param(Cosine(lr=0.1, total=N / 3 + 0.7), id="cosine with a floor behind"),
    pytest.param(Polynomial(lr=0.1, total=N, power=0.1), id="a root, steep at its end"),
    pytest.param(Polynomial(lr=0.1, total=N, power=100), id="a high power, steep at its start"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, per=70), id="exponential, fast"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, per=1000), id="exponential"),
    pytest.param(Exponential(lr=0.1, gamma=0.5, per=3e4, min_lr=1e-3), id="exponential to a floor"),
    pytest.param(Tanh(lr=0.1, total=N), id="a bend in the middle"),
    pytest.param(Tanh(lr=0.1, total=N, lower=-100, upper=100), id="a sharp bend in the middle"),
    pytest.param(Tanh(lr=0.1, total=2177, lower=-100, upper=100), id="a sharp bend and a floor behind"),
    *(
        pytest.param(Tanh(lr=0.1, total=total, lower=-100, upper=100), id=f"a sharp bend, {total}")
        for total in (5000, 9000, 20_001)
    ),
    pytest.param(Tanh(lr=0.1, total=N, lower=-7, upper=50), id="a sharp bend near the start"),
    pytest.param(Step(lr=0.1, step_size=1, gamma=0.9999), id="a drop at every step"),
    *(
        pytest.param(moved(ahead, every), id=f"stairs of {every} beside whole steps, {ahead}")
        for ahead in (9.999999999999998, 3.0000000000000004, 0.30000000000000004)
        for every in (1, 7, 300)
    ),
    pytest.param(Step(lr=0.1, step_size=7, gamma=0.999, min_lr=0.01), id="a drop at every seventh"),
    pytest.param(Step(lr=0.1, step_size=0.5, gamma=0.9999), id="two drops at every step"),
    pytest.param(Step(lr=0.1, step_size=299.5, gamma=0.99), id="a drop between steps"),
    pytest.param(Step(lr=0.1, step_size=1000, gamma=0.9), id="few drops"),
    pytest.param(Multistep(lr=0.1, milestones=(1e4, 123_456.5, 2e5)), id="milestones"),
    pytest.param(waves(10), id="many short waves"),
    pytest.param(waves(10, cycle_decay=0.999), id="many short sinking waves"),
    pytest.param(waves(299, cycle_decay=0.99), id="long waves"),
    pytest.param(waves(290.25, cycle_decay=0.99), id="long waves that end between steps"),
    pytest.param(waves(12.5, cycle_decay=0.999), id="short waves that end between steps"),
    pytest.param(waves(100, cycle_mult=1.01), id="growing waves"),
    pytest.param(waves(100, cycles=1500), id="waves and then a floor"),
    pytest.param(waves(1.1), id="waves that rounding moves"),
    pytest.param(waves(8.8, cycle_decay=0.9999), id="sinking waves that rounding moves"),
    pytest.param(
        Restarts(cycle=7, cycle_decay=0.99, of=Cosine(lr=0.1, total=7, min_lr=0.01)), id="waves that sink to the floor"
    ),
    pytest.param(Warmup(warmup=2.5, of=waves(10)), id="waves behind a fraction of a step"),
    pytest.param(Warmup(warmup=5000, of=Cosine(lr=0.1, total=N - 5000)), id="a long climb"),
    pytest.param(
        Warmup(warmup=5e4, warmup_shape="exponential", warmup_start=1e-9, of=Constant(lr=0.1)), id="by equal factors"
    ),
    pytest.param(Warmup(warmup=1234, of=Step(lr=0.1, step_size=100, gamma=0.99)), id="a climb within a row"),
    pytest.param(Staircase(every=100, of=Cosine(lr=0.1, total=N)), id="stairs"),
    pytest.param(Staircase(every=7.25, of=Cosine(lr=0.1, total=N)), id="stairs between steps"),
    pytest.param(Staircase(every=50, of=waves(260)), id="stairs across waves"),
    pytest.param(Staircase(every=100, of=waves(97)), id="stairs that meet waves late"),
    pytest.param(Sequence(of=(waves(10), Cosine(lr=0.1, total=1e5)), lengths=(2e5, 1e5)), id="a row and a decay"),
    pytest.param(Restarts(cycle=5000, cycles=40, of=Step(lr=0.1, step_size=1, gamma=0.999)), id="rows in cycles"),
    pytest.param(
        Restarts(cycle=5000, cycle_mult=2, of=Step(lr=0.1, step_size=3, gamma=0.999)), id="rows in growing cycles"
    ),
    pytest.param(Restarts(cycle=5000, cycle_mult=2, of=waves(3)), id="waves in growing cycles"),
    pytest.param(
        Warmup(warmup=0.7, of=Staircase(every=299.3, of=Cosine(lr=0.1, total=N))), id="stairs that rounding moves"
    ),
]


@pytest.mark.parametrize("schedule", EXACT)
@pytest.mark.parametrize("updates", [MOST_DIRECT + 1, N], ids=str)
def test_a_long_sum_is_that_of_all_steps(schedule: Schedule, updates: int) -> None:
    assert total(schedule, updates) == pytest.approx(added_up(schedule, updates), rel=1e-9)


UNEVEN = [
    pytest.param(waves(math.pi), id="waves of pi"),
    pytest.param(waves(10 * math.pi, cycle_decay=0.9999), id="sinking waves of 10 pi"),
    pytest.param(waves(97.123), id="waves of 97.123"),
    pytest.param(Restarts(cycle=27.1828, of=Linear(lr=0.1, total=20.0)), id="lines with a floor behind"),
    pytest.param(Warmup(warmup=0.3, of=waves(10.7)), id="waves behind a fraction"),
    pytest.param(Step(lr=0.1, step_size=math.pi, gamma=0.99999), id="a drop at every pi"),
    pytest.param(Staircase(every=math.e, of=Cosine(lr=0.1, total=N)), id="stairs of e"),
]


each_uneven = pytest.mark.parametrize("schedule", UNEVEN)


@each_uneven
@pytest.mark.parametrize("updates", [10_007, 400_000])
def test_cycles_that_end_between_steps_are_added_up(schedule: Schedule, updates: int) -> None:
    assert total(schedule, updates) == pytest.approx(added_up(schedule, updates), rel=1e-9)


@each_uneven
def test_very_many_cycles_that_end_between_steps_are_summed_as_if_the_steps_fell_everywhere_alike(
    schedule: Schedule,
) -> None:
    # They do not quite (10 pi is near 22/7 and 355/113): what is left over stays small and grows no more.
    assert total(schedule, 1_200_000) == pytest.approx(added_up(schedule, 1_200_000), rel=1e-4)


def test_the_first_step_counts_fully_in_very_many_cycles_that_end_between_steps() -> None:
    schedule = Step(lr=0.1, step_size=0.37, gamma=0.999)
    assert total(schedule, 1_200_000) == pytest.approx(added_up(schedule, 1_200_000), rel=5e-5)


def test_a_step_at_a_knot_that_rounding_moves_has_its_own_rate() -> None:
    # Knots at 3.2 + 21.3 i: two of them are whole numbers by their sum and not yet by their difference.
    schedule = Warmup(warmup=3.2, of=Staircase(every=21.3, of=Cosine(lr=0.1, total=20_000)))
    knots = np.array([knot for knot in schedule.knots(20_000, 1000) or () if knot.is_integer()])
    assert (schedule(knots) == schedule(knots - 1.0)).sum() == 2
    assert total(schedule, 20_000) == pytest.approx(added_up(schedule, 20_000), rel=1e-12)


T = 10**12
BY_HAND = [  # sums over 10^12 steps in closed form
    pytest.param(Constant(lr=0.5), T, Fraction(T, 2), id="constant"),
    pytest.param(Linear(lr=1.0, total=T), T, Fraction(T + 1, 2), id="linear"),
    pytest.param(Cosine(lr=1.0, total=T), T, Fraction(T + 1, 2), id="cosine"),
    pytest.param(Polynomial(lr=1.0, total=T), T, Fraction((T + 1) * (2 * T + 1), 6 * T), id="square"),
    pytest.param(Step(lr=1.0, step_size=1, gamma=0.5), T, Fraction(2), id="halves"),
    pytest.param(Step(lr=1.0, step_size=T // 4, gamma=0.5), T, Fraction(15 * T, 32), id="four plateaus"),
    pytest.param(Exponential(lr=1.0, gamma=0.75), T, Fraction(4), id="exponential"),
    pytest.param(waves(10), T, Fraction(T, 10) * Fraction(55, 100), id="waves"),
]


@pytest.mark.parametrize(("schedule", "updates", "expected"), BY_HAND)
def test_a_sum_over_very_many_steps_is_its_closed_form(schedule: Schedule, updates: int, expected: Fraction) -> None:
    assert total(schedule, updates) == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("updates", range(2_060, 2_400, 20))
def test_a_smooth_stretch_just_too_long_to_be_added_up_is_summed_as_well(updates: int) -> None:
    # Straight lines behind one another: each is a stretch of its own, of odd lengths.
    schedule = Sequence(of=tuple(Cosine(lr=0.1, total=3000) for _ in range(9)), lengths=(updates + 0.3,) * 9)
    assert total(schedule, 9 * updates) == pytest.approx(added_up(schedule, 9 * updates), rel=1e-12)


def test_a_very_long_run_asks_for_few_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(Constant, "rate", lambda schedule, t: asked.append(t.size) or np.full_like(t, schedule.lr))
    # A climb and a wave of stairs, whose rates are all those of the constant behind.
    total(Restarts(cycle=10, of=Constant(lr=0.1)), T)
    total(Warmup(warmup=T // 2, of=Staircase(of=Constant(lr=0.1))), T)
    assert 0 < sum(asked) < 30_000


def squared(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    return rates * rates


@pytest.mark.parametrize("schedule", EXACT)
def test_a_long_sum_of_squares_is_that_of_all_steps(schedule: Schedule) -> None:
    expected = math.fsum(squared(schedule(np.arange(N))).tolist())
    assert total(schedule, N, of=squared) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        pytest.param(Constant(lr=0.5), Fraction(T, 4), id="constant"),
        # cos^4 has the mean 3/8; the first term counts fully.
        pytest.param(Cosine(lr=1.0, total=T), Fraction(3 * T, 8) + Fraction(1, 2), id="cosine"),
        pytest.param(Linear(lr=1.0, total=T), Fraction((T + 1) * (2 * T + 1), 6 * T), id="linear"),
        pytest.param(Step(lr=1.0, step_size=1, gamma=0.5), Fraction(4, 3), id="halves"),
    ],
)
def test_a_sum_of_squares_over_very_many_steps_is_its_closed_form(schedule: Schedule, expected: Fraction) -> None:
    assert total(schedule, T, of=squared) == pytest.approx(float(expected), rel=1e-12)


def test_no_updates_sum_to_0() -> None:
    assert total(Constant(lr=0.1), 0) == 0.0
