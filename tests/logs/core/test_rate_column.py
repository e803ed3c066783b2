"""Names of learning rates."""

from __future__ import annotations

import pytest

from cosine_cli.logs.core.rate_column import exact, is_rate


@pytest.mark.parametrize(
    "name",
    [
        "lr",
        "LR",
        " lr ",
        "learning_rate",
        "learning rate",
        "Learning Rate",
        "LearningRate",
        "train/learning_rate",
        "train_lr",
        "lr-AdamW",
        "lr-AdamW/pg1",
        "lr/pg0",
        "x/lr0",
        "lr_backbone",
        "lr/0",
        "optim/lr",
        "run 1 - train/lr",
        "actor/lr",
        "train.lr",
    ],
)
def test_rate(name: str) -> None:
    assert is_rate(name)


@pytest.mark.parametrize(
    "name",
    [
        "loss",
        "slr",
        "lrp",
        "max_lr",
        "min_lr",
        "initial_lr",
        "val_learning_rate",
        "lr_scheduler",
        "lr_decay",
        "param_learning_rate",
        "config/lr",
        "lr__MIN",
        "log_lr",
        "clr",
        "",
    ],
)
def test_not_a_rate(name: str) -> None:
    assert not is_rate(name)


def test_exact_names_have_an_order() -> None:
    assert exact(["train_lr", "lr", "learning_rate"]) == "learning_rate"
    assert exact(["lr-SGD", "LR"]) == "LR"
    assert exact(["lr-SGD", "lr/pg1"]) is None
