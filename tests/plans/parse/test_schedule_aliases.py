"""Suggestions for other programs' schedule names."""

from __future__ import annotations

import pytest

from cosine_cli.plans.parse.curve_spec import parse_curve
from cosine_cli.plans.parse.schedule_aliases import curve_of, name_hint, schedule_hint


@pytest.mark.parametrize(
    ("text", "curve"),
    [
        ("CosineAnnealingLR", "cosine"),
        ("cosineannealinglr", "cosine"),
        ("cosine_annealing_lr", "cosine"),
        ("StepLR", "step"),
        ("MultiStepLR", "multistep"),
        ("ExponentialLR", "exponential"),
        ("SGDR", "sgdr"),
        ("CosineAnnealingWarmRestarts", "sgdr"),
        ("OneCycleLR", "onecycle"),
        ("CyclicLR", "cyclic"),
        ("cosine_schedule", "cosine"),
        ("get_cosine_scheduler", "cosine"),
        ("cosin", "cosine"),
        ("polynominal", "polynomial"),
        ("cosine_anealing", "cosine"),
        ("tf.keras.optimizers.schedules.CosineDecayy", "keras.CosineDecay"),
        # A warmup in the name is a warmup in the curve.
        ("linear_warmup_cosine", "cosine:warmup=5"),
        ("LinearWarmupCosineAnnealingLR", "cosine:warmup=5"),
        ("cosine_with_warmup", "cosine:warmup=5"),
        ("warmup_cosine_decay_schedule", "cosine:warmup=5"),
        ("get_linear_schedule_with_warmup", "linear:warmup=5"),
        ("get_constant_schedule_with_warmup", "constant:warmup=5"),
        ("WarmupMultiStepLR", "multistep:warmup=5"),
        ("CosineAnnealingWarmupRestarts", "sgdr:warmup=5"),
        ("WarmupLR", "log_warmup"),
        ("WarmupDecayLR", "linear:warmup=5"),
        ("warmup_stable_decay", "wsd"),
        ("cosine_with_warmup:warmup_steps=500", "cosine:warmup=500st"),
        # A value of a parameter as a name.
        ("triangular2", "cyclic:mode=triangular2"),
        ("exp_range:rise=20", "cyclic:mode=exp_range,rise=20"),
        ("piecewise_cosine", "piecewise_interpolated:between=cosine"),
        ("fractal", "chebyshev:order=fractal"),
        # A framework's own name with just its parameters is the framework's schedule.
        ("CosineAnnealingLR:T_max=50", "torch.CosineAnnealingLR:T_max=50"),
        ("CyclicLR:base_lr=0.01,max_lr=0.1", "torch.CyclicLR:base_lr=0.01,max_lr=0.1"),
        ("torch.optim.lr_scheduler.StepLR:step_size=30", "torch.StepLR:step_size=30"),
        ("torch.StepLr:step_size=30", "torch.StepLR:step_size=30"),
        ("cosine_restarts:T_0=10,T_mult=2", "sgdr:cycle=10,cycle_mult=2"),
        ("cosin:label='a, b',min_lr=0", "cosine:label='a, b',min_lr=0"),
        # A parameter that is not known leaves the name.
        ("cosin:zzz=1", "cosine"),
        ("LambdaLR", None),
        ("ReduceLROnPlateau", None),
        ("torch.LambdaLR", None),
        ("qqq", None),
        ("60", None),
    ],
)  # fmt: skip
def test_what_a_name_stands_for(text: str, curve: str | None) -> None:
    assert curve_of(parse_curve(text, unit="epoch")) == curve


def test_the_hint_repeats_the_syntax_of_the_parameter() -> None:
    assert schedule_hint(parse_curve("cosin:min_lr=0", unit="epoch")) == "did you mean cosine:min_lr=0?"
    assert name_hint("linear_warmup_cosine") == "did you mean cosine?"
    assert name_hint("torch.OneCycle") == "did you mean torch.OneCycleLR?"


def test_the_command_that_lists_the_schedules_is_given_if_no_name_is_close() -> None:
    assert name_hint("qqq") == "see 'cosine-lr explain'"
    assert name_hint("keras.LambdaLR") == "see 'cosine-lr explain keras'"
