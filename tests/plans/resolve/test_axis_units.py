"""The units of a time axis: which there are, and to which a run converts."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.errors import RequestError

CONTENT = "--batch-size 8 --sequence-length 16"


@pytest.mark.parametrize(
    ("words", "axis"),
    [
        ("--steps 100", ()),
        ("--steps 100 --axis step", ("step",)),
        ("--axis epoch", ("epoch",)),
        (f"--steps 100 {CONTENT} --axis tokens", ("token",)),
        (f"--steps 100 {CONTENT} --axis token,Samples", ("token", "sample")),
        ("--steps-per-epoch 1 --axis step,epoch", ("step", "epoch")),
        ("--dataset-size 8 --batch-size 8 --axis step", ("step",)),
    ],
)
def test_the_units(words: str, axis: tuple[str, ...]) -> None:
    assert planned(words).axis == axis


def test_in_a_config() -> None:
    assert planned("", "axis: token\nsteps: 9\nbudget: {batch_size: 2, sequence_length: 3}").axis == ("token",)
    assert planned("", "axis: [step, sample]\nsteps: 9\nbudget: {batch_size: 2}").axis == ("step", "sample")
    assert planned("--axis step", "axis: token\nsteps: 9").axis == ("step",)


GIVE_STEPS = "pass --steps-per-epoch (steps_per_epoch in a config)"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--axis hour", "must be epoch, step, sample or token, got 'hour'"),
        ("--axis tokne", "must be epoch, step, sample or token, got 'tokne'; did you mean token?"),
        ("--axis ,", "must be epoch, step, sample or token, got ','"),
        ("--axis step,step", "must be one unit, or two that differ, got 'step,step'; as in token,step"),
        ("--axis step,epoch,token", "must be one unit, or two that differ, got 'step,epoch,token'; as in token,step"),
        ("--axis step", f"cannot be step: the steps per epoch are not known, got 'step'; {GIVE_STEPS}"),
        ("--steps 9 --axis epoch", f"cannot be epoch: the steps per epoch are not known, got 'epoch'; {GIVE_STEPS}"),
        (
            "--steps 9 --axis step,epoch",
            f"cannot be epoch: the steps per epoch are not known, got 'step,epoch'; {GIVE_STEPS}",
        ),
        (
            "--steps 9 --axis sample",
            "cannot be sample: the samples per step are not known, got 'sample'; pass --batch-size",
        ),
        (
            "--axis token",
            (
                "cannot be token: the tokens per step are not known, got 'token'; pass --dataset-size, --batch-size "
                "and --sequence-length"
            ),
        ),
        (
            "--steps 9 --axis token",
            "cannot be token: the tokens per step are not known, got 'token'; pass --batch-size and --sequence-length",
        ),
        (
            "--steps 9 --batch-size 8 --axis token",
            "cannot be token: the tokens per step are not known, got 'token'; pass --sequence-length",
        ),
        (
            "--epochs 9 --axis sample",
            (
                "cannot be sample: the samples per step are not known, got 'sample'; pass --dataset-size and "
                "--batch-size"
            ),
        ),
    ],
)
def test_units_that_there_are_not(words: str, message: str) -> None:
    with pytest.raises(RequestError) as error:
        planned(words)
    assert str(error.value) == f"--axis: {message}"


RUNS = "axis: {axis}\nruns: [{{name: a, {a}, curves: [cosine]}}, {{name: b, {b}, curves: [cosine]}}]"


@pytest.mark.parametrize(
    ("axis", "a", "b", "message"),
    [
        ("epoch", "{steps: 9, steps_per_epoch: 3}", "{steps: 9}", "the steps per epoch of b are not known"),
        ("sample", "{steps: 9, budget: {batch_size: 3}}", "{steps: 9}", "the samples per step of b are not known"),
        (
            "'sample,step'",
            "{steps: 9, budget: {batch_size: 3}}",
            "{steps: 9, budget: {batch_size: 4}}",
            "steps cannot be shown beside samples: they differ between the runs",
        ),
        (
            "'step,epoch'",
            "{steps: 9, steps_per_epoch: 3}",
            "{steps: 9, steps_per_epoch: 4}",
            "epochs cannot be shown beside steps: they differ between the runs",
        ),
        (
            "'step,token'",
            "{steps: 9, budget: {batch_size: 3, sequence_length: 5}}",
            "{steps: 9, budget: {batch_size: 3, sequence_length: 6}}",
            "tokens cannot be shown beside steps: they differ between the runs",
        ),
    ],
)
def test_units_that_one_of_several_runs_does_not_have(axis: str, a: str, b: str, message: str) -> None:
    with pytest.raises(RequestError, match=message):
        planned("", RUNS.format(axis=axis, a=a[1:-1], b=b[1:-1]))
