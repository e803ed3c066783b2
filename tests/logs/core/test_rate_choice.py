"""The column of rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from logs.made_logs import cosine, csv_of, log_of, only_run, refusal

if TYPE_CHECKING:
    from pathlib import Path

STEPS = range(20)
ONE = [cosine(k, 20) for k in STEPS]
OTHER = [cosine(k, 20, 3e-4) for k in STEPS]


def test_an_exact_name_precedes_others(tmp_path: Path) -> None:
    log = log_of(tmp_path, csv_of({"step": STEPS, "lr_backbone": OTHER, "lr": ONE}))
    assert only_run(log).column == "lr"
    assert log.notes == ("read lr; lr_backbone differs",)


def test_of_two_exact_names_the_rate_that_changes_is_read(tmp_path: Path) -> None:
    constant = [1e-3 if step % 5 == 0 else "" for step in range(40)]
    changing = [cosine(step, 40) for step in range(40)]
    log = log_of(tmp_path, csv_of({"step": range(40), "learning_rate": constant, "train/learning_rate": changing}))
    assert only_run(log).column == "train/learning_rate"
    assert log.notes == ("read train/learning_rate; learning_rate differs",)


def test_columns_with_the_same_rates_are_one(tmp_path: Path) -> None:
    log = log_of(tmp_path, csv_of({"step": STEPS, "lr-AdamW/pg1": ONE, "lr-AdamW/pg2": ONE}))
    assert (only_run(log).column, only_run(log).also, log.notes) == ("lr-AdamW/pg1", ("lr-AdamW/pg2",), ())


def test_the_same_rates_in_other_rows_and_in_single_precision(tmp_path: Path) -> None:
    single = [float(np.float32(rate)) for rate in ONE]
    columns: dict[str, list[object]] = {"lr_step": [], "lr-SGD": [], "step": []}
    for step in STEPS:
        columns["step"] += [step, step]
        columns["lr_step"] += [single[step], ""]
        columns["lr-SGD"] += ["", ONE[step]]
    series = only_run(log_of(tmp_path, csv_of(columns)))
    assert (series.column, series.also, series.rates.tolist()) == ("lr-SGD", ("lr_step",), ONE)


def test_columns_that_differ_need_a_choice(tmp_path: Path) -> None:
    text = csv_of({"step": STEPS, "lr-a": ONE, "lr-b": OTHER, "lr-c": ONE})
    assert refusal(tmp_path, text) == (
        "log: has 2 columns of rates that differ, got lr-a and lr-b; pass --column lr-a or --column lr-b"
    )
    assert only_run(log_of(tmp_path, text, column="lr-b")).rates.tolist() == OTHER


def test_a_name_with_blanks_can_be_typed(tmp_path: Path) -> None:
    text = csv_of({"Step": STEPS, "run 1 - lr": ONE, "run 2 - lr": OTHER})
    assert refusal(tmp_path, text).endswith("pass --column 'run 1 - lr' or --column 'run 2 - lr'")


def test_the_mean_over_an_epoch_does_not_count_beside_the_steps(tmp_path: Path) -> None:
    text = csv_of({"step": STEPS, "lr_step": ONE, "lr_epoch": OTHER})
    assert only_run(log_of(tmp_path, text)).column == "lr_step"


def test_a_requested_column(tmp_path: Path) -> None:
    text = csv_of({"step": STEPS, "lr": ONE, "Scheduled Rate": OTHER, "note": ["x"] * 20})
    assert only_run(log_of(tmp_path, text, column="scheduled rate")).column == "Scheduled Rate"
    assert refusal(tmp_path, text, column="lrs") == "--column: must be a column of log, got 'lrs'; did you mean lr?"
    assert refusal(tmp_path, text, column="note") == "--column: must be a column of numbers, got 'note'"


def test_no_column_of_rates(tmp_path: Path) -> None:
    assert refusal(tmp_path, csv_of({"step": STEPS, "loss": ONE})) == (
        "log: must have a column of learning rates, such as lr or learning_rate, got columns step and loss; "
        "pass --column NAME if one of them has the rates"
    )


def test_a_single_rate_is_a_setting(tmp_path: Path) -> None:
    text = csv_of({"step": STEPS, "lr": [0.5] + [""] * 19, "train/lr": ONE})
    assert only_run(log_of(tmp_path, text)).column == "train/lr"


def test_empty_columns_do_not_count(tmp_path: Path) -> None:
    text = csv_of({"step": STEPS, "lr-a": [""] * 20, "lr-b": OTHER})
    assert only_run(log_of(tmp_path, text)).column == "lr-b"
