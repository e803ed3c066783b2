"""Budgets count the steps of an epoch as real loaders and Trainers do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cosine_cli.plans.model.budget import Budget
from cosine_cli.plans.model.budget_arithmetic import comments, other_counts, steps_of_transformers

RECORDED = json.loads((Path(__file__).parent / "recorded_budgets.json").read_text())
IMAGENET = Budget(dataset_size=1_281_167, batch_size=32, devices=8, accumulate=4)


def budget_of(record: dict[str, Any]) -> Budget:
    return Budget(**{name: value for name, value in record.items() if name not in ("loop", "trainer")})


def test_at_least_200_sizes_are_recorded() -> None:
    assert len(RECORDED) >= 200
    assert sum(record["loop"] > 1 and record["accumulate"] > 1 for record in RECORDED) > 50


@pytest.mark.parametrize("record", RECORDED, ids=[f"{at}" for at in range(len(RECORDED))])
def test_steps_are_those_of_a_loop(record: dict[str, Any]) -> None:
    assert budget_of(record).steps_per_epoch == record["loop"]


@pytest.mark.parametrize("record", RECORDED, ids=[f"{at}" for at in range(len(RECORDED))])
def test_steps_are_those_of_a_trainer_or_the_difference_has_a_note(record: dict[str, Any]) -> None:
    budget = budget_of(record)
    if budget.steps_per_epoch != record["trainer"]:
        assert any("with dataloader_drop_last" in note for note in other_counts(budget))


@pytest.mark.parametrize("record", RECORDED, ids=[f"{at}" for at in range(len(RECORDED))])
def test_the_count_of_transformers_is_that_of_a_trainer(record: dict[str, Any]) -> None:
    assert steps_of_transformers(budget_of(record)) == record["trainer"]


def test_the_steps_of_a_number_of_tokens() -> None:
    budget = Budget(tokens=100 * 10**9, sequence_length=4096, batch_size=8, devices=64, accumulate=2)
    assert budget.tokens_per_step == 8 * 64 * 2 * 4096
    assert budget.steps == 23_841  # 100e9 / 4194304 = 23841.86


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("accumulate", [1, 3])
@pytest.mark.parametrize("size", [10, 47, 48, 100])
def test_the_steps_of_a_number_of_tokens_of_a_dataset(size: int, accumulate: int, *, drop_last: bool) -> None:
    budget = Budget(
        dataset_size=size, batch_size=8, accumulate=accumulate, drop_last=drop_last, tokens=3001, sequence_length=7
    )
    batches = [8] * (size // 8) + [size % 8] * (size % 8 > 0 and not drop_last)
    steps = [sum(batches[at : at + accumulate]) for at in range(0, len(batches), accumulate)]
    assert (budget.samples_per_epoch, budget.steps_per_epoch) == (sum(steps), len(steps))
    epochs, rest = divmod(3001 // 7, sum(steps))
    filled = sum(sum(steps[: at + 1]) <= rest for at in range(len(steps)))
    assert budget.steps == epochs * len(steps) + filled


def test_the_global_batch_is_shared() -> None:
    shared = Budget(dataset_size=1_281_167, global_batch_size=1024, devices=8, accumulate=4)
    assert (shared.batch, shared.steps_per_epoch) == (32, IMAGENET.steps_per_epoch)


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (
            IMAGENET,
            {
                "dataset_size": "160,146 samples per device, 5,005 batches",
                "accumulate": "1,252 steps per epoch, of at most 1,024 samples",
            },
        ),
        (
            Budget(dataset_size=100, batch_size=7, drop_last=True),
            {
                "dataset_size": "100 samples per device, 14 full batches",
                "accumulate": "14 steps per epoch, of 7 samples",
            },
        ),
        (
            Budget(sequence_length=1024, global_batch_size=512),
            {"sequence_length": "524,288 tokens per step", "global_batch_size": "512 samples per step"},
        ),
        (
            Budget(dataset_size=10, batch_size=16, tokens=200, sequence_length=2),
            {
                "dataset_size": "10 samples per device, 1 batch",
                "tokens": "10 steps of at most 32 tokens",
                "accumulate": "1 step per epoch, of at most 16 samples",
            },
        ),
    ],
    ids=["dataset", "drop-last", "global", "one"],
)
def test_the_arithmetic_in_words(budget: Budget, expected: dict[str, str]) -> None:
    assert comments(budget) == expected


def test_who_counts_otherwise() -> None:
    (note,) = other_counts(IMAGENET)
    assert note == (
        "5,005 batches are not a multiple of 4: transformers before 4.52 counts 1,251 steps per epoch, not 1,252"
    )
    (note,) = other_counts(Budget(dataset_size=31, batch_size=8, devices=4, drop_last=True))
    assert note == (
        "with dataloader_drop_last, transformers counts 0 batches per epoch, not 1: "
        "it drops samples before it distributes them"
    )
