"""``results.csv`` of YOLO."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from logs.made_logs import csv_of, log_of, only_run

if TYPE_CHECKING:
    from pathlib import Path

EPOCHS = range(10)
FALLING = [0.1 - 0.01 * k for k in EPOCHS]
RISING = [0.001 * (k + 1) for k in EPOCHS]
REASON = "YOLO has one group of parameters for biases, whose warmup is another"


@pytest.mark.parametrize("prefix", ["lr/pg", "x/lr"])
def test_the_group_of_the_biases_is_not_read(tmp_path: Path, prefix: str) -> None:
    text = csv_of({"epoch": EPOCHS, f"{prefix}0": FALLING, f"{prefix}1": RISING, f"{prefix}2": RISING})
    log = log_of(tmp_path, text)
    series = only_run(log)
    assert (log.format, series.column, series.also) == ("YOLO results.csv", f"{prefix}1", (f"{prefix}2",))
    assert series.rates.tolist() == RISING
    assert log.notes == (f"read {prefix}1; {prefix}0 differs: {REASON}",)


def test_groups_with_the_same_rates(tmp_path: Path) -> None:
    log = log_of(tmp_path, csv_of({"epoch": EPOCHS, "lr/pg0": RISING, "lr/pg1": RISING, "lr/pg2": RISING}))
    assert (only_run(log).column, only_run(log).also) == ("lr/pg1", ("lr/pg0", "lr/pg2"))
    assert log.notes == ()


def test_names_and_cells_with_blanks(tmp_path: Path) -> None:
    lines = [f"{'epoch':>20},{'x/lr0':>20},{'x/lr1':>20},{'x/lr2':>20}"]
    lines += [f"{k:>20},{FALLING[k]:>20.5g},{RISING[k]:>20.5g},{RISING[k]:>20.5g}" for k in EPOCHS]
    series = only_run(log_of(tmp_path, "\n".join(lines) + "\n"))
    assert (series.column, series.time_column, series.unit) == ("x/lr1", "epoch", "epoch")
    assert series.rates.tolist() == [float(f"{rate:.5g}") for rate in RISING]


def test_the_config_beside(tmp_path: Path) -> None:
    (tmp_path / "args.yaml").write_text("lr0: 0.01\n")
    log = log_of(tmp_path, csv_of({"epoch": EPOCHS, "lr/pg1": RISING}), name="results.csv")
    (config,) = log.configs
    assert (config.where, config.text) == (f"{tmp_path}/args.yaml", "lr0: 0.01\n")
