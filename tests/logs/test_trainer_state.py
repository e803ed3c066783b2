"""Trainer states."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from logs.made_logs import cosine, log_of, only_run, refusal

if TYPE_CHECKING:
    from pathlib import Path


def state(rows: int = 20, *, key: str = "learning_rate", **more: Any) -> dict[str, Any]:
    """Return a state as a Trainer writes it, with rows of evaluation that have no rate."""
    log: list[dict[str, Any]] = []
    for k in range(1, rows + 1):
        log.append({"epoch": k / 5, "loss": 2.5, key: cosine(10 * k, 400), "step": 10 * k})
        log.append({"epoch": k / 5, "eval_loss": 2.0, "step": 10 * k})
    log.append({"epoch": rows / 5, "step": 10 * rows, "train_runtime": 12.5})
    return {"epoch": 4.0, "global_step": 10 * rows, "log_history": log, "max_steps": 400, "trial_params": None, **more}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("key", ["learning_rate", "lr"])
def test_rates_steps_epochs_and_horizon(tmp_path: Path, indent: int | None, key: str) -> None:
    log = log_of(tmp_path, json.dumps(state(key=key), indent=indent))
    series = only_run(log)
    assert log.format == "Hugging Face trainer state"
    assert log.horizon == (400, "max_steps")
    assert series.times.tolist() == list(range(10, 210, 10))
    assert series.rates.tolist() == [cosine(step, 400) for step in range(10, 210, 10)]
    assert series.epochs is not None
    assert series.epochs.tolist() == [k / 5 for k in range(1, 21)]
    assert (series.column, series.time_column, series.unit, log.notes) == (key, "step", "step", ())


def test_settings_of_a_search_are_not_rows(tmp_path: Path) -> None:
    log = log_of(tmp_path, json.dumps(state(trial_params={"learning_rate": 0.5, "seed": 1})))
    assert len(only_run(log).rates) == 20


def test_a_file_that_is_cut_off_is_read_to_its_last_whole_entry(tmp_path: Path) -> None:
    whole = {**state(), "max_steps": 400}
    text = json.dumps({"max_steps": whole.pop("max_steps"), **whole}, indent=2)
    end = text.index('"step": 150')
    log = log_of(tmp_path, text[:end])
    assert only_run(log).times.tolist() == list(range(10, 150, 10))
    assert log.notes == ("the file is not valid JSON after entry 28 of log_history: what follows is missing",)
    assert log.horizon == (400, "max_steps")


def test_a_summary_at_the_end_of_json_lines_is_not_a_state(tmp_path: Path) -> None:
    lines = [json.dumps({"step": k, "lr": cosine(k, 20)}) for k in range(20)]
    lines.append(json.dumps({"log_history": [{"step": 1, "lr": 5.0}] * 9}))
    log = log_of(tmp_path, "\n".join(lines) + "\n")
    assert (log.format, len(only_run(log).rates)) == ("JSON Lines", 20)


def test_too_few_rates(tmp_path: Path) -> None:
    assert refusal(tmp_path, json.dumps(state(4))) == ("log: must have at least 5 rows with a learning rate, got 4")


def test_nested_too_deeply(tmp_path: Path) -> None:
    assert refusal(tmp_path, '{"log_history": [], "x": ' + "[" * 100_000) == "log: is nested too deeply"


def test_a_state_in_another_object(tmp_path: Path) -> None:
    log = log_of(tmp_path, json.dumps({"epoch": 4.0, "trainer": state()}, indent=1))
    assert (len(only_run(log).rates), log.horizon) == (20, (400, "max_steps"))


def test_entries_without_a_time(tmp_path: Path) -> None:
    whole = state()
    whole["log_history"] += [{"learning_rate": 0.1}, 5]
    log = log_of(tmp_path, json.dumps(whole))
    assert len(only_run(log).rates) == 20
    assert log.notes == ("2 entries of log_history were not read: neither a step nor an epoch",)


def test_a_horizon_that_cannot_be(tmp_path: Path) -> None:
    assert refusal(tmp_path, json.dumps(state(max_steps=10**400))) == "log: must have max_steps up to 2^53, got more"
