"""The outputs of notebooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from logs.made_logs import log_of, only_run, refusal

if TYPE_CHECKING:
    from pathlib import Path

RATES = [0.1 * (1 - row / 10) for row in range(10)]
LINES = [f"Epoch {row + 1}/10, lr: {rate:.3f}\n" for row, rate in enumerate(RATES)]


def stream(text: str | list[str], name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells: list[dict[str, Any]]) -> str:
    code = [{"cell_type": "code", "source": ["lr: 0.5\n"] * 9, "outputs": outputs} for outputs in cells]
    text = {"cell_type": "markdown", "source": ["lr: 0.5\n"] * 9}
    return json.dumps({"cells": [text, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@pytest.mark.parametrize(
    "outputs",
    [
        [stream(LINES)],
        [stream("".join(LINES))],
        [stream(line) for line in LINES],
        [stream("".join(LINES)[:40]), stream("".join(LINES)[40:])],
        [part for line in LINES for part in (stream(line), stream("  50%|##  | 5/10 [00:01<00:02]\r", "stderr"))],
        [part for line in LINES for part in (stream(line.strip()), stream(" warning\n", "stderr"))],
        [{"output_type": "display_data", "data": {"text/plain": LINES, "text/html": ["<b>"]}, "metadata": {}}],
        [{"output_type": "error", "ename": "E", "evalue": "lr", "traceback": ["lr: 0.1"]}, stream(LINES)],
    ],
)
def test_outputs(tmp_path: Path, outputs: list[dict[str, Any]]) -> None:
    log = log_of(tmp_path, notebook([], outputs))
    series = only_run(log)
    assert (log.format, series.unit, series.times.tolist()) == ("notebook", "epoch", [*range(1, 11)])
    assert series.rates.tolist() == [float(f"{rate:.3f}") for rate in RATES]


def test_trainings_one_after_another(tmp_path: Path) -> None:
    other = [line.replace("0.0", "0.5") for line in LINES]
    first, second = log_of(tmp_path, notebook([stream(LINES)], [stream("text\n")], [stream(other)])).runs
    assert first.times.tolist() == second.times.tolist() == [*range(1, 11)]
    assert first.rates[-1] == 0.01
    assert second.rates[-1] == 0.51
    chosen = only_run(log_of(tmp_path, notebook([stream(LINES)], [stream(other)]), run=2))
    assert chosen.rates.tolist() == second.rates.tolist()


def test_the_epoch_of_another_cell_is_not_used(tmp_path: Path) -> None:
    cells = [[stream("Epoch 1/10\n")], [stream([f"lr: {rate:.3f}\n" for rate in RATES])]]
    assert only_run(log_of(tmp_path, notebook(*cells))).unit == "row"


def test_version_three(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "outputs": [{"output_type": "stream", "stream": "stdout", "text": LINES}]}]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]})
    assert len(only_run(log_of(tmp_path, text)).rates) == 10


@pytest.mark.parametrize("end", range(100, len(notebook([stream(LINES)])) - 1, 10))
def test_a_cut_off_notebook(tmp_path: Path, end: int) -> None:
    error = refusal(tmp_path, notebook([stream(LINES)])[:end])
    assert error.startswith(
        ("log: is not a whole notebook, got invalid JSON: ", "log: must be a log", "log: must have")
    )


@pytest.mark.parametrize(
    "document",
    [
        '{"cells": 1, "cell_type": 2}',
        '{"cells": [1, {"outputs": 2}, {"outputs": [3, {}, {"text": 4}, {"data": 5}]}], "cell_type": 2}',
        '{"cells": [], "worksheets": [1, {"cells": {}}], "cell_type": 2}',
    ],
)
def test_other_documents(tmp_path: Path, document: str) -> None:
    assert refusal(tmp_path, document).startswith("log: must ")


def test_deep_nesting(tmp_path: Path) -> None:
    assert "nested too deeply" in refusal(tmp_path, '{"cell_type": 1, "cells": ' + "[" * 200_000)
