"""PyTorch's schedulers: pieces, sums, ends, refusals, and what comes nearest to a plain curve."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from framework_schedules_of import check_pieces, check_sum, said

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.frameworks.core.simulate import OptimizerState
from cosine_cli.frameworks.torch.averaging import SWALR
from cosine_cli.frameworks.torch.composed import ChainedScheduler, SequentialLR
from cosine_cli.frameworks.torch.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from cosine_cli.frameworks.torch.cycles import CyclicLR, OneCycleLR
from cosine_cli.frameworks.torch.decays import ConstantLR, ExponentialLR, LinearLR, MultiStepLR, PolynomialLR, StepLR
from cosine_cli.frameworks.torch.nearest import nearest
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.cyclic import Cyclic
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.flat_cosine import FlatCosine
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.natural_exponential import NaturalExponential
from cosine_cli.schedules.onecycle import Onecycle
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.sgdr import Sgdr
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine
from cosine_cli.schedules.wsd import Wsd

WAVE = CosineAnnealingLR(T_max=70, eta_min=0.01)
CLIMB = LinearLR(start_factor=0.1, total_iters=20)
FADE = ExponentialLR(gamma=0.99)
CYCLE = OneCycleLR(max_lr=0.5, total_steps=120)
INNER = SequentialLR(schedulers=(CLIMB, StepLR(step_size=7)), milestones=(5,))

EACH = {
    "constant": ConstantLR(),
    "linear": CLIMB,
    "linear to 0": LinearLR(start_factor=1.0, end_factor=0.0, total_iters=90),
    "step": StepLR(step_size=7, gamma=0.5),
    "step that grows": StepLR(step_size=9, gamma=1.2),
    "step of no whole number": StepLR(step_size=2.5),
    "multistep": MultiStepLR(milestones=(30, 5, 5, 2.5)),
    "exponential": FADE,
    "polynomial": PolynomialLR(total_iters=50, power=2.0),
    "cosine": WAVE,
    "cosine of no whole number": CosineAnnealingLR(T_max=30.5, eta_min=0.02),
    "cosine that rises": CosineAnnealingLR(T_max=30, eta_min=0.2),
    "restarts": CosineAnnealingWarmRestarts(T_0=10, T_mult=2),
    "restarts that rise": CosineAnnealingWarmRestarts(T_0=13, eta_min=0.3),
    "one cycle": CYCLE,
    "one cycle of three phases": OneCycleLR(max_lr=0.1, total_steps=150, three_phase=True, anneal_strategy="linear"),
    "one cycle from its peak": OneCycleLR(max_lr=0.1, total_steps=40, pct_start=0.0),
    "triangles": CyclicLR(base_lr=0.01, step_size_up=10, step_size_down=5),
    "triangles that sink": CyclicLR(base_lr=0.01, step_size_up=40, mode="exp_range", gamma=0.9),
    "averaging": SWALR(swa_lr=0.01),
    "in turn": SequentialLR(schedulers=(CLIMB, WAVE, FADE), milestones=(20, 60)),
    "in turn, from between two calls": SequentialLR(schedulers=(CLIMB, WAVE), milestones=(20.5,)),
    "in turn, one in another": SequentialLR(schedulers=(INNER, WAVE), milestones=(30,)),
    "product": ChainedScheduler(schedulers=(CLIMB, FADE, StepLR(step_size=30))),
    "product with a wave": ChainedScheduler(schedulers=(CLIMB, CosineAnnealingLR(T_max=50))),
    "no product": ChainedScheduler(schedulers=(WAVE, FADE)),
}


@pytest.mark.parametrize("schedule", EACH.values(), ids=EACH)
def test_pieces_are_what_they_say(schedule: Schedule) -> None:
    check_pieces(schedule, min(200.0, schedule.ends))


LONG = {
    "steps": StepLR(step_size=70, gamma=0.9),
    "waves": CosineAnnealingLR(T_max=700, eta_min=0.01),
    "restarts": CosineAnnealingWarmRestarts(T_0=300),
    "triangles": CyclicLR(base_lr=0.01, step_size_up=50),
    "in turn": SequentialLR(schedulers=(CLIMB, CosineAnnealingLR(T_max=20_000), FADE), milestones=(20, 15_000)),
    "in turn, between two calls": SequentialLR(schedulers=(CLIMB, CosineAnnealingLR(T_max=9000)), milestones=(20.5,)),
    "product": ChainedScheduler(schedulers=(CLIMB, ExponentialLR(gamma=0.9999), StepLR(step_size=3000))),
}


@pytest.mark.parametrize("schedule", LONG.values(), ids=LONG)
def test_sums_of_long_runs_are_sums_of_rates(schedule: Schedule) -> None:
    check_sum(schedule, 30_000)


@pytest.mark.parametrize("schedule", [CLIMB, WAVE, EACH["restarts"], EACH["triangles"], EACH["in turn"]], ids=repr)
def test_a_run_of_10_to_the_12_costs_no_more_than_a_short_one(schedule: Schedule) -> None:
    assert len(schedule.pieces(1e12, 1000)) <= 1000 * 2
    assert np.isfinite(schedule([0.0, 1e6, 1e12])).all()


@pytest.mark.parametrize("length", [1000, 200_000])
@pytest.mark.parametrize("floor", [0.05, 0.0])
def test_a_wave_far_from_its_floor_climbs_to_what_the_lost_digits_leave(length: int, floor: float) -> None:
    # By the recursion of PyTorch's get_lr, written out: two lengths of calls of step().
    schedule, rate, rates = CosineAnnealingLR(lr=0.1, T_max=length, eta_min=floor), 0.1, [0.1]
    for k in range(1, 2 * length):
        if (k - 1 - length) % (2 * length) == 0:
            rate += (0.1 - floor) * (1 - math.cos(math.pi / length)) / 2
        else:
            ratio = (1 + math.cos(math.pi * k / length)) / (1 + math.cos(math.pi * (k - 1) / length))
            rate = ratio * (rate - floor) + floor
        rates.append(rate)
    # Of as many calls the recursion itself has 1e-13 of rounding; a plain wave is 6e-8 off behind the longer floor.
    assert np.abs(schedule(np.arange(2 * length)) - rates).max() <= 1e-12


@pytest.mark.parametrize(("length", "before"), [(3e8, 1), (1e9, 3), (1e12, 3353)])
def test_a_wave_so_long_that_its_last_rates_round_to_0_ends_there(length: float, before: int) -> None:
    """PyTorch divides by 1 + cos(pi k / T): 0 from so many calls before T on, so it raises (recorded with 2.14)."""
    schedule = CosineAnnealingLR(lr=0.1, T_max=length)
    assert schedule.ends == length - before
    assert schedule.why_it_ends == "PyTorch raises ZeroDivisionError: float division by zero"
    rates = schedule([0.0, length / 2, length - before, length - before + 1, length * 2])
    assert rates == pytest.approx([0.1, 0.05, 0, math.nan, math.nan], abs=1e-13, nan_ok=True)


@pytest.mark.parametrize("length", [1.9e8, 2.5e8])
def test_a_wave_a_little_shorter_goes_on_behind_its_floor(length: float) -> None:
    """PyTorch's rates there are 0, 5.6e-18, 2.8e-17 and 6.1e-17 or a little less (recorded with 2.14)."""
    schedule = CosineAnnealingLR(lr=0.1, T_max=length)
    assert math.isinf(schedule.ends)
    assert schedule(length + np.arange(4.0)) == pytest.approx([0.0, 5.6e-18, 2.8e-17, 6.1e-17], abs=3e-17)


