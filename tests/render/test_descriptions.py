"""A plan's numbers in words."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.plans.model.clock import Clock
from cosine_cli.render.descriptions import ClockFormatter, brief, drawn, headline, rule

EPOCHS = ClockFormatter(Clock(unit="epoch", length=100, steps_per_epoch=391))
STEPS = ClockFormatter(Clock(unit="step", length=10**6, steps_per_epoch=None))


def test_the_same_number_of_steps_in_either_unit() -> None:
    assert (EPOCHS.length(391), EPOCHS.span(391), EPOCHS.moment(391)) == ("1", "an epoch", "epoch 1")
    assert (EPOCHS.length(195.5), EPOCHS.span(195.5), EPOCHS.moment(195.5)) == ("0.5", "0.5 epochs", "epoch 0.5")
    assert (STEPS.length(1), STEPS.span(1), STEPS.moment(1)) == ("1", "a step", "step 1")
    assert (STEPS.length(30_000), STEPS.span(30_000), STEPS.moment(2e6)) == ("30k", "30k steps", "step 2M")
    assert EPOCHS.length(450_450 * 391) == "450.45k"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(0.1, "0.1", id="short"),
        pytest.param(0.003125, "0.003125", id="exact-in-four-digits"),
        pytest.param(0.954993, "0.954993", id="exact-in-six"),
        pytest.param(0.01**0.01, "0.955", id="rounded"),
        pytest.param(1e-320, "1e-320", id="subnormal"),
        pytest.param(1.0, "1", id="one"),
        pytest.param(1 - 1e-9, "0.999999999", id="nearly-one"),
    ],
)
def test_a_number_that_was_given_is_not_rounded(value: float, text: str) -> None:
    assert EPOCHS.number(value) == text


def test_a_curve_that_begins_later() -> None:
    later = EPOCHS.later(391).later(391)
    assert (later.moment(391), later.span(391)) == ("epoch 3", "an epoch")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("", "Peak 0.1, 100 epochs"),
        ("--epochs 1", "Peak 0.1, 1 epoch"),
        ("--epochs 1e12", "Peak 0.1, 1T epochs"),
        ("--steps 20k --lr 3e-4", "Peak 3e-4, 20k steps"),
        ("--steps 20k --steps-per-epoch 10", "Peak 0.1, 20k steps"),
        ("--steps-per-epoch 391", "Peak 0.1, 100 epochs of 391 steps"),
        ("--warmup 5", "Peak 0.1, 100 epochs, warmup over 5"),
        ("--warmup 5% --steps-per-epoch 391", "Peak 0.1, 100 epochs of 391 steps, warmup over 5"),
        ("cosine:warmup=5 cosine", "Peak 0.1, 100 epochs"),
        ("cosine:lr=0.5 cosine", "Peaks 0.1 to 0.5, 100 epochs"),
        ("--lr 1.99999e-5", "Peak 1.99999e-5, 100 epochs"),
        ("--lr 1e-320", "Peak 1e-320, 100 epochs"),
        ("cosine --lr 0.123456789", "Peak 0.123457, 100 epochs"),
        ("cosine --steps 450450", "Peak 0.1, 450.45k steps"),
    ],
)
def test_the_headline(words: str, line: str) -> None:
    assert headline(planned(words)) == line


@pytest.mark.parametrize(
    ("words", "long", "short"),
    [
        ("constant", "", ""),
        ("cosine", "to 0 at epoch 100", ""),
        ("cosine:min_lr=1e-5 --warmup 5", "to 1e-5 at epoch 100", "to 1e-5"),
        ("linear:total=50", "to 0 at epoch 50", ""),
        ("polynomial:min_lr=0.01", "power 2, to 0.01 at epoch 100", "power 2, to 0.01"),
        ("step", "×0.1 every 30 epochs", "×0.1 / 30"),
        ("step:step_size=1", "×0.1 every epoch", "×0.1 / 1"),
        ("step:step_size=300 --steps 1000 --warmup 10", "×0.1 every 300 steps", "×0.1 / 300"),
        ("multistep:milestones=30/60/80", "×0.1 at 30, 60, 80", "×0.1 / 30 60 80"),
        ("multistep:milestones=1/2/3/4/5", "×0.1 at 5 milestones", "×0.1 / 5 milestones"),
        ("exponential:gamma=0.95", "×0.95 an epoch", "×0.95 an epoch"),
        ("exponential:gamma=0.95,per=2", "×0.95 every 2 epochs", "×0.95 every 2 epochs"),
        ("restarts:cycle=10", "10 cycles of 10", "cycle 10"),
        ("restarts:cycle=10,cycle_mult=2,cycle_decay=0.5", "cycles of 10, 20, 40, 80, peaks ×0.5", "cycle 10 ×2"),
    ],
)
def test_what_a_curve_does(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("", "cosine, step decay and exponential decay over 100 epochs"),
        ("cosine --steps 20k", "cosine over 20k steps"),
        ("cosine:label=\x1b", r"\x1b over 100 epochs"),
        ("constant " * 6, "6 curves over 100 epochs"),
    ],
)
def test_what_was_drawn(words: str, line: str) -> None:
    assert drawn(planned(words)) == line
