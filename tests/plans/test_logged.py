"""Logs as files of every command: the rates of their rows are curves of points."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
from door import ask
from plans_of import planned

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("here")

STEPS = "step,lr,loss\n" + "".join(f"{step},{0.1 * (1 - step / 100):.6g},2\n" for step in range(0, 81, 10))
EPOCHS = "epoch,lr\n" + "".join(f"{epoch},{rate}\n" for epoch, rate in enumerate((0.1, 0.1, 0.01, 0.01, 0.001)))
NOTE = "cosine-lr: metrics.csv: read as a log, CSV: 9 rows of lr, straight lines between\n"


def test_a_log_alone_is_named_with_its_column(here: Path) -> None:
    (here / "metrics.csv").write_text(STEPS)
    answer = ask("table", "metrics.csv", "--at", "0,20,80", "--format", "csv")
    assert answer.out.decode() == "step,metrics.csv: lr\n0,0.1\n20,0.08\n80,0.02\n"
    assert answer.err == NOTE


def test_a_curve_beside_a_log_has_its_run_or_the_length_of_the_line(here: Path) -> None:
    (here / "metrics.csv").write_text(STEPS)
    answer = ask("table", "metrics.csv", "linear:total=160", "--at", "80", "--format", "csv")
    assert answer.out.decode() == "step,metrics.csv: lr,linear\n80,0.02,0.05\n"
    assert answer.err == NOTE + "cosine-lr: linear: the run of metrics.csv (lr 0.1, 80 steps)\n"
    answer = ask("table", "metrics.csv", "linear:lr=0.2", "--at", "80")
    assert answer.err == NOTE + "cosine-lr: linear: the run of metrics.csv (80 steps)\n"
    answer = ask("table", "metrics.csv", "linear", "--steps", "100", "--at", "50,100", "--format", "csv")
    assert answer.out.decode().splitlines()[1:] == ["50,0.05,0.05", "100,,0.0"]


def test_a_written_log_is_the_same_plan(here: Path) -> None:
    (here / "metrics.csv").write_text(STEPS)
    (here / "plan.yaml").write_bytes(ask("plan", "metrics.csv").out)
    assert b"linestyle: points" in ask("plan", "plan.yaml").out
    assert ask("table", "plan.yaml", "--format", "json").out == ask("table", "metrics.csv", "--format", "json").out


def test_rows_of_epochs_from_0_are_as_many_epochs(here: Path) -> None:
    (here / "log.csv").write_text(EPOCHS)
    plan = planned(config=ask("plan", "log.csv").out.decode())
    assert (plan.clock.unit, plan.clock.length) == ("epoch", 5)
    assert plan.curves[0].schedule([0, 1, 2, 4]).tolist() == [0.1, 0.1, 0.01, 0.001]
    assert np.isnan(plan.curves[0].schedule([5])).all()


@pytest.mark.parametrize(
    ("name", "text", "words", "error"),
    [
        ("log.csv", EPOCHS, "--steps 50", "--steps: the log counts epochs, not steps, got '50'; pass --epochs"),
        ("log.csv", EPOCHS, "--lr 0.5", "--lr: cannot override the schedule of a log, got '0.5'"),
        ("log.csv", EPOCHS, "--run 3", "--run: must be 1, or left out: the log has one run, got 3"),
        ("log.csv", EPOCHS, "--column rate", "--column: must be a column of log.csv, got 'rate'; it has epoch and lr"),
        (
            "log.csv",
            EPOCHS.replace("1,0.1", "0.5,0.1"),
            "",
            "log.csv: has epochs that are fractions, got 0.5; pass --steps-per-epoch",
        ),
        ("log.csv", "step,loss\n1,2\n2,3\n", "", "log.csv: must have a column of learning rates"),
        ("run.yaml", "curves: [cosine]", "--column lr", "--column: selects the column of a log, and no file is one"),
    ],
    ids=["steps", "lr", "run", "column", "fractions", "no-rates", "config"],
)
def test_what_is_refused(here: Path, name: str, text: str, words: str, error: str) -> None:
    (here / name).write_text(text)
    answer = ask("table", name, *words.split())
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err.startswith(f"cosine-lr: error: {error}")


def test_fractions_of_epochs_with_the_steps_of_an_epoch(here: Path) -> None:
    (here / "log.csv").write_text(EPOCHS.replace("1,0.1", "0.5,0.1"))
    plan = planned(config=ask("plan", "log.csv", "--steps-per-epoch", "10").out.decode())
    assert plan.clock.total == 50
    assert plan.curves[0].schedule([5, 20]).tolist() == [0.1, 0.01]


def test_two_logs_and_a_run_of_one(here: Path) -> None:
    (here / "a.csv").write_text(STEPS)
    twice = STEPS + "".join(f"{step},0.5,1\n" for step in range(0, 81, 10))
    (here / "b.csv").write_text(twice)
    answer = ask("table", "a.csv", "b.csv", "--run", "1", "--at", "80", "--format", "csv")
    assert answer.out.decode() == "step,a.csv: lr,b.csv: lr\n80,0.02,0.02\n"
    labels = ask("table", "b.csv", "--at", "80", "--format", "csv").out.decode().splitlines()
    assert labels == ['step,"b.csv: lr, run 1","b.csv: lr, run 2"', "80,0.02,0.5"]


def test_a_long_log_is_thinned_and_keeps_its_jumps(here: Path) -> None:
    rates = [0.1 if step < 12_345 else 0.01 for step in range(30_000)]
    rows = (json.dumps({"step": step, "lr": rate}) for step, rate in enumerate(rates))
    (here / "metrics.json").write_text("\n".join(rows) + "\n")
    answer = ask("table", "metrics.json", "--at", "12344,12345", "--format", "csv")
    assert answer.out.decode().splitlines()[1:] == ["12344,0.1", "12345,0.01"]
    assert " rows of lr, straight lines between\n" in answer.err
    assert "2001 of 30k rows" in answer.err or "2002 of 30k rows" in answer.err


def test_a_folder_is_read_by_its_log(here: Path) -> None:
    (here / "run").mkdir()
    (here / "run" / "metrics.csv").write_text(STEPS)
    answer = ask("show", "run/")
    assert answer.code == 0
    assert "run/metrics.csv" in answer.err


def test_lint_is_about_plans(here: Path) -> None:
    (here / "metrics.csv").write_text(STEPS)
    answer = ask("lint", "metrics.csv")
    hint = "'cosine-lr diagnose metrics.csv' explains its rates"
    assert answer.code == 2
    assert answer.err == f"cosine-lr: error: metrics.csv: must be a plan, got the log of a run; {hint}\n"


def test_a_log_from_a_pipe_is_refused() -> None:
    read, write = os.pipe()
    os.write(write, "".join(json.dumps({"step": step, "lr": 0.1 / step}) + "\n" for step in range(1, 10)).encode())
    os.close(write)
    try:
        answer = ask("table", f"/dev/fd/{read}")
    finally:
        os.close(read)
    assert answer.code == 2
    assert " (a pipe is read as a config, logs are read from files only)" in answer.err
