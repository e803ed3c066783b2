"""Frameworks' schedules with parameters that nobody gives: values, or a refusal."""

from __future__ import annotations

import json

import numpy as np
import pytest
from door import ask
from hypothesis import given, settings
from hypothesis import strategies as st
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.frameworks.core.discovery import framework_schedules, frameworks
from cosine_cli.plans.example import example
from cosine_cli.plans.registry import load
from cosine_cli.plans.resolve.finite import check_finite
from cosine_cli.schedules.core.fields import params
from cosine_cli.studies.statistics import statistics

RULE = "must have rates of at most 1e\\+200 over the run"


@pytest.mark.parametrize(
    "words",
    [
        "timm.MultiStepLRScheduler:decay_t=30/60,decay_rate=1e200",
        "timm.StepLRScheduler:decay_t=1,decay_rate=1e200",
        "torch.ExponentialLR:gamma=1e10",
        "torch.StepLR:step_size=1,gamma=1e10",
        "optax.exponential_decay:transition_steps=1,decay_rate=10",  # beyond 32 bits, not beyond 64
    ],
)
def test_rates_that_are_no_numbers_are_refused(words: str) -> None:
    with pytest.raises(RequestError, match=RULE):
        planned(f"{words} --epochs 100")


@pytest.mark.parametrize("epochs", [41, 100, 100_000, 10**12])
def test_a_call_that_overflows_is_found_in_a_run_of_any_length(epochs: int) -> None:
    """In 32 bits 10^39 is infinite, and call 39 is the one that has it; the rest of the run is at 0.1."""
    grows = "optax.exponential_decay: {init_value: 1, transition_steps: 1, decay_rate: 10}"
    joined = "{schedules: [%s, optax.constant_schedule: {value: 0.1}], boundaries: [%d]}"
    config = f"epochs: {epochs}\ncurves: [optax.join_schedules: {joined}]"
    with pytest.raises(RequestError, match=RULE):
        planned("", config % (grows, 40))
    assert planned("", config % (grows, 39)).curves[0].schedule(38.0) == pytest.approx(1e38)


@pytest.mark.parametrize(
    "words",
    [
        "timm.MultiStepLRScheduler:decay_t=30/60,decay_rate=1e100 --epochs 59",
        "torch.ExponentialLR:gamma=1e10 --epochs 20",
        "torch.ExponentialLR:gamma=1e10 --epochs 20 --steps-per-epoch 1000",  # 20 calls, whatever an epoch has
    ],
)
def test_the_run_decides(words: str) -> None:
    assert np.isfinite(planned(words).curves[0].schedule(np.arange(20.0))).all()


def test_timm_cycles_far_away_are_found() -> None:
    plan = planned("timm.CosineLRScheduler:t_initial=1e15,cycle_mul=60,cycle_limit=100 --epochs 10")
    assert plan.curves[0].schedule(10.0) == pytest.approx(0.1)


EXTREMES = st.sampled_from([0, 1e-300, 1e-12, 0.5, 1, 2, 7, 100, 1e7, 1e17, 1e150, 1e200, 1e300, -1, -1e200])
NAMES = [
    f"{framework}.{name}"
    for framework in frameworks()
    for name, schedule in framework_schedules(framework).items()
    if not any(param.many or param.mapping or "Schedule" in str(param.type) for param in params(schedule))
]
"""Those with numbers and words alone."""


@settings(max_examples=20)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
def test_extremes_give_values_or_a_refusal(name: str, data: st.DataObject) -> None:
    alone = [param for param in params(load(name)) if param.type is float and not param.many and not param.mapping]
    drawn = data.draw(st.lists(st.sampled_from(alone), max_size=3, unique_by=lambda one: one.name)) if alone else []
    said = {param.name: data.draw(EXTREMES) for param in drawn}
    shown = example(name).curves[0].params
    given_too = {one: value for one, value in shown.items() if isinstance(value, float | int | str)}
    words = ",".join(
        f"{one}={json.dumps(value)}".replace('"', "") for one, value in (given_too | said).items() if value is not None
    )
    try:
        plan = planned(f"{name}{':' * bool(words)}{words} --epochs 20")
    except RequestError:
        return
    found = statistics(plan)[0]
    assert np.isfinite([found.peak, found.mean]).all()
    schedule = plan.curves[0].schedule
    assert np.isfinite(schedule(np.arange(schedule.last(20) + 1))).all()


