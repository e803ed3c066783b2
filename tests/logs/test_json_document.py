"""JSON documents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from logs.made_logs import cosine, log_of, only_run, refusal

if TYPE_CHECKING:
    from pathlib import Path

STEPS = range(20)
RATES = [cosine(step, 20) for step in STEPS]
ROWS = [{"step": step, "lr": rate} for step, rate in zip(STEPS, RATES, strict=True)]


@pytest.mark.parametrize(
    ("document", "unit"),
    [
        (ROWS, "step"),
        ({"name": "run", "history": ROWS}, "step"),
        ({"step": list(STEPS), "lr": RATES}, "step"),
        ({"lr": 0.5, "history": ROWS}, "step"),
        ({"history": {"loss": RATES, "lr": RATES, "best": [1]}, "params": {"epochs": 20}}, "row"),
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_shapes(tmp_path: Path, document: Any, unit: str, indent: int | None) -> None:
    log = log_of(tmp_path, json.dumps(document, indent=indent))
    assert (log.format, only_run(log).unit, only_run(log).rates.tolist()) == ("JSON", unit, RATES)


def test_a_short_list_with_a_row_per_line(tmp_path: Path) -> None:
    text = "[\n" + ",\n".join(json.dumps(row) for row in ROWS[:5]) + "\n]\n"
    log = log_of(tmp_path, text)
    assert (log.format, only_run(log).rates.tolist()) == ("JSON", RATES[:5])


def test_entries_that_are_not_rows(tmp_path: Path) -> None:
    log = log_of(tmp_path, json.dumps([*ROWS, 5, None]))
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == ("2 entries are not objects and were not read",)


def test_lists_of_other_lengths(tmp_path: Path) -> None:
    log = log_of(tmp_path, json.dumps({"lr": RATES, "step": list(STEPS)[1:], "lr-b": [0.1] * 6, "best": [1]}))
    assert only_run(log).unit == "row"
    assert log.notes[:2] == (
        "step has 19 values instead of 20 and was not read",
        "lr-b has 6 values instead of 20 and was not read",
    )


def test_a_text_log_that_begins_with_a_bracket(tmp_path: Path) -> None:
    log = log_of(tmp_path, "".join(f"[12:00] {json.dumps(row)}\n" for row in ROWS))
    assert (log.format, only_run(log).rates.tolist()) == ("text log", RATES)


def test_a_list_that_is_cut_off(tmp_path: Path) -> None:
    text = json.dumps(ROWS, indent=1)
    log = log_of(tmp_path, text[: text.index('"step": 15')])
    assert only_run(log).rates.tolist() == RATES[:15]
    assert log.notes == ("the file is not valid JSON after row 15: what follows is missing",)


def test_invalid(tmp_path: Path) -> None:
    assert refusal(tmp_path, '{"lr": [0.1, 0.2').startswith("log: must be valid JSON, got Expecting")


def test_one_row_is_not_a_log(tmp_path: Path) -> None:
    assert (
        refusal(tmp_path, '{"lr": 0.1,\n "epoch": 5}') == "log: must have at least 5 rows with a learning rate, got 1"
    )
