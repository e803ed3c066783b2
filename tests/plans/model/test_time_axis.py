"""A plan in the unit of its time axis: the clock of one run, and the clock that several runs share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.plans.evaluate import evaluate
from cosine_cli.plans.model.clock import TIME_UNITS, Clock, Time
from cosine_cli.plans.model.time_axis import on_time_axis

TEXTS = "--tokens 100B --sequence-length 4096 --batch-size 8 --devices 64 --accumulate 2"
IMAGES = "--epochs 90 --dataset-size 1281167 --batch-size 32 --devices 8 --accumulate 4"
CLOCK = Clock(unit="epoch", length=90, steps_per_epoch=1252, samples_per_step=1024.0, tokens_per_step=8192.0)


@pytest.mark.parametrize(
    ("unit", "length"), [("epoch", 90), ("step", 112_680), ("sample", 115_384_320), ("token", 923_074_560)]
)
def test_the_length_of_a_run(unit: str, length: int) -> None:
    clock = CLOCK.in_unit(unit)
    assert (clock.unit, clock.length, clock.total) == (unit, length, 112_680)


@given(st.sampled_from(TIME_UNITS), st.sampled_from(TIME_UNITS), st.integers(0, 112_680))
def test_there_and_back(first: str, second: str, step: int) -> None:
    clock = CLOCK.in_unit(first).in_unit(second)
    assert clock.in_unit("epoch").total == CLOCK.total
    assert clock.steps(clock.time(float(step))) == step
    assert clock.steps(Time(clock.units(step), second)) == pytest.approx(step, rel=1e-12)


@given(st.floats(0, 1e15), st.lists(st.floats(0, 1e15), min_size=1))
def test_samples_are_whole_numbers(step: float, steps: list[float]) -> None:
    clock = Clock(unit="sample", length=1.0, steps_per_epoch=None, samples_per_step=1023.2963)
    assert clock.units(step).is_integer()
    assert clock.units(step) == pytest.approx(step * 1023.2963, abs=0.5, rel=1e-15)
    assert clock.units(np.array(steps)).tolist() == [clock.units(each) for each in steps]


@pytest.mark.parametrize(
    ("clock", "known"),
    [
        (Clock(unit="step", length=9, steps_per_epoch=None), {"step"}),
        (Clock(unit="step", length=9, steps_per_epoch=3), {"step", "epoch"}),
        (Clock(unit="epoch", length=9, steps_per_epoch=None), {"epoch"}),
        (Clock(unit="epoch", length=9, steps_per_epoch=3, samples_per_step=2.0), {"step", "epoch", "sample"}),
        (Clock(unit="token", length=9, steps_per_epoch=3), {"token"}),
        (Clock(unit="token", length=9, steps_per_epoch=None, tokens_per_step=2.0), {"token", "step"}),
    ],
)
def test_what_converts(clock: Clock, known: set[str]) -> None:
    assert {unit for unit in TIME_UNITS if clock.converts(unit)} == known


def test_an_epoch_ends_with_the_last_image() -> None:
    clock = on_time_axis(replace(planned(f"cosine {IMAGES}"), axis=("sample",))).clock
    assert clock.length == 90 * 1_281_167
    assert clock.units(1252) == 1_281_167


def test_without_an_axis_nothing_changes() -> None:
    plan = planned(f"cosine {TEXTS}")
    assert on_time_axis(plan) is plan


TWO = """
runs:
- {budget: {tokens: 3M, sequence_length: 10, batch_size: 30}, curves: [step: {step_size: 2500, gamma: 0.5}]}
- {budget: {tokens: 5M, sequence_length: 10, batch_size: 70}, curves: [linear]}
"""


def test_runs_with_other_tokens_per_step_are_each_on_their_own_clock() -> None:
    plan = on_time_axis(replace(planned("", TWO), axis=("token",)))
    assert (plan.clock.unit, plan.clock.length, plan.clock.total) == ("token", 4_999_400, 4_999_400)
    assert [plan.clock_of(curve).length for curve in plan.curves] == [3_000_000, 4_999_400]
    found = evaluate(plan, np.array([0.0, 749_999.0, 750_000.0, 2_999_999.0, 3_000_001.0, 4_999_400.0]))
    assert found.t.tolist() == [0.0, 749_999.0, 750_000.0, 2_999_999.0, 3_000_001.0, 4_999_400.0]
    assert found.columns()[0] == [0.1, 0.1, 0.05, 0.0125, None, None]
    assert found.columns()[1] == pytest.approx([0.1 * (1 - time / 4_999_400) for time in found.t])


def test_runs_with_the_same_tokens_per_step_share_it() -> None:
    config = TWO.replace("batch_size: 70", "batch_size: 30")
    clock = on_time_axis(replace(planned("", config), axis=("token",))).clock
    assert (clock.length, clock.total, clock.converts("step")) == (4_999_800, 16_666, True)


def test_limits_are_in_the_unit_of_the_axis_and_exact() -> None:
    plan = planned(f"cosine {TEXTS} --axis token --xlim 1B,20B")
    assert plan.figure.xlim == (Time(1e9, "token"), Time(2e10, "token"))
    assert on_time_axis(plan).window == pytest.approx((1e9 / 4_194_304, 2e10 / 4_194_304))
    assert planned(f"cosine {TEXTS} --axis token --xlim 0,50%").figure.xlim == (
        Time(0.0, "token"),
        Time(49_998_200_832.0, "token"),
    )
