"""From the columns of a reader to the series of runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from logs.made_logs import cosine, csv_of, json_lines_of, log_of, only_run

from cosine_cli.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_that_stopped_at_once_is_not_read(tmp_path: Path) -> None:
    rows = [{"step": k, "lr": cosine(k, 10, 9e-3)} for k in range(3)]
    rows += [{"step": k, "lr": cosine(k, 20)} for k in range(20)]
    log = log_of(tmp_path, json_lines_of(rows))
    assert only_run(log).rates.tolist() == [cosine(k, 20) for k in range(20)]
    assert log.notes[-1] == "1 run has fewer than 5 rows and was not read"


def test_a_table_of_a_few_rows_is_not_read(tmp_path: Path) -> None:
    tables = {
        part: [{"step": k, "lr": cosine(k, 20)} for k in range(rows)]
        for part, rows in (("warm", 3), ("train", 20), ("tune", 1))
    }
    log = log_of(tmp_path, json.dumps(tables))
    assert only_run(log).column == "train: lr"
    assert log.notes == ("4 rows with a rate have other columns and were not read",)


def test_updates_that_were_skipped(tmp_path: Path) -> None:
    columns = {"step": range(20), "lr": [cosine(k, 20) for k in range(20)], "skipped": [min(k, 3) for k in range(20)]}
    skipped = only_run(log_of(tmp_path, csv_of(columns))).skipped
    assert skipped is not None
    assert skipped.tolist() == [min(k, 3) for k in range(20)]


def test_the_newest_row_first(tmp_path: Path) -> None:
    columns = {"step": range(19, -1, -1), "lr": [cosine(k, 20) for k in range(19, -1, -1)]}
    series = only_run(log_of(tmp_path, csv_of(columns)))
    assert series.times.tolist() == list(range(20))
    assert series.rates.tolist() == [cosine(k, 20) for k in range(20)]


def test_steps_that_doubles_do_not_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"must have steps up to 2\^53, got 1\.9e\+300 in step"):
        log_of(tmp_path, csv_of({"step": [k * 1e299 for k in range(20)], "lr": [cosine(k, 20) for k in range(20)]}))


def test_one_row_without_a_step(tmp_path: Path) -> None:
    columns = {"step": ["", *range(1, 20)], "lr": [cosine(k, 20) for k in range(20)]}
    assert "1 row with a rate does not have a step and was not read" in log_of(tmp_path, csv_of(columns)).notes
