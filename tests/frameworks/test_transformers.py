"""Transformers' schedules: pieces, sums, ends, refusals, and what comes nearest to a plain curve."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from framework_schedules_of import check_pieces, check_sum, said

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.transformers.cosine import (
    GetCosineScheduleWithWarmup,
    GetCosineWithHardRestartsScheduleWithWarmup,
    GetCosineWithMinLrScheduleWithWarmup,
    GetCosineWithMinLrScheduleWithWarmupLrRate,
)
from cosine_cli.frameworks.transformers.decays import (
    GetConstantScheduleWithWarmup,
    GetInverseSqrtSchedule,
    GetLinearScheduleWithWarmup,
    GetPolynomialDecayScheduleWithWarmup,
)
from cosine_cli.frameworks.transformers.nearest import nearest
from cosine_cli.frameworks.transformers.wsd import GetWsdSchedule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.linear_to_zero import LinearToZero
from cosine_cli.schedules.noam import Noam
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd

RUN = {"num_warmup_steps": 10, "num_training_steps": 100}
ALL_WARM = {"num_warmup_steps": 30, "num_training_steps": 30}
MORE_WARM = {"num_warmup_steps": 40, "num_training_steps": 30}

EACH = {
    "constant": GetConstantScheduleWithWarmup(num_warmup_steps=10),
    "linear": GetLinearScheduleWithWarmup(**RUN),
    "linear, all of it warmup": GetLinearScheduleWithWarmup(**ALL_WARM),
    "cosine": GetCosineScheduleWithWarmup(**RUN),
    "cosine, three waves": GetCosineScheduleWithWarmup(**RUN, num_cycles=3),
    "cosine, no wave": GetCosineScheduleWithWarmup(**RUN, num_cycles=0),
    "cosine, more warmup than run": GetCosineScheduleWithWarmup(**MORE_WARM),
    "hard restarts": GetCosineWithHardRestartsScheduleWithWarmup(**RUN, num_cycles=3),
    "hard restarts, one and a half": GetCosineWithHardRestartsScheduleWithWarmup(**RUN, num_cycles=1.5),
    "hard restarts, none": GetCosineWithHardRestartsScheduleWithWarmup(**RUN, num_cycles=0),
    "polynomial": GetPolynomialDecayScheduleWithWarmup(**RUN, power=2),
    "polynomial, power of 0": GetPolynomialDecayScheduleWithWarmup(**RUN, power=0),
    "polynomial, more warmup than run": GetPolynomialDecayScheduleWithWarmup(**MORE_WARM),
    "inverse sqrt": GetInverseSqrtSchedule(num_warmup_steps=10),
    "inverse sqrt, short": GetInverseSqrtSchedule(num_warmup_steps=20, timescale=5),
    "to a floor": GetCosineWithMinLrScheduleWithWarmup(**RUN, min_lr=0.01),
    "to a floor above": GetCosineWithMinLrScheduleWithWarmup(**RUN, min_lr_rate=2),
    "to a floor below 0": GetCosineWithMinLrScheduleWithWarmup(**RUN, min_lr_rate=-0.5),
    "one early": GetCosineWithMinLrScheduleWithWarmupLrRate(**RUN, min_lr_rate=0.1),
    "one early, from a share": GetCosineWithMinLrScheduleWithWarmupLrRate(**RUN, min_lr_rate=0.1, warmup_lr_rate=0.3),
    "one early, no warmup": GetCosineWithMinLrScheduleWithWarmupLrRate(
        num_warmup_steps=0, num_training_steps=60, min_lr_rate=0.1
    ),
    "wsd": GetWsdSchedule(num_warmup_steps=10, num_decay_steps=30, num_stable_steps=50),
    "wsd, waves": GetWsdSchedule(num_warmup_steps=10, num_decay_steps=60, num_stable_steps=20, num_cycles=2),
    "wsd, square roots": GetWsdSchedule(
        num_warmup_steps=10,
        num_decay_steps=30,
        num_stable_steps=50,
        warmup_type="1-sqrt",
        decay_type="1-sqrt",
        min_lr_ratio=0.1,
    ),
    "wsd, no room": GetWsdSchedule(num_warmup_steps=10, num_decay_steps=20, num_training_steps=25),
    "wsd, no decay": GetWsdSchedule(num_warmup_steps=0, num_decay_steps=0, num_stable_steps=7),
}


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_pieces_are_what_they_say(schedule: Schedule) -> None:
    check_pieces(schedule, 200.0)


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_rates_are_between_the_floor_and_the_peak(schedule: Schedule) -> None:
    rates = schedule(np.linspace(0.0, 300.0, 1201))
    assert rates.min() >= schedule.floor
    assert rates.max() <= schedule.peak * (1 + 1e-12)


LONG = {
    "cosine": GetCosineScheduleWithWarmup(num_warmup_steps=500, num_training_steps=9000),
    "waves": GetCosineScheduleWithWarmup(num_warmup_steps=500, num_training_steps=2500, num_cycles=40),
    "hard restarts": GetCosineWithHardRestartsScheduleWithWarmup(
        num_warmup_steps=500, num_training_steps=24_500, num_cycles=48
    ),
    "one early": GetCosineWithMinLrScheduleWithWarmupLrRate(
        num_warmup_steps=500, num_training_steps=20_000, min_lr_rate=0.1
    ),
    "wsd": GetWsdSchedule(num_warmup_steps=500, num_decay_steps=9000, num_training_steps=25_000, num_cycles=1.5),
    "inverse sqrt": GetInverseSqrtSchedule(num_warmup_steps=500),
}


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_sums_of_long_runs_are_sums_of_rates(schedule: Schedule) -> None:
    check_sum(schedule, 30_000)


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_a_run_of_10_to_the_12_costs_no_more_than_a_short_one(schedule: Schedule) -> None:
    assert len(schedule.pieces(1e12, 1000)) <= 1010
    assert np.isfinite(schedule([0.0, 1e6, 1e12])).all()


def test_a_cosine_climbs_back_past_its_end() -> None:
    wave = GetCosineScheduleWithWarmup(lr=0.1, **RUN)
    # 2 * (100 - 10) updates after the peak it is there again.
    assert wave([100, 145, 190]).tolist() == pytest.approx([0.0, 0.05, 0.1])


def test_a_warmup_as_long_as_the_run_leaves_a_wave_of_two_updates() -> None:
    assert GetCosineScheduleWithWarmup(lr=0.1, **ALL_WARM)([30, 31, 32, 33]).tolist() == pytest.approx([0.1, 0, 0.1, 0])


def test_a_polynomial_that_divides_by_no_length_ends_with_its_warmup() -> None:
    decay = GetPolynomialDecayScheduleWithWarmup(**ALL_WARM)
    assert decay.ends == 29
    assert decay(29) == pytest.approx(0.1 * 29 / 30)
    assert np.isnan(decay(30))


def test_a_timescale_of_0_ends_with_the_warmup() -> None:
    decay = GetInverseSqrtSchedule(num_warmup_steps=2.5, timescale=0)
    assert decay.ends == 2
    assert np.isnan(decay(3))


def test_a_floor_of_the_plan_is_the_floor_of_the_curve() -> None:
    wave = GetCosineWithMinLrScheduleWithWarmup(lr=0.2, min_lr=0.02, num_warmup_steps=0, num_training_steps=50)
    assert wave(50) == pytest.approx(0.02)
    assert wave == said(
        "transformers",
        "get_cosine_with_min_lr_schedule_with_warmup",
        {"num_warmup_steps": 0, "num_training_steps": 50, "min_lr": 0.02},
        0.2,
    )


MIN_LR = "get_cosine_with_min_lr_schedule_with_warmup"
REFUSED = {
    "an unknown parameter": ("get_linear_schedule_with_warmup", RUN | {"num_cycle": 1}, "has no parameter"),
    "no number of updates": ("get_linear_schedule_with_warmup", {"num_warmup_steps": 5}, "needs num_training_steps"),
    "an end above the start": (
        "get_polynomial_decay_schedule_with_warmup",
        RUN | {"lr_end": 0.2},
        "must be smaller than initial lr (0.1), got '0.2'",
    ),
    "no length": (
        "get_polynomial_decay_schedule_with_warmup",
        {"num_warmup_steps": 0, "num_training_steps": 0},
        "must be above num_warmup_steps",
    ),
    "two floors": (MIN_LR, RUN | {"min_lr": 0.1, "min_lr_rate": 0.1}, "must not be given together with min_lr"),
    "no floor": (MIN_LR, RUN, "must be given, or min_lr_rate"),
    "no timescale": ("get_inverse_sqrt_schedule", {"num_warmup_steps": 0, "timescale": 0}, "must be above 0"),
    "no plateau": ("get_wsd_schedule", {"num_warmup_steps": 5, "num_decay_steps": 5}, "or num_stable_steps"),
    "an unknown decay": (
        "get_wsd_schedule",
        {"num_warmup_steps": 5, "num_decay_steps": 5, "num_stable_steps": 5, "decay_type": "sqrt"},
        "must be linear, cosine or 1-sqrt",
    ),
}


@pytest.mark.parametrize(("name", "given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals_say_why(name: str, given: dict[str, object], reason: str) -> None:
    with pytest.raises(RequestError, match=re.escape(reason)):
        said("transformers", name, given, 0.1)


EXACT = {
    "constant": Constant(lr=0.2),
    "constant behind a warmup": Warmup(warmup=10, of=Constant(lr=0.2)),
    "cosine": Cosine(lr=0.1, total=100),
    "cosine to a floor": Cosine(lr=0.1, total=100, min_lr=0.01),
    "cosine that is over": Cosine(lr=0.1, total=60, min_lr=0.01),
    "cosine behind a warmup": Warmup(warmup=10, of=Cosine(lr=0.1, total=90, min_lr=0.01)),
    "linear": Linear(lr=0.1, total=80, min_lr=0.02),
    "linear to 0": Warmup(warmup=10, of=LinearToZero(lr=0.1, total=80)),
    "linear that stays": Linear(lr=0.1, total=80, min_lr=0.1),
    "polynomial": Warmup(warmup=20, of=Polynomial(lr=0.1, total=70, power=1.7)),
    "inverse sqrt": Warmup(warmup=20, of=InverseSqrt(lr=0.1, timescale=7)),
    "noam": Noam(d_model=64, warmup=20),
    "hard restarts": HardRestarts(lr=0.1, total=80, cycles=4),
    "restarts": Warmup(warmup=10, of=Restarts(cycle=30, of=Cosine(lr=0.1, total=30))),
    "sgdr of equal cycles": Sgdr(lr=0.1, cycle=25, cycle_mult=1),
    "wsd without a decay": Wsd(lr=0.1, warmup=10, stable=60, decay=0),
    "wsd without a warmup and a decay": Wsd(lr=0.1, warmup=0, stable=60, decay=0),
    "wsd": Wsd(lr=0.1, warmup=10, stable=60, decay=30, decay_shape="1-sqrt", min_lr=0.01, warmup_start=0.01),
    "flat cosine": FlatCosine(lr=0.1, hold=60, decay=40, min_lr=0.01),
    "warmup, hold, cosine": WarmupHoldCosine(lr=0.1, warmup=10, hold=30, decay=50, warmup_shape="cosine"),
    "1-sqrt": OneMinusSqrt(lr=0.1, total=90, min_lr=0.01),
    "scaled": Scale(factor=0.3, of=Warmup(warmup=10, of=Cosine(lr=0.1, total=90, min_lr=0.01))),
}


@pytest.mark.parametrize("schedule", EXACT.values(), ids=EXACT)
def test_the_nearest_is_exact_where_it_can_be(schedule: Schedule) -> None:
    equivalent, run = nearest(schedule, 100.0), np.arange(101.0)
    assert equivalent is not None
    assert np.abs(equivalent(run) - schedule(run)).max() <= 1e-12 * schedule.peak


@pytest.mark.parametrize("schedule", [Step(lr=0.1, step_size=30), Sgdr(lr=0.1, cycle=10)], ids=["step", "sgdr"])
def test_what_transformers_has_not_has_no_nearest(schedule: Schedule) -> None:
    assert nearest(schedule, 100.0) is None


def test_a_warmup_from_a_rate_is_nearest_to_one_from_0() -> None:
    equivalent = nearest(Warmup(warmup=10, warmup_start=0.02, of=Cosine(lr=0.1, total=90)), 100.0)
    assert equivalent == GetCosineScheduleWithWarmup(lr=0.1, **RUN)
    assert math.isinf(equivalent.ends)
