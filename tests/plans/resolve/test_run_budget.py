"""The budget of a run: what is counted from it, and what contradicts it."""

from __future__ import annotations

import pytest
from plans.importers.files import planned_of
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text

IMAGES = "--dataset-size 1281167 --batch-size 32 --devices 8 --accumulate 4"
TEXTS = "--tokens 100B --sequence-length 4096 --batch-size 8 --devices 64 --accumulate 2"


def clock(flags: str, config: str = "curves: [cosine]") -> Clock:
    return planned(flags, config=config).clock


@pytest.mark.parametrize(
    ("flags", "unit", "length", "steps_per_epoch"),
    [
        (f"{IMAGES} --epochs 90", "epoch", 90, 1252),
        (IMAGES, "epoch", 100, 1252),
        (f"{IMAGES} --steps 10k", "step", 10_000, 1252),
        (TEXTS, "step", 23_841, None),
        (f"{TEXTS} --dataset-size 1M", "step", 23_852, 977),  # 24 epochs, and 414,062 // 1,024 steps
        ("--steps 500 --batch-size 8", "step", 500, None),
    ],
)
def test_the_clock(flags: str, unit: str, length: int, steps_per_epoch: int | None) -> None:
    found = clock(flags)
    assert (found.unit, found.length, found.steps_per_epoch) == (unit, length, steps_per_epoch)


@pytest.mark.parametrize(
    ("warmup", "steps"),
    [("2Btok", 477), ("99.9Btok", 23_818), ("500st", 500), ("5%", 1192), ("1Msample", 977), ("1_024_000 sample", 1000)],
)
def test_times_in_samples_and_tokens(warmup: str, steps: int) -> None:
    plan = planned(f"cosine {TEXTS} --warmup '{warmup}'")
    assert plan.curves[0].warmup == steps


def test_an_epoch_is_the_dataset_to_the_last_sample() -> None:
    plan = planned(f"cosine {IMAGES} --epochs 2 --warmup 1281167sample")
    assert plan.curves[0].warmup == 1252


@pytest.mark.parametrize(
    ("flags", "config", "expected"),
    [
        ("--steps 7", "budget: {tokens: 1M, sequence_length: 8, batch_size: 8}\ncurves: [cosine]", 7),
        ("--tokens 640", "epochs: 5\nbudget: {sequence_length: 8, batch_size: 8}\ncurves: [cosine]", 10),
        ("--steps-per-epoch 3", "epochs: 5\nbudget: {dataset_size: 64, batch_size: 8}\ncurves: [cosine]", 15),
        ("--dataset-size 64", "epochs: 5\nsteps_per_epoch: 3\nbudget: {batch_size: 8}\ncurves: [cosine]", 40),
        ("--global-batch-size 4", "epochs: 5\nbudget: {dataset_size: 64, batch_size: 8}\ncurves: [cosine]", 80),
        ("--devices 2", "epochs: 5\nbudget: {dataset_size: 64, batch_size: 8}\ncurves: [cosine]", 20),
    ],
)
def test_flags_replace_what_they_contradict_in_a_config(flags: str, config: str, expected: int) -> None:
    assert clock(flags, config).total == expected


@pytest.mark.parametrize(
    "flags",
    [
        f"{IMAGES} --epochs 3 --drop-last",
        TEXTS,
        "--steps 9 --global-batch-size 8",
        "--epochs 3 --steps-per-epoch 1 --batch-size 8",
    ],
)
def test_a_written_plan_keeps_the_budget(flags: str) -> None:
    plan = planned(f"cosine:warmup=1 linear {flags}")
    assert plan.budget is not None
    assert resolve(parse_config_text(config_text(plan), "c.yaml")) == plan


