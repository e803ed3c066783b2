"""What compilation changes of curves: drops that come late, lost restarts, and nothing where it is rounding."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.studies.compilation import effect

STAIRS = "optax.exponential_decay:init_value=0.1,transition_steps=41,decay_rate=0.5,staircase=true"
RESTARTS = "keras.CosineDecayRestarts:first_decay_steps=10,t_mul=1.05"


@pytest.mark.parametrize(
    ("words", "update", "compiled", "called"),
    [
        (f"{STAIRS} --steps 100", 41, 0.1, 0.05),
        (f"{STAIRS} --steps 50000000", 41, 0.1, 0.05),
        (f"{STAIRS} --epochs 100 --steps-per-epoch 41 --update epoch", 41, 0.1, 0.05),
        (f"{RESTARTS} --steps 60", 10, 0.0, 0.1),
        ("keras.CosineDecayRestarts:first_decay_steps=41,t_mul=1 --steps 60", 41, 0.0, 0.1),
        ("keras.PolynomialDecay:decay_steps=15,cycle=true --steps 60", 45, 0.025075, 0.0001),
    ],
)
def test_the_first_update_with_another_rate(words: str, update: int, compiled: float, called: float) -> None:
    (curve,) = (plan := planned(words)).curves
    found = effect(curve.schedule, plan.clock.total)
    assert found is not None
    assert found.update == update
    assert (found.compiled, found.called) == pytest.approx((compiled, called), abs=1e-6)


@pytest.mark.parametrize(
    "words",
    [
        "cosine --steps 100",
        "torch.StepLR:step_size=41 --steps 100",
        "optax.cosine_decay_schedule:decay_steps=100 --steps 100",
        f"{STAIRS} --steps 40",
        # NaN is said otherwise.
        "optax.polynomial_schedule:end_value=0,power=0.5,transition_steps=10 --steps 20",
    ],
)
def test_what_is_no_more_than_rounding_is_no_effect(words: str) -> None:
    plan = planned(words)
    assert effect(plan.curves[0].schedule, plan.clock.total) is None


def test_schedules_inside_others_are_found() -> None:
    config = """\
steps: 100
curves:
  - scale:
      factor: 0.5
      of: {optax.exponential_decay: {init_value: 0.1, transition_steps: 41, decay_rate: 0.5, staircase: true}}
"""
    plan = planned("", config)
    found = effect(plan.curves[0].schedule, 100)
    assert found is not None
    assert (found.compiled, found.called) == pytest.approx((0.05, 0.025))