@pytest.mark.parametrize("length", [0.1, 2.5, 7.3, 1000.5])
@pytest.mark.parametrize("floor", [0.0, 0.03])
def test_a_wave_of_no_whole_length_is_stepped_as_pytorch_steps_it(length: float, floor: float) -> None:
    wave = CosineAnnealingLR(lr=0.1, T_max=length, eta_min=floor)
    state, expected = OptimizerState(0.1), [0.1]
    for call in range(1, 10_100):
        state.rate = wave.step(call, state, 0.1, first=False)
        expected.append(state.rate)
    late = np.arange(np.ceil(length) + 1.0, 10_100.0)
    assert wave(late).tolist() == np.array(expected)[late.astype(int)].tolist()


def test_a_wave_of_no_whole_length_is_followed_so_far_and_no_further() -> None:
    wave = CosineAnnealingLR(lr=0.1, T_max=2.5)
    with pytest.raises(ParameterError, match="T_max: is limited to 10,000,000 calls"):
        wave([1e9])
    assert CosineAnnealingLR(lr=0.1, T_max=1e8)([2e8]).tolist() == pytest.approx([0.1])


def test_a_long_wave_ends_where_pytorch_divides_by_0() -> None:
    """1 + cos(pi k / T_max) is 0 in float64 for k = T_max - 1 too, which is not where PyTorch looks for it."""
    assert 1 + math.cos(math.pi * (5e8 - 1) / 5e8) == 0 < 1 + math.cos(math.pi * (5e8 - 2) / 5e8)
    assert CosineAnnealingLR(lr=0.1, T_max=5e8).ends == 5e8 - 1


