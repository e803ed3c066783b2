"""The schedule ``warmup``: a ramp before any other."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.errors import ParameterError
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cosine_cli.schedules.core.schedule import Schedule

RAMPS = [  # a quarter, a half and three quarters of the way from 0.25 to 4
    pytest.param("linear", [0.25 + 3.75 * share for share in (0.25, 0.5, 0.75)], id="linear"),
    pytest.param(
        "cosine",
        [0.25 + 3.75 * share for share in ((2 - sqrt(2)) / 4, 0.5, (2 + sqrt(2)) / 4)],
        id="cosine",
    ),
    pytest.param("quadratic", [0.25 + 3.75 * share**2 for share in (0.25, 0.5, 0.75)], id="quadratic"),
    pytest.param("exponential", [0.5, 1.0, 2.0], id="exponential"),
    pytest.param("constant", [0.25, 0.25, 0.25], id="constant"),
]


@pytest.mark.parametrize(("shape", "expected"), RAMPS)
def test_it_climbs_by_its_shape(shape: str, expected: list[float]) -> None:
    schedule = Warmup(warmup=8, warmup_shape=shape, warmup_start=0.25, of=Linear(lr=4.0, total=10))
    assert schedule([2, 4, 6]) == pytest.approx(expected, rel=1e-14)
    assert schedule([0, 8, 18]).tolist() == [0.25, 4.0, 0.0]


@pytest.mark.parametrize("shape", ["linear", "cosine", "quadratic", "exponential"])
def test_its_ends_are_exact_for_any_pair_of_rates(shape: str) -> None:
    rng = np.random.default_rng(6)
    for peak, share, length in zip(
        10 ** rng.uniform(-8, 2, 1500), rng.random(1500), rng.uniform(1, 1e4, 1500), strict=True
    ):
        lr, start, warmup = float(peak), float(peak * share) or 1e-9, float(length)
        schedule = Warmup(warmup=warmup, warmup_shape=shape, warmup_start=start, of=Constant(lr=lr))
        assert schedule([0.0, warmup]).tolist() == [start, lr]
        assert start <= schedule(np.nextafter(warmup, 0.0)) <= lr


@pytest.mark.parametrize("shape", ["linear", "cosine"])
def test_it_starts_at_0_where_no_start_is_given(shape: str) -> None:
    assert Warmup(warmup=5, warmup_shape=shape, of=Constant(lr=0.1))(0) == 0.0


REFUSED = [
    pytest.param(
        {"warmup_shape": "exponential"}, "warmup_start", "above 0 for an exponential", id="exponential from 0"
    ),
    pytest.param(
        {"warmup_start": 0.2}, "warmup_start", r"at most the rate at the end of the warmup \(0.1\)", id="too high"
    ),
    pytest.param({"warmup_start": -0.1}, "warmup_start", "at least 0", id="negative start"),
    pytest.param(
        {"warmup_shape": "constant", "warmup_from": "first"},
        "warmup_from",
        "start for a constant warmup",
        id="constant",
    ),
    pytest.param({"warmup_from": "zero"}, "warmup_from", "must be start or first", id="from"),
    pytest.param({"warmup": 0}, "warmup", "above 0", id="no length"),
    pytest.param(
        {"warmup_shape": "sudden"}, "warmup_shape", "linear, cosine, quadratic, exponential or constant", id="shape"
    ),
]


@pytest.mark.parametrize(("given", "name", "rule"), REFUSED)
def test_what_can_not_climb_is_refused(given: dict[str, object], name: str, rule: str) -> None:
    with pytest.raises(ParameterError, match=rule) as caught:
        Warmup(**{"warmup": 5, "of": Constant(lr=0.1), **given})  # type: ignore[arg-type]
    assert caught.value.name == name


FIRST = [  # by hand, from 0.25 to 4 over 4 updates
    pytest.param("linear", [0.25 + 3.75 * share for share in (0.25, 0.5, 0.75, 1.0)], id="linear"),
    pytest.param("quadratic", [0.25 + 3.75 * share**2 for share in (0.25, 0.5, 0.75, 1.0)], id="quadratic"),
    pytest.param("exponential", [0.5, 1.0, 2.0, 4.0], id="exponential"),
]


@pytest.mark.parametrize(("shape", "expected"), FIRST)
def test_from_the_first_update_it_reaches_its_target_an_update_early(shape: str, expected: list[float]) -> None:
    after = Linear(lr=4.0, total=8)
    schedule = Warmup(warmup=4, warmup_shape=shape, warmup_start=0.25, warmup_from="first", of=after)
    assert schedule([0, 1, 2, 3]) == pytest.approx(expected, rel=1e-15)
    assert set(schedule([3, 3.5, 4]).tolist()) == {4.0}
    assert schedule(np.arange(4, 13)).tolist() == after(np.arange(9)).tolist()
    assert schedule.knots(20.0, 10) == (3.0, 4.0, 12.0)
    assert schedule.pieces(6.0, 10) == [Piece(0, 3, "smooth"), Piece(3, 4, "flat"), Piece(4, 6, "smooth")]


@pytest.mark.parametrize("warmup", [0.5, 1.0])
def test_from_the_first_update_a_warmup_of_one_update_is_at_its_target(warmup: float) -> None:
    schedule = Warmup(warmup=warmup, warmup_from="first", of=Linear(lr=1.0, total=10))
    assert schedule([0, warmup, warmup + 5]).tolist() == [1.0, 1.0, 0.5]
    assert schedule.pieces(warmup, 10) == [Piece(0.0, warmup, "flat")]


def test_it_is_torchtitans() -> None:
    # components/lr_scheduler.py of torchtitan 0.2.1: (t + 1) / W below W
    schedule = Warmup(warmup=5, warmup_from="first", of=Linear(lr=1.0, total=15))
    warmup = [(t + 1) / 5 for t in range(5)]
    assert schedule(np.arange(5)) == pytest.approx(warmup, rel=1e-15)


def test_it_is_mmdetections_quadratic_warmup() -> None:
    # QuadraticWarmupLR adds base (2 s + 1) / n^2 at each step s, from base / n^2 at step 0
    n, rates = 7, [0.1 / 49]
    for step in range(1, n):
        rates.append(rates[-1] + 0.1 * (2 * step + 1) / n**2)
    schedule = Warmup(warmup=n, warmup_shape="quadratic", warmup_from="first", of=Constant(lr=0.1))
    assert schedule(np.arange(n)) == pytest.approx(rates, rel=1e-14)


def test_a_start_at_the_peak_is_no_climb() -> None:
    schedule = Warmup(warmup=5, warmup_start=0.1, of=Linear(lr=0.1, total=5))
    assert set(schedule([0, 1, 2.5, 4.9, 5]).tolist()) == {0.1}


def test_the_schedule_behind_it_keeps_its_own_clock_of_lengths() -> None:
    inner = Restarts(cycle=10, of=Cosine(lr=0.1, total=10))
    times = np.arange(0.0, 60.0, 0.25)
    assert Warmup(warmup=7.5, of=inner)(times + 7.5).tolist() == inner(times).tolist()


MOMENTS = [
    pytest.param(Multistep(lr=1.0, milestones=(30, 60), gamma=0.5), id="multistep"),
    pytest.param(Step(lr=1.0, step_size=30, gamma=0.5), id="step"),
    pytest.param(Staircase(every=10, of=Step(lr=1.0, step_size=30, gamma=0.5)), id="stairs of step"),
]


@pytest.mark.parametrize("inner", MOMENTS)
def test_moments_of_the_run_stay_where_they_are(inner: Schedule) -> None:
    schedule = Warmup(warmup=10, of=inner)
    assert schedule([0, 5, 10, 29, 30, 59, 60]).tolist() == [0, 0.5, 1, 1, 0.5, 0.5, 0.25]
    assert schedule.on_run_clock
    assert schedule.knots(90.0, 1000)[:1] == (10.0,)


@pytest.mark.parametrize("inner", MOMENTS)
def test_a_climb_past_a_moment_ends_at_the_rate_that_holds_then(inner: Schedule) -> None:
    # At step 40 one drop has passed: the ramp goes to 0.5 and never to 1.
    schedule = Warmup(warmup=40, of=inner)
    assert schedule([0, 20, 30, 40, 59, 60]).tolist() == [0, 0.25, 0.375, 0.5, 0.5, 0.25]


def test_a_climb_past_a_moment_may_have_to_go_down() -> None:
    schedule = Warmup(warmup=40, warmup_start=0.75, of=Multistep(lr=1.0, milestones=(30,), gamma=0.5))
    assert schedule([0, 20, 40]).tolist() == [0.75, 0.625, 0.5]


def test_a_moment_at_the_end_of_the_climb_counts() -> None:
    schedule = Warmup(warmup=30, of=Multistep(lr=1.0, milestones=(30,), gamma=0.5))
    assert schedule([15, 30]).tolist() == [0.25, 0.5]


def test_it_is_pytorchs_linear_factor_in_sequence_with_cosine(
    torch_rates: Callable[[str], NDArray[np.float64]],
) -> None:
    schedule = Warmup(warmup=10, warmup_start=0.01, of=Cosine(lr=0.1, total=110, min_lr=0.001))
    assert schedule(np.arange(121)) == pytest.approx(torch_rates("warmup before cosine"), rel=1e-12, abs=1e-13)


def test_it_is_pytorchs_linear_factor_in_sequence_with_restarts(
    torch_rates: Callable[[str], NDArray[np.float64]],
) -> None:
    schedule = Warmup(warmup=5, warmup_start=0.025, of=Restarts(cycle=10, cycle_mult=2, of=Cosine(lr=0.1, total=10)))
    assert schedule(np.arange(121)) == pytest.approx(torch_rates("warmup before restarts"), rel=1e-12, abs=1e-13)


def test_it_is_pytorchs_linear_factor_chained_with_multistep(
    torch_rates: Callable[[str], NDArray[np.float64]],
) -> None:
    schedule = Warmup(warmup=10, warmup_start=0.01, of=Multistep(lr=0.1, milestones=(30, 60, 80)))
    assert schedule(np.arange(121)) == pytest.approx(torch_rates("warmup beside multistep"), rel=1e-12, abs=0.0)


def test_its_pieces_are_the_ramp_and_those_behind_it_moved() -> None:
    schedule = Warmup(warmup=10, of=Linear(lr=0.1, total=20))
    ramp, decay, floor = Piece(0.0, 10.0, "smooth"), Piece(10.0, 30.0, "smooth"), Piece(30.0, 50.0, "flat")
    assert schedule.pieces(50.0, 10) == [ramp, decay, floor]
    assert schedule.pieces(10.0, 10) == [ramp]
    assert schedule.pieces(4.0, 10) == [Piece(0.0, 4.0, "smooth")]
    assert schedule.knots(50.0, 10) == (10.0, 30.0)


def test_a_constant_climb_is_flat() -> None:
    assert Warmup(warmup=10, warmup_shape="constant", of=Constant(lr=0.1)).pieces(20.0, 9) == [
        Piece(0.0, 10.0, "flat"),
        Piece(10.0, 20.0, "flat"),
    ]


def test_knots_that_the_climb_covers_are_none() -> None:
    assert Warmup(warmup=45, of=Step(lr=0.1, step_size=10)).knots(75.0, 100) == (45.0, 50.0, 60.0, 70.0)


def test_its_bounds_hold_its_start_and_the_schedule_behind_it() -> None:
    behind = Cosine(lr=0.1, total=10, min_lr=0.02)
    assert Warmup(warmup=5, warmup_start=0.01, of=behind).floor == 0.01
    assert Warmup(warmup=5, warmup_start=0.05, of=behind).floor == 0.02
    assert Warmup(warmup=5, of=behind).peak == 0.1


def test_a_climb_goes_to_the_first_rate_behind_it_and_not_to_the_highest() -> None:
    behind = Sequence(of=(Constant(lr=0.1), Constant(lr=0.5)), lengths=(5, 5))
    assert Warmup(warmup=10, of=behind)([5, 10, 15]).tolist() == [0.05, 0.1, 0.5]
