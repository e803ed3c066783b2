"""One JSON object per line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs.made_logs import cosine, json_lines_of, log_of, only_run

if TYPE_CHECKING:
    from pathlib import Path

STEPS = range(10, 210, 10)
RATES = [cosine(step, 200) for step in STEPS]


def test_detectron2(tmp_path: Path) -> None:
    rows = [{"data_time": 0.1, "iteration": step, "lr": cosine(step, 200)} for step in STEPS]
    log = log_of(tmp_path, json_lines_of([*rows, {"iteration": 200}]))
    series = only_run(log)
    assert (log.format, series.column, series.time_column, log.notes) == ("JSON Lines", "lr", "iteration", ())
    assert (series.times.tolist(), series.rates.tolist()) == (list(STEPS), RATES)


def test_rows_of_validation_have_another_step(tmp_path: Path) -> None:
    rows = [{"env_info": "x"}]
    rows += [{"mode": "train", "iter": step, "lr": cosine(step, 200)} for step in STEPS]  # type: ignore[misc]
    rows.insert(5, {"mode": "val", "iter": 7, "lr": 0.5})  # type: ignore[dict-item]
    log = log_of(tmp_path, json_lines_of(rows))
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("1 row of validation was not read",)


def test_another_kind_of_mode(tmp_path: Path) -> None:
    rows = [{"mode": ["val"], "iter": step, "lr": cosine(step, 200)} for step in STEPS]
    log = log_of(tmp_path, json_lines_of(rows))
    assert (only_run(log).rates.tolist(), log.notes) == (RATES, ())


@pytest.mark.parametrize(
    ("cell", "echo"), [(10**400, "inf"), ("0.1" + "0" * 50 + "e-5", "more than 40 characters"), ("x", "x")]
)
def test_a_cell_that_is_not_read_has_a_note(tmp_path: Path, cell: int | str, echo: str) -> None:
    rows = [{"step": step, "lr": cosine(step, 200) if step != 50 else cell} for step in STEPS]
    log = log_of(tmp_path, json_lines_of(rows))
    assert only_run(log).times.tolist() == [step for step in STEPS if step != 50]
    assert log.notes == (f"1 cell of lr is not a number and was not read: '{echo}'",)


def test_total_steps_in_every_row_are_the_horizon(tmp_path: Path) -> None:
    rows = [{"current_steps": step, "total_steps": 400, "lr": cosine(step, 200), "epoch": step / 50} for step in STEPS]
    log = log_of(tmp_path, json_lines_of(rows))
    assert log.horizon == (400, "total_steps")
    assert only_run(log).time_column == "current_steps"


def test_step_and_horizon_in_one_cell(tmp_path: Path) -> None:
    rows = [{"learning_rate": cosine(step, 200), "global_step/max_steps": f"{step}/400"} for step in STEPS]
    log = log_of(tmp_path, json_lines_of(rows))
    assert (only_run(log).times.tolist(), only_run(log).time_column) == (list(STEPS), "global_step")
    assert log.horizon == (400, "max_steps")


def test_numbers_as_text(tmp_path: Path) -> None:
    rows = [{"num_updates": str(step), "lr": f"{cosine(step, 200):.6g}"} for step in STEPS]
    series = only_run(log_of(tmp_path, json_lines_of(rows)))
    assert series.rates.tolist() == [float(f"{rate:.6g}") for rate in RATES]
    assert series.tolerances[0] == 0.5e-9


def test_rates_in_mappings_and_lists(tmp_path: Path) -> None:
    rows = [{"step": step, "lr": [cosine(step, 200)] * 2, "optim": {"loss": 1.0}} for step in STEPS]
    series = only_run(log_of(tmp_path, json_lines_of(rows)))
    assert (series.column, series.also, series.rates.tolist()) == ("lr/0", ("lr/1",), RATES)


def test_lines_that_are_not_objects(tmp_path: Path) -> None:
    lines = json_lines_of({"step": step, "lr": cosine(step, 200)} for step in STEPS).splitlines()
    log = log_of(tmp_path, "\n".join([*lines[:7], "Traceback", '{"step": 75, "lr": 0.', *lines[7:]]) + "\n")
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("2 lines are not JSON objects and were not read",)


def test_a_damaged_row_counts_if_rows_are_counted(tmp_path: Path) -> None:
    lines = json_lines_of({"lr": 0.1 if row < 12 else 0.01} for row in range(20)).splitlines()
    lines[5] = lines[5].replace('"', "", 1)
    series = only_run(log_of(tmp_path, "\n".join([*lines[:3], "a warning", *lines[3:]]) + "\n"))
    assert series.times.tolist() == [row for row in range(20) if row != 5]
    assert series.rates.tolist() == [0.1 if row < 12 else 0.01 for row in range(20) if row != 5]


def test_a_line_that_is_cut_off(tmp_path: Path) -> None:
    text = json_lines_of({"step": step, "lr": cosine(step, 200)} for step in STEPS)
    log = log_of(tmp_path, text[:-4])
    assert only_run(log).rates.tolist() == RATES[:-1]
    assert log.notes == (
        "the last line has no line end and may be cut off",
        "1 line is not a JSON object and was not read",
    )


def test_many_other_keys(tmp_path: Path) -> None:
    rows = [{**{f"m{k}": 1 for k in range(500)}, "step": step, "lr": cosine(step, 200)} for step in STEPS]
    assert only_run(log_of(tmp_path, json_lines_of(rows))).rates.tolist() == RATES


def test_many_rows_with_columns_that_come_later(tmp_path: Path) -> None:
    rows = [{"step": k, **({"lr": cosine(k, 30_000)} if k >= 10_000 else {"loss": 1})} for k in range(30_000)]
    series = only_run(log_of(tmp_path, json_lines_of(rows)))
    assert series.times.tolist() == list(range(10_000, 30_000))
    assert series.rates.tolist() == [cosine(k, 30_000) for k in range(10_000, 30_000)]