def test_a_wave_is_followed_to_where_its_angle_is_too_large_for_floats() -> None:
    assert 1 + math.cos(math.pi * (8976771297e6 + 1) / 1e6) == 0
    with pytest.raises(ParameterError, match=r"T_max: is limited to call 8[.]97.*, after which PyTorch"):
        CosineAnnealingLR(lr=0.1, T_max=1e6)([8976771297e6 + 5])


def test_a_wave_is_the_same_for_times_in_any_order() -> None:
    wave = CosineAnnealingLR(lr=0.1, T_max=70, eta_min=0.03)
    times = np.arange(2000.0)
    assert wave(times[::-1])[::-1].tolist() == wave(times).tolist()


def test_a_one_cycle_that_is_only_its_end_keeps_the_digits_of_its_lowest_rate() -> None:
    cycle = OneCycleLR(max_lr=0.1, total_steps=1, pct_start=0.5)
    assert cycle(0.0) == 0.1 / 25 / 1e4  # PyTorch's first update is made with min_lr itself


def test_a_milestone_sets_the_rate_whatever_was_before() -> None:
    early = SequentialLR(
        schedulers=(LinearLR(start_factor=0.5, total_iters=4), ConstantLR(factor=1.0)), milestones=(2,)
    )
    assert early([0, 1, 2, 3]).tolist() == pytest.approx([0.05, 0.0625, 0.1, 0.1])


def test_one_cycle_bounces_and_then_there_is_nothing() -> None:
    assert CYCLE.ends == 120
    rates = CYCLE([119, 120, 121])
    assert rates[0] == pytest.approx(0.5 / 25 / 1e4)
    assert rates[1] > rates[0]
    assert np.isnan(rates[2])


def test_what_can_only_be_stepped_is_not_stepped_for_hours() -> None:
    with pytest.raises(ParameterError, match="is limited to 10,000,000 calls"):
        EACH["no product"](1e12)


REFUSED = {
    "a parameter that it does not know": ("OneCycleLR", {"max_lr": 1, "total_step": 9}, "did you mean total_steps"),
    "no length": ("OneCycleLR", {"max_lr": 1}, "total_steps: must be given, or epochs and steps_per_epoch"),
    "a phase of no length": ("OneCycleLR", {"total_steps": 10, "pct_start": 0.1}, "must not make pct_start"),
    "a factor above 1": ("ConstantLR", {"factor": 2}, "must be a finite number of at least 0 and at most 1"),
    "an unknown mode": ("CyclicLR", {"base_lr": 0.1, "mode": "saw"}, "must be triangular, triangular2 or exp_range"),
    "milestones too many": ("SequentialLR", {"schedulers": ["LinearLR"], "milestones": [5]}, "one fewer"),
    "no schedulers": ("ChainedScheduler", {"schedulers": []}, "torch.ChainedScheduler needs schedulers"),
    "a chain that begins anew": (
        "SequentialLR",  # PyTorch: NotImplementedError, as a sequence inside has made a call before the first
        {
            "schedulers": [
                {
                    "SequentialLR": {
                        "schedulers": ["LinearLR", {"ChainedScheduler": {"schedulers": ["LinearLR"]}}],
                        "milestones": [1],
                    }
                }
            ],
            "milestones": [],
        },
        "must not raise in the first step, which PyTorch makes before the first update",
    ),
    "two optimizers": (
        "ChainedScheduler",
        {"schedulers": ["LinearLR", {"StepLR": {"step_size": 3, "lr": 0.5}}]},
        "must all belong to the one optimizer, whose lr is 0.1",
    ),
}


@pytest.mark.parametrize(("name", "given", "reason"), REFUSED.values(), ids=REFUSED)
def test_refusals_say_why(name: str, given: dict[str, object], reason: str) -> None:
    with pytest.raises(RequestError, match=re.escape(reason)):
        said("torch", name, given, 0.1)


