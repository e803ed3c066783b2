"""Schedules as a loop finds them that calls them once in several updates."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.frameworks.torch.decays import StepLR
from cosine_cli.plans.resolve.rescale import EveryFew, rescale
from cosine_cli.plans.resolve.stepping import by_call, in_calls
from cosine_cli.schedules.core import catalogue
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.noam import Noam
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.retime import Retime
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

PLAIN = [name for name in catalogue.names() if name != "sequence"]


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize(("epochs", "steps"), [(10, 3), (12, 49)])
def test_every_schedule_has_the_rates_of_the_steps_that_are_called(name: str, epochs: int, steps: int) -> None:
    schedule = planned(f"{name} --epochs {epochs} --steps-per-epoch {steps}").curves[0].schedule
    expected = schedule(np.arange(epochs + 1.0) * steps)
    found = rescale(schedule, float(steps), epochs)
    assert found(np.arange(epochs + 1.0)) == pytest.approx(expected, abs=1e-13 * schedule.peak, rel=0)


def test_times_are_converted_in_full() -> None:
    warmed = Warmup(warmup=500, of=Cosine(lr=0.1, total=3410))
    found = rescale(warmed, 391.0, 10)
    assert found == Warmup(warmup=500 / 391, of=Cosine(lr=0.1, total=3410 / 391))


def test_rates_that_depend_on_the_number_of_steps_are_converted_too() -> None:
    # The peak is factor / sqrt(d_model warmup): with a hundredth of the steps it would be ten times as high.
    found = rescale(Noam(d_model=64, warmup=400), 100.0, 10)
    assert found == Noam(d_model=64, warmup=4, factor=0.1)


def test_steps_ahead_are_converted_too() -> None:
    found = rescale(Retime(stretch=2, ahead=50, of=Cosine(lr=0.1, total=100)), 10.0, 10)
    assert found == Retime(stretch=2, ahead=5, of=Cosine(lr=0.1, total=10))


@pytest.mark.parametrize(
    "schedule",
    [
        Restarts(cycle=4, cycles=5, of=Cosine(lr=0.1, total=4)),
        Warmup(warmup=5, of=StepLR(lr=0.1, step_size=7)),
        # After 25 drops of 2.2 the core is at 55.00000000000001, in steps at 550.
        Step(lr=0.1, step_size=22, gamma=0.5),
    ],
    ids=["a cycle within a call", "a framework's schedule", "a boundary that rounds otherwise"],
)
def test_what_cannot_be_converted_turns_each_call_into_its_step(schedule: Warmup | Restarts | Step) -> None:
    found = rescale(schedule, 10.0, 60)
    assert found == EveryFew(steps=10, of=schedule)
    assert found([0, 1, 55]).tolist() == schedule([0, 10, 550]).tolist()


def test_a_call_in_steps_has_the_pieces_and_the_end_of_what_is_called() -> None:
    found = EveryFew(steps=10, of=Step(lr=0.1, step_size=25, gamma=0.5))
    assert found.knots(7, 9) == (2.5, 5.0)
    assert found.peak == 0.1
    assert EveryFew(steps=10, of=Cosine(lr=0.1, total=5)).ends == float("inf")


def test_a_loop_that_holds_the_rate_for_the_calls_is_what_is_called() -> None:
    cosine = Cosine(lr=0.1, total=100)
    assert by_call(Staircase(every=10, of=cosine), 10, 10) == Cosine(lr=0.1, total=10)
    assert by_call(Staircase(every=10, of=Retime(stretch=10, of=StepLR(lr=0.1, step_size=3))), 10, 10) == StepLR(
        lr=0.1, step_size=3
    )


@pytest.mark.parametrize("update", ["step", "epoch"])
def test_a_framework_is_asked_for_the_curve_in_its_calls(update: str) -> None:
    plan = planned(f"cosine:warmup=500st --epochs 10 --steps-per-epoch 391 --update {update}")
    schedule, run = in_calls(plan.curves[0], plan, "torch")
    assert schedule == Warmup(warmup=500 / 391, of=Cosine(lr=0.1, total=3410 / 391))
    assert run == 10.0
    assert in_calls(plan.curves[0], plan, "optax") == (plan.curves[0].schedule, 3910.0)
