"""timm's schedulers: pieces, sums, ends, refusals, and what comes nearest to a plain curve."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from framework_schedules_of import check_pieces, check_sum, said

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.timm.cycles import CosineLRScheduler, PolyLRScheduler, TanhLRScheduler
from cosine_cli.frameworks.timm.nearest import nearest
from cosine_cli.frameworks.timm.steps import MultiStepLRScheduler, StepLRScheduler
from cosine_cli.frameworks.timm.wsd import WSDLRScheduler
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.hard_restarts import HardRestarts
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.k_decay_cosine import KDecayCosine
from cosine_cli.schedules.k_decay_polynomial import KDecayPolynomial
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.one_minus_sqrt import OneMinusSqrt
from cosine_cli.schedules.onecycle import Onecycle
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd

EACH = {
    "cosine": CosineLRScheduler(t_initial=50, lr_min=0.001),
    "cosine under a warmup": CosineLRScheduler(t_initial=50, warmup_t=10, warmup_lr_init=1e-4),
    "cosine behind a warmup": CosineLRScheduler(t_initial=50, warmup_t=2.5, warmup_prefix=True),
    "cycles": CosineLRScheduler(t_initial=20, cycle_limit=4, cycle_decay=0.5, lr_min=0.03),
    "longer cycles": PolyLRScheduler(t_initial=10, cycle_mul=1.5, cycle_limit=50, power=2.0),
    "shorter cycles": TanhLRScheduler(t_initial=40, cycle_mul=0.5, cycle_limit=3),
    "no cycle": CosineLRScheduler(t_initial=20, cycle_limit=0, lr_min=0.01),
    "below no cycle": PolyLRScheduler(t_initial=20, cycle_limit=-1, cycle_mul=2.0, lr_min=0.01),
    "tanh": TanhLRScheduler(t_initial=50, lr_min=0.01, warmup_t=10),
    "step": StepLRScheduler(decay_t=2.4, decay_rate=0.9),
    "multistep": MultiStepLRScheduler(decay_t=(1, 30, 60), decay_rate=0.1),
    "wsd": WSDLRScheduler(t_initial=90, decay_t=30, warmup_t=10, lr_min=0.001),
    "wsd that sinks to its floor": WSDLRScheduler(
        t_initial=90, decay_t=30, stable_fn="rsqrt", stable_timescale=5, lr_min=0.04
    ),
    "wsd that sinks to it in the decay": WSDLRScheduler(
        t_initial=90, decay_t=50, stable_fn="power", stable_power=1.0, stable_timescale=20, lr_min=0.03
    ),
    "wsd below its floor": WSDLRScheduler(t_initial=90, decay_t=30, lr_min=0.2),
}


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_pieces_are_what_they_say(schedule: Schedule) -> None:
    check_pieces(schedule, min(200.0, schedule.ends))


LONG = {
    "cosine": CosineLRScheduler(t_initial=20_000, lr_min=0.001, warmup_t=500),
    "cycles": CosineLRScheduler(t_initial=70, cycle_limit=2000, cycle_decay=0.999),
    "step": StepLRScheduler(decay_t=7, decay_rate=0.999),
    "wsd": WSDLRScheduler(t_initial=25_000, decay_t=9000, stable_fn="rsqrt", warmup_t=300),
}


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_sums_of_long_runs_are_sums_of_rates(schedule: Schedule) -> None:
    check_sum(schedule, 30_000)


def test_the_logarithm_loses_the_first_epoch_of_some_cycles() -> None:
    # Cycles of 5, 15, 45, 135, 405, ... epochs begin at 5, 20, 65, 200, 605: that of 605 a call late.
    schedule = CosineLRScheduler(lr=0.1, t_initial=5, cycle_mul=3, cycle_limit=100)
    assert schedule([5, 20, 65, 200]).tolist() == [0.1] * 4
    assert schedule([605, 606]).tolist() == pytest.approx([0.0, 0.1], abs=1e-6)


def test_a_warmup_runs_over_the_start_unless_it_is_a_prefix() -> None:
    # W = 10, T = 100: 0.9 of the peak in epoch 9, then the wave where it is by now, cos01(0.1) = 0.97553.
    under = CosineLRScheduler(lr=1.0, t_initial=100, warmup_t=10)
    assert under([9, 10]).tolist() == pytest.approx([0.9, 0.9755282581475768])
    assert CosineLRScheduler(lr=1.0, t_initial=100, warmup_t=10, warmup_prefix=True)(10) == 1.0


def test_the_first_epoch_has_the_rate_that_the_constructor_left() -> None:
    assert MultiStepLRScheduler(lr=0.1, decay_t=(1,), decay_rate=0.5)([0, 1]).tolist() == [0.1, 0.05]


def test_cycles_that_become_shorter_come_to_an_end() -> None:
    schedule = CosineLRScheduler(t_initial=10, cycle_mul=0.5, cycle_limit=100)  # 10 + 5 + 2.5 + ... = 20
    assert schedule.ends == 19
    assert np.isnan(schedule(20))


REFUSED = {
    "a parameter that it does not know": ("CosineLRScheduler", {"t_initial": 9, "min_lr": 0}, "has no parameter"),
    "no length": ("TanhLRScheduler", {}, "timm.TanhLRScheduler needs t_initial"),
    "a stretch of no length": ("TanhLRScheduler", {"t_initial": 9, "lb": 3, "ub": 3}, "must be below ub (3.0)"),
    "a decay longer than it all": ("WSDLRScheduler", {"t_initial": 9, "decay_t": 10}, "must be at most t_initial"),
    "no timescale": (
        "WSDLRScheduler",
        {"t_initial": 9, "decay_t": 3, "stable_fn": "rsqrt"},
        "stable_timescale: must be above 0 with stable_fn rsqrt; the default is warmup_t",
    ),
    "a negative warmup": ("PolyLRScheduler", {"t_initial": 9, "warmup_t": -1}, "of at least 0"),
}


@pytest.mark.parametrize(("name", "given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals_say_why(name: str, given: dict[str, object], reason: str) -> None:
    with pytest.raises(RequestError, match=re.escape(reason)):
        said("timm", name, given, 0.1)


EXACT = {
    "constant": Constant(lr=0.2),
    "cosine": Cosine(lr=0.1, total=60, min_lr=0.001),
    "k decay": KDecayCosine(lr=0.1, total=60, k=1.5),
    "k decay of a polynomial": KDecayPolynomial(lr=0.1, total=60, k=1.5, power=2.0),
    "linear": Linear(lr=0.1, total=60, min_lr=0.01),
    "polynomial": Polynomial(lr=0.1, total=60, power=0.9, min_lr=0.01),
    "step": Step(lr=0.1, step_size=12.5, gamma=0.5),
    "multistep": Multistep(lr=0.1, milestones=(30, 60.5), gamma=0.3),
    "exponential": Exponential(lr=0.1, gamma=0.9, per=7),
    "inverse sqrt": InverseSqrt(lr=0.1, timescale=10, min_lr=0.05),
    "sgdr": Sgdr(lr=0.1, cycle=10, cycle_mult=2, cycle_decay=0.5, min_lr=0.01),
    "hard restarts": HardRestarts(lr=0.1, total=100, cycles=4, min_lr=0.01),
    "wsd": Wsd(lr=0.1, warmup=10, stable=60, decay=30, min_lr=0.01, decay_shape="1-sqrt"),
    "wsd by a shifted exponential": Wsd(
        lr=0.1, warmup=10, stable=60, decay=30, min_lr=0.01, decay_shape="shifted-exponential"
    ),
    "wsd without a decay": Wsd(lr=0.1, warmup=10, stable=60, decay=0),
    "wsd that falls by factors": Wsd(lr=0.1, warmup=0, stable=60, decay=30, min_lr=0.01, decay_shape="exponential"),
    "warmup": Warmup(warmup=10, of=Cosine(lr=0.1, total=90)),
    "warmup on the run's clock": Warmup(warmup=10, of=Step(lr=0.1, step_size=30)),
    "natural exponential": NaturalExponential(lr=0.1, timescale=20),
    "one minus sqrt": OneMinusSqrt(lr=0.1, total=100, min_lr=0.01),
    "flat, then a cosine": FlatCosine(lr=0.1, hold=40, decay=60, min_lr=0.01),
    "a warmup, flat, a cosine": WarmupHoldCosine(lr=0.1, warmup=10, hold=30, decay=60, warmup_start=0.02),
    "scaled": Scale(factor=0.3, of=Warmup(warmup=10, warmup_start=0.02, of=Cosine(lr=0.1, total=90, min_lr=0.01))),
}


@pytest.mark.parametrize("name", EXACT)
def test_the_nearest_is_exact_where_it_can_be(name: str) -> None:
    schedule, run = EXACT[name], np.arange(100.0)
    equivalent = nearest(schedule, 100.0)
    assert equivalent is not None
    assert np.abs(equivalent(run) - schedule(run)).max() <= 1e-12 * schedule.peak


def test_what_timm_has_not_has_no_nearest() -> None:
    assert nearest(Onecycle(lr=0.1, total=99, warmup=30), 100.0) is None


def test_what_is_left_at_the_end_of_a_cycle_is_what_timm_leaves() -> None:
    """1 - (0.1 - 2e-17)^2 / 0.1^2 is 6.7e-16, of which timm 1.0.31 takes the root."""
    schedule = PolyLRScheduler(lr=0.1, t_initial=0.1, cycle_limit=10, k_decay=2.0)
    assert schedule(1.0) == pytest.approx(2.580956827951785e-09, rel=1e-12)


def test_cycles_grow_until_python_raises() -> None:
    """timm takes 1.5 to the power of the cycle's number behind its last cycle too, and Python has none of 1751."""
    schedule = PolyLRScheduler(lr=0.1, t_initial=0.125, cycle_decay=1.5)
    assert math.isfinite(math.pow(1.5, 1750))
    with pytest.raises(OverflowError):
        math.pow(1.5, 1751)
    assert schedule.ends == 1750 // 8
    assert "OverflowError" in schedule.why_it_ends