EXACT = {
    "constant": Constant(lr=0.2),
    "cosine": Cosine(lr=0.1, total=100, min_lr=0.001),
    "linear": Linear(lr=0.1, total=100, min_lr=0.01),
    "step": Step(lr=0.1, step_size=12.5, gamma=0.5),
    "multistep": Multistep(lr=0.1, milestones=(30, 60.5), gamma=0.3),
    "exponential": Exponential(lr=0.1, gamma=0.9, per=7),
    "polynomial": Polynomial(lr=0.1, total=80, power=0.9),
    "sgdr": Sgdr(lr=0.1, cycle=10, cycle_mult=3, min_lr=0.01),
    "cyclic": Cyclic(lr=0.1, min_lr=0.02, rise=5, fall=9, mode="triangular2"),
    "onecycle": Onecycle(lr=0.1, total=99, warmup=30),
    "onecycle of three phases": Onecycle(lr=0.1, total=99, warmup=20, three_phase=True, anneal="linear"),
    "piecewise": PiecewiseConstant(milestones=(30, 60), values=(0.1, 0.05, 0.08)),
    "wsd": Wsd(lr=0.1, warmup=10, stable=60, decay=30, min_lr=0.01, warmup_start=0.02),
    "warmup": Warmup(warmup=10, warmup_start=0.01, of=Cosine(lr=0.1, total=90, min_lr=0.001)),
    "wsd without a decay": Wsd(lr=0.1, warmup=10, stable=90, decay=0, warmup_start=0.02),
    "wsd without a warmup and a decay": Wsd(lr=0.1, warmup=0, stable=100, decay=0),
    "warmup from the first update": Warmup(warmup=10, warmup_from="first", of=Cosine(lr=0.1, total=90)),
    "warmup of one update": Warmup(warmup=1, warmup_from="first", of=Cosine(lr=0.1, total=99)),
    "wsd from the first update": Wsd(lr=0.1, warmup=10, stable=60, decay=30, warmup_start=0.02, warmup_from="first"),
    "warmup on the run's clock": Warmup(warmup=10, warmup_start=0.01, of=Step(lr=0.1, step_size=30)),
    "sequence": Sequence(of=(Constant(lr=0.1), Linear(lr=0.1, total=40)), lengths=(60.0, 40.0)),
    "scaled": Scale(factor=0.3, of=Cosine(lr=0.1, total=100, min_lr=0.001)),
    "natural exponential": NaturalExponential(lr=0.1, timescale=20),
    "flat, then a cosine": FlatCosine(lr=0.1, hold=40, decay=60, min_lr=0.01),
    "flat from the start on": FlatCosine(lr=0.1, hold=0, decay=100),
    "a warmup, flat, a cosine": WarmupHoldCosine(lr=0.1, warmup=10, hold=30, decay=60, warmup_start=0.02),
    "warmup of several parts": Warmup(warmup=10, warmup_start=0.01, of=FlatCosine(lr=0.1, hold=40, decay=50)),
}
"""Plain curves that PyTorch can give; one that breaks its steps off between two calls drops at the next."""


@pytest.mark.parametrize("name", EXACT)
def test_the_nearest_is_exact_where_it_can_be(name: str) -> None:
    schedule, run = EXACT[name], np.arange(100.0)
    equivalent = nearest(schedule, 100.0)
    assert equivalent is not None
    expected = schedule(run)
    if name == "step":  # 12.5 is no length that torch steps at: the nearest is one of 13
        assert equivalent == StepLR(lr=0.1, step_size=13, gamma=0.5)
    else:
        assert np.abs(equivalent(run) - expected).max() <= 1e-12 * schedule.peak


def test_a_warmup_from_0_is_nearly_one_from_0() -> None:
    equivalent = nearest(Warmup(warmup=10, of=Cosine(lr=0.1, total=90)), 100.0)
    assert isinstance(equivalent, SequentialLR)
    assert 0 < equivalent(0.0) < 1e-8


def test_the_next_scheduler_begins_at_a_whole_call() -> None:
    equivalent = nearest(FlatCosine(lr=0.1, hold=40.7, decay=59.3), 100.0)
    assert isinstance(equivalent, SequentialLR)
    assert equivalent.milestones == (41.0,)


def test_what_torch_has_not_has_no_nearest() -> None:
    assert nearest(InverseSqrt(lr=0.1, timescale=10), 100.0) is None