def test_runs_side_by_side_keep_their_budgets() -> None:
    config = (
        "runs:\n- {name: a, epochs: 3, budget: {dataset_size: 640, batch_size: 8}, curves: [cosine]}\n"
        "- {name: b, budget: {tokens: 8k, batch_size: 8, sequence_length: 10}, curves: [cosine]}"
    )
    plan = planned(config=config)
    assert [run.clock.total for run in plan.runs] == [240, 100]
    assert resolve(parse_config_text(config_text(plan), "c.yaml")) == plan


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("--tokens 1M --epochs 3", "--tokens and --epochs: cannot be combined: a run has one length"),
        (
            "--tokens 1M --epochs 3 --dataset-size 100 --batch-size 8",
            "--tokens and --epochs: cannot be combined: a run has one length",
        ),
        (
            "--tokens 1M --batch-size 8",
            "--tokens: needs --sequence-length, the tokens of a sample, got '1M'; pass --sequence-length",
        ),
        (
            "--dataset-size 10",
            "--dataset-size: needs --batch-size, the samples per device and forward pass, got '10'; pass --batch-size",
        ),
        (
            "--batch-size 8 --global-batch-size 16",
            (
                "--batch-size and --global-batch-size: cannot be combined: the global batch is batch size × devices × "
                "accumulate"
            ),
        ),
        (
            "--dataset-size 10 --batch-size 8 --devices 2 --drop-last",
            "--drop-last: an epoch has no full batch: 10 samples on 2 devices are 5 each, and a batch has 8",
        ),
        (
            "--global-batch-size 100 --devices 3 --accumulate 2",
            (
                "--global-batch-size: must be a multiple of devices times accumulate, 3 × 2 = 6, got '100'; "
                "did you mean 96 or 102?"
            ),
        ),
        (
            "--tokens 100 --batch-size 8 --sequence-length 16",
            "--tokens: must be at least one step of 128 tokens, got '100'",
        ),
        (
            "--tokens 100 --batch-size 8 --sequence-length 16 --dataset-size 7",
            "--tokens: must be at least one step of 112 tokens, got '100'",
        ),
        (
            "--dataset-size 100 --batch-size 2 --steps-per-epoch 3",
            (
                "--dataset-size and --steps-per-epoch: cannot be combined: the steps per epoch are counted from the "
                "dataset"
            ),
        ),
        (
            "--warmup 5tok",
            (
                "--warmup: cannot be in tokens: the tokens per step are not known, got '5tok'; pass "
                "--dataset-size, --batch-size and --sequence-length"
            ),
        ),
        (
            "--warmup 5sample --batch-size 100 --steps 9",
            "--warmup: must be at least one step, and a step is 100 samples, got '5sample'",
        ),
        (
            "--warmup 5tok --batch-size 8 --steps 9",
            "--warmup: cannot be in tokens: the tokens per step are not known, got '5tok'; pass --sequence-length",
        ),
        (
            "--warmup 5tok --tokens 100B --sequence-length 4096 --batch-size 512",
            "--warmup: must be at least one step, and a step is 2,097,152 tokens, got '5tok'",
        ),
        (
            "--tokens 1M",
            "--tokens: needs --batch-size and --sequence-length, got '1M'; pass --batch-size and --sequence-length",
        ),
        ("--drop-last", "--drop-last: needs --dataset-size and --batch-size; pass --dataset-size and --batch-size"),
        (
            "--epochs 3 --batch-size 8 --devices 2",
            "--epochs: needs --dataset-size, the samples of an epoch, with a batch size, got '3'; pass --dataset-size",
        ),
        (
            "--warmup 16sample --global-batch-size 8",
            (
                "--global-batch-size: needs --dataset-size, the samples of an epoch, in a run of epochs, got '8'; pass "
                "--dataset-size"
            ),
        ),
        (
            "--dataset-size 4 --batch-size 8 --drop-last",
            "--drop-last: an epoch has no full batch: 4 samples on 1 device are 4 each, and a batch has 8",
        ),
        (
            "--devices 0 --batch-size 2",
            "--devices: must be a whole number of at least 1 and at most 9007199254740992, got '0'",
        ),
        (
            "--accumulate 0.5 --batch-size 2",
            "--accumulate: must be a whole number of at least 1 and at most 9007199254740992, got '0.5'",
        ),
    ],
)
def test_what_is_refused(flags: str, expected: str) -> None:
    with pytest.raises(RequestError) as error:
        planned(f"cosine {flags}")
    assert str(error.value.problems[0]) == expected


def test_samples_that_are_dropped_are_not_counted() -> None:
    plan = planned("linear --epochs 3 --dataset-size 109 --batch-size 10 --accumulate 8 --drop-last")
    assert plan.clock.in_unit("sample").length == 300  # steps of 80 and 20 samples in each epoch


@pytest.mark.parametrize(
    ("flags", "config", "where"),
    [
        ("--epochs 3", "budget: {batch_size: 8}\nsteps: 9", "--epochs: needs --dataset-size"),
        ("--batch-size 8", "epochs: 9", "--batch-size: needs --dataset-size"),
        ("", "epochs: 9\nbudget: {batch_size: 8}", ":2:9: needs dataset_size"),
        ("", "budget: {batch_size: 8}", ":2:22: needs dataset_size"),
    ],
)
def test_a_batch_without_a_dataset_in_a_run_of_epochs(flags: str, config: str, where: str) -> None:
    with pytest.raises(RequestError) as error:
        planned(flags, config=f"curves: [linear]\n{config}")
    (problem,) = error.value.problems
    assert where in str(problem)


def test_all_invalid_values_are_reported() -> None:
    with pytest.raises(RequestError) as error:
        planned(config="epochs: 9\nbudget: {batch_size: 0, devices: -1, dataset_size: 1.5, accumulate: nan}")
    assert [problem.where.partition(":")[2] for problem in error.value.problems] == ["2:22", "2:34", "2:52", "2:69"]


def test_an_option_of_a_budget_at_the_top_level_of_a_config() -> None:
    with pytest.raises(RequestError) as error:
        planned(config="epochs: 9\ndataset_size: 10\ncurves: [cosine]")
    assert str(error.value).endswith(":2:1: unknown key 'dataset_size'; dataset_size belongs under budget")


def test_a_place_in_a_config() -> None:
    with pytest.raises(RequestError) as error:
        planned(config="budget: {tokens: 5, batch_size: 1}\ncurves: [cosine]")
    assert str(error.value.problems[0]).endswith(
        ":1:18: needs sequence_length, the tokens of a sample, got '5'; add sequence_length"
    )


ARGUMENTS = '{"learning_rate": 1e-3, "lr_scheduler_type": "linear", "num_train_epochs": 3, "output_dir": "x"}'


@pytest.mark.parametrize(
    ("flags", "total"),
    [("--dataset-size 64 --batch-size 8", 24), ("--tokens 640 --batch-size 8 --sequence-length 8", 10)],
)
def test_a_config_of_another_program_is_read_with_what_is_counted(flags: str, total: int) -> None:
    plan = planned_of(ARGUMENTS, given(flags))
    assert plan.clock.total == total
    assert plan.curves[0].params["num_training_steps"] == total


def given(flags: str) -> dict[str, str]:
    words = flags.split()
    return {
        name.removeprefix("--").replace("-", "_"): value for name, value in zip(words[::2], words[1::2], strict=True)
    }
