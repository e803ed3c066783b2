"""Steps, epochs or rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs.made_logs import cosine, csv_of, json_lines_of, log_of, only_run, refusal

if TYPE_CHECKING:
    from pathlib import Path

RATES = [cosine(k, 20) for k in range(20)]


def test_the_step_of_the_optimizer_precedes_that_of_the_logger(tmp_path: Path) -> None:
    columns = {"_step": range(0, 40, 2), "train/global_step": range(10, 210, 10), "lr": RATES}
    series = only_run(log_of(tmp_path, csv_of(columns)))
    assert (series.time_column, series.unit, series.times[-1]) == ("train/global_step", "step", 200)


def test_steps_precede_epochs_which_are_kept(tmp_path: Path) -> None:
    columns = {"epoch": [k // 5 for k in range(20)], "step": range(20), "lr": RATES}
    series = only_run(log_of(tmp_path, csv_of(columns)))
    assert (series.time_column, series.unit) == ("step", "step")
    assert series.epochs is not None
    assert series.epochs.tolist() == [k // 5 for k in range(20)]


def test_epochs_are_not_steps(tmp_path: Path) -> None:
    series = only_run(log_of(tmp_path, csv_of({"Epoch": range(1, 21), "LR": RATES})))
    assert (series.time_column, series.unit, series.epochs) == ("Epoch", "epoch", None)


def test_rows_are_counted_without_either(tmp_path: Path) -> None:
    log = log_of(tmp_path, csv_of({"loss": range(20), "lr": RATES}))
    series = only_run(log)
    assert (series.unit, series.time_column, series.times.tolist()) == ("row", "", list(range(20)))
    assert log.notes == ("the log has neither steps nor epochs: rows are counted from 0",)


def within_epochs(epochs: int, *, per_epoch: int = 4, length: int = 45, first: int = 1, constant: bool = False) -> str:
    """Return rows every 10 of 45 steps of an epoch."""
    rows = [
        {
            "epoch": epoch + first,
            "iter": 10 * (k + 1),
            "lr": cosine(epoch * length + (0 if constant else 10 * (k + 1)), 450),
        }
        for epoch in range(epochs)
        for k in range(per_epoch)
    ]
    return json_lines_of(rows)


def test_steps_within_epochs_of_a_given_length(tmp_path: Path) -> None:
    log = log_of(tmp_path, within_epochs(5), steps_per_epoch=45)
    series = only_run(log)
    assert series.times.tolist() == [45 * epoch + 10 * (k + 1) for epoch in range(5) for k in range(4)]
    assert series.unit == "step"
    assert log.notes == ("iter starts again in each epoch: steps are counted with 45 per epoch",)


def test_steps_within_epochs_of_unknown_length(tmp_path: Path) -> None:
    assert refusal(tmp_path, within_epochs(5)) == (
        "log: must have increasing steps, got a column iter that starts again in each epoch; "
        "pass --steps-per-epoch S; the log has 40 or more"
    )
    assert refusal(tmp_path, within_epochs(5), steps_per_epoch=39) == (
        "--steps-per-epoch: must be at least 40 for log, got 39"
    )


def test_a_rate_per_epoch_needs_no_length(tmp_path: Path) -> None:
    series = only_run(log_of(tmp_path, within_epochs(6, constant=True)))
    assert (series.unit, series.time_column, series.times.tolist()) == ("epoch", "epoch", [1, 2, 3, 4, 5, 6])


def test_a_warmup_in_the_first_epoch_and_a_rate_per_epoch(tmp_path: Path) -> None:
    rows = [
        {"mode": "train", "epoch": epoch, "iter": step, "lr": 0.02 * min(step / 500, 1) if epoch == 1 else 0.1**epoch}
        for epoch in range(1, 9)
        for step in range(50, 951, 50)
    ]
    log = log_of(tmp_path, json_lines_of(rows))
    series = only_run(log)
    assert series.unit == "epoch"
    assert series.times[[0, 18, 19, -1]].tolist() == [49 / 950, 949 / 950, 1 + 49 / 950, 7 + 949 / 950]
    (note,) = log.notes
    assert note == (
        "iter starts again in each epoch, of 950 or more steps: times within epochs are approximate; "
        "pass --steps-per-epoch S for steps"
    )


def test_steps_that_start_again_without_an_epoch(tmp_path: Path) -> None:
    rows = [{"step": 100 * k, "lr": cosine(epoch * 150 + 100 * k, 1500)} for epoch in range(8) for k in range(2)]
    text = json_lines_of(rows)
    assert "pass --steps-per-epoch S" in refusal(tmp_path, text)
    series = only_run(log_of(tmp_path, text, steps_per_epoch=150))
    assert series.times.tolist() == [150 * epoch + 100 * k for epoch in range(8) for k in range(2)]


def test_trainings_one_after_the_other_are_runs(tmp_path: Path) -> None:
    rows = [{"step": k, "lr": cosine(k, 10, peak)} for peak in (1e-3, 2e-3, 4e-3) for k in range(10)]
    log = log_of(tmp_path, json_lines_of(rows))
    assert [series.rates[0] for series in log.runs] == [1e-3, 2e-3, 4e-3]
    assert log.notes == ("3 runs in one file, steps 0 to 9, 0 to 9 and 0 to 9: choose one with --run N",)
    assert only_run(log_of(tmp_path, json_lines_of(rows), run=2)).rates[0] == 2e-3
    assert refusal(tmp_path, json_lines_of(rows), run=4) == "--run: must be from 1 to 3, got 4"


def test_several_rates_per_epoch_are_rows(tmp_path: Path) -> None:
    log = log_of(tmp_path, csv_of({"epoch": [k // 5 for k in range(20)], "lr": RATES}))
    assert only_run(log).unit == "row"
    assert log.notes == ("the log has no steps, and several rows per epoch: rows are counted from 0",)


@pytest.mark.parametrize("more", [{}, {"epochs": [10] * 12}, {"batch": [8, 16, 32, 64] * 3}, {"steps": [100] * 12}])
def test_a_table_of_settings_is_not_a_log(tmp_path: Path, more: dict[str, list[int]]) -> None:
    columns = {"learning_rate": [0.1, 0.001, 0.01] * 4, "accuracy": range(12), **more}
    assert refusal(tmp_path, csv_of(columns)) == (
        "log: looks like a table of settings, not a log, got values of learning_rate in no order, "
        "without increasing steps; pass the log of one run"
    )


@pytest.mark.parametrize("missing", [[3], [0, 19]])
def test_rows_without_a_step(tmp_path: Path, missing: list[int]) -> None:
    steps = ["" if k in missing else str(k) for k in range(20)]
    log = log_of(tmp_path, csv_of({"step": steps, "lr": RATES}))
    assert len(only_run(log).times) == 20 - len(missing)
    (note,) = log.notes
    assert note.endswith(
        ("1 row with a rate does not have a step and was not read", "do not have a step and were not read")
    )


@pytest.mark.parametrize("options", [{}, {"steps_per_epoch": 45}])
def test_rows_without_a_step_within_an_epoch(tmp_path: Path, options: dict[str, int]) -> None:
    text = within_epochs(6, constant=True).replace('"iter": 20, ', "", 1).replace('"epoch": 3, ', "", 1)
    log = log_of(tmp_path, text, **options)
    assert log.notes[1] == "2 rows with a rate do not have iter or epoch and were not read"
