"""The numbers that curves are compared by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.studies.statistics import statistics


def test_the_three_that_are_compared() -> None:
    cosine, step, exponential = statistics(planned())
    assert [found.share_from_tenth for found in (cosine, step, exponential)] == pytest.approx([0.8, 0.6, 0.51], 1e-9)
    assert cosine == pytest.approx((
        0.1, 0, 0,  # the peak, when, the final rate
        0.0505, 5.05,  # 50 updates and half the first one, of 0.1
        0.38,  # 3/8 of 100 and half the first one, of 0.1^2
        50, 0.8, 0, 0, 0, None, None, 3, True,
    ))  # fmt: skip
    assert step == pytest.approx((
        0.1, 0, 1e-4,
        0.03331, 3.331,  # 30 of 0.1, 0.01, 0.001 and 10 of 0.0001
        30 * (1e-2 + 1e-4 + 1e-6) + 10 * 1e-8,
        30, 0.6, 0.1, 0, 0, -0.09, 30, 4, True,
    ))  # fmt: skip
    ratio = 0.01**0.01
    assert exponential == pytest.approx((
        0.1, 0, 1e-3,
        0.001 * 0.99 / (1 - ratio), 0.1 * 0.99 / (1 - ratio),  # a geometric series
        0.01 * (1 - 1e-4) / (1 - ratio**2),
        100 * math.log(0.5) / math.log(0.01), 0.51, 0,
        0.1 * math.log(ratio), 1e-3 * math.log(ratio), None, None, 4, True,
    ))  # fmt: skip


def test_times_and_slopes_are_in_the_plans_unit() -> None:
    words = "linear step:step_size=30 --warmup 5 --epochs 100"
    short, long = statistics(planned(words)), statistics(planned(f"{words} --steps-per-epoch 391"))
    for few, many in zip(short, long, strict=True):
        assert many[:3] == pytest.approx(few[:3])
        assert many.mean == pytest.approx(few.mean, rel=0.02)
        assert many.sum == pytest.approx(391 * few.sum, rel=0.02)
        assert (many.half_at, many.jump_at) == pytest.approx((few.half_at, few.jump_at))
        assert (many.slope_at_start, many.slope_at_end) == pytest.approx((few.slope_at_start, few.slope_at_end))
    assert short[0].slope_at_start == pytest.approx(0.02)
    assert short[0].slope_at_end == pytest.approx(-0.1 / 95)


@pytest.mark.parametrize(
    ("words", "share"),
    [
        pytest.param("cosine:total=75", 0.25, id="held at 0"),
        pytest.param("cosine:total=75,min_lr=1e-3", 0.25, id="held at min_lr"),
        pytest.param("cosine:total=75,min_lr=1e-3,warmup=5", 0.2, id="the start of a warmup is no floor"),
        pytest.param("cosine", 0, id="reached at the end, when all updates are made"),
        pytest.param("constant", 1, id="a constant is at its lowest all the time"),
        pytest.param("exponential", 0, id="falls to the end"),
        pytest.param("step:min_lr=1e-3", 0.4, id="plateaus on a floor"),
        pytest.param("constant:warmup=200 --epochs 300", 1 / 3, id="behind a climb"),
    ],
)
@pytest.mark.parametrize("each", [1, 1000])
def test_the_share_at_the_floor(words: str, share: float, each: int) -> None:
    (found,) = statistics(planned(f"{words} --steps-per-epoch {each}"))
    assert found.share_at_floor == pytest.approx(share, abs=1e-9)


def test_only_what_comes_behind_the_peak_is_a_floor() -> None:
    assert statistics(planned("wsd:warmup=99,stable=0,decay=1"))[0].share_at_floor == 0
    assert statistics(planned("constant:warmup=99"))[0].share_at_floor == pytest.approx(0.01)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("step:lr=0.3", id="a drop by the tenth itself"),
        pytest.param("multistep:lr=0.7,gamma=0.31622776601683794,milestones=20/60", id="two drops by its root"),
    ],
)
def test_a_rate_of_a_tenth_of_the_peak_is_at_it_whatever_rounding_says(words: str) -> None:
    (found,) = statistics(planned(f"{words} --epochs 100"))
    assert found.share_from_tenth == pytest.approx(0.6 if words.startswith("step") else 1.0)


@given(
    name=st.sampled_from(["cosine", "step", "exponential", "linear", "polynomial", "wsd", "inverse_sqrt", "restarts"]),
    updates=st.sampled_from([20_000, 100_000]),
    warmup=st.sampled_from([0, 1234]),
    peak=st.sampled_from([0.1, 3e-4]),
)
def test_long_runs_are_those_of_all_updates(name: str, updates: int, warmup: int, peak: float) -> None:
    plan = planned(f"{name} --steps {updates} --lr {peak}" + (f" --warmup {warmup}" if warmup else ""))
    (found,) = statistics(plan)
    rates = plan.curves[0].schedule(np.arange(updates))
    assert found.peak == pytest.approx(rates.max(), rel=1e-9)
    assert found.sum == pytest.approx(math.fsum(rates.tolist()), rel=1e-9)
    assert found.mean == pytest.approx(found.sum / updates, rel=1e-12)
    assert found.sum_of_squares == pytest.approx(math.fsum((rates * rates).tolist()), rel=1e-9)
    assert found.share_from_tenth == pytest.approx((rates >= 0.1 * peak * (1 - 1e-12)).mean(), abs=1e-9)


def test_a_square_that_no_float_holds_is_infinite_and_one_too_small_is_0() -> None:
    assert statistics(planned("constant:lr=1e200"))[0].sum_of_squares == math.inf
    assert statistics(planned("constant:lr=1e-200"))[0].sum_of_squares == 0


def test_a_floor_that_is_a_little_below_0_is_one() -> None:
    # Compiled, 1 - 10 * (1 / 10) is below 0: updates 10 and 11 of 12 are at the floor.
    (found,) = statistics(planned("optax.linear_schedule:init_value=0.1,end_value=0,transition_steps=10 --steps 12"))
    assert -1e-8 < found.final < 0.0
    assert found.share_at_floor == pytest.approx(2 / 12)