def test_a_curve_that_is_checked_is_left_alone() -> None:
    check_finite(example("torch.OneCycleLR").curves[0].schedule, 1000, where="x")  # it ends before that


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "torch.ExponentialLR:gamma=1.1 --at 0,100000",
            "--at: torch.ExponentialLR must have a rate of at most 1e+200 at each row, got inf at epoch 100000",
        ),
        (
            "torch.StepLR:step_size=1,gamma=2 --steps-per-epoch 3 --at 100,2000",
            "--at: torch.StepLR must have a rate of at most 1e+200 at each row, got inf at epoch 2000",
        ),
        (
            "optax.exponential_decay:init_value=0.1,transition_steps=10,decay_rate=1.5 --at 1e6",
            "--at: optax.exponential_decay must have a rate of at most 1e+200 at each row, got inf at epoch 1000000",
        ),
    ],
)
@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "md"])
def test_an_infinity_past_the_end_is_not_a_row(words: str, message: str, form: str) -> None:
    assert ask("table", *words.split(), "--format", form) == (2, b"", f"cosine-lr: error: {message}\n")


@pytest.mark.parametrize(
    "words", ["torch.ExponentialLR:gamma=1.1 --at 150", "torch.OneCycleLR:total_steps=100 --at 150"]
)
def test_what_is_a_number_past_the_end_or_has_ended_is_a_row(words: str) -> None:
    assert ask("table", *words.split()).code == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--lr 1e100 --as optax", "--as optax: optax.cosine_decay_schedule: must have rates of at most 1e+200"),
        ("cosine --lr 1e39 --as keras", "--as keras: keras.CosineDecay: must have rates of at most 1e+200"),
        (
            "restarts:cycle_mult=1e100 --as keras",
            "--as keras: keras.CosineDecayRestarts: must have rates of at most 1e+200 over the run, got nan; ",
        ),
    ],
)
def test_what_a_framework_cannot_compute_is_not_put_beside_a_curve(words: str, message: str) -> None:
    answer = ask("table", *words.split())
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err.startswith(f"cosine-lr: error: {message}")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        "timm.TanhLRScheduler:t_initial=5e-324,cycle_mul=2.5 --steps-per-epoch 1000000",
        "timm.PolyLRScheduler:t_initial=2.2e-308,cycle_mul=10 --steps-per-epoch 2",
        "optax.exponential_decay:init_value=1e39,transition_steps=2,decay_rate=5e-324,end_value=1e-300",
        "torch.CosineAnnealingLR:T_max=2.2e-308,eta_min=1e9 --epochs 10 --steps-per-epoch 1000000",
    ],
)
def test_parameters_that_leave_the_range_of_floats_are_refused(words: str) -> None:
    with pytest.raises(RequestError, match=RULE):
        planned(words)


@pytest.mark.parametrize(
    "words",
    [
        "torch.CosineAnnealingLR:T_max=1e-10 --epochs 1e9",
        "torch.CosineAnnealingLR:T_max=1e-10 --epochs 1e7 --steps-per-epoch 391",
        "torch.CyclicLR:base_lr=0.1,max_lr=1,step_size_up=1e-10 --steps 9007199254740992",
        "transformers.get_cosine_schedule_with_warmup:num_warmup_steps=0,num_training_steps=9,num_cycles=99 --steps 2M",
    ],
)
def test_cycles_between_two_calls_of_a_long_run_are_refused(words: str) -> None:
    with pytest.raises(RequestError, match="must have cycles of at least one call in a run of more than 1,048,576"):
        planned(words)
