"""Logs that are cut off or have wrong bytes: a result with a note, or one located error."""

from __future__ import annotations

import gzip
import json
from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from door import ask
from logs.made_logs import cosine, csv_of, json_lines_of
from logs.made_records import config, event, event_file, fragments, history, simple

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.reading import read_log

if TYPE_CHECKING:
    from pathlib import Path

    from cosine_cli.logs.core.log import Log

STEPS = range(10, 410, 10)
RATES = [cosine(step, 400) for step in STEPS]
ROWS = [{"epoch": step / 50, "lr": rate, "loss": 2.5, "step": step} for step, rate in zip(STEPS, RATES, strict=True)]

LOGS = {
    "state": json.dumps({"max_steps": 400, "log_history": ROWS}, indent=2),
    "yolo": csv_of({"epoch": STEPS, "lr/pg0": RATES, "lr/pg1": RATES, "lr/pg2": RATES}),
    "csv": csv_of({"step": STEPS, "lr": RATES, "loss": [2.5] * 40}),
    "last": csv_of({"step": STEPS, "loss": [2.5] * 40, "lr": RATES}),
    "wide": csv_of({"step": STEPS, **{f"m{k}": [k] * 40 for k in range(8)}, "lr": RATES}),
    "quoted": csv_of({"step": STEPS, "note": ['"a, b"'] * 40, "lr": RATES}),
    "lines": json_lines_of(ROWS),
    "document": json.dumps(ROWS),
    "text": "".join(f"step {row['step']} | loss 2.5 | lr {row['lr']!r} | norm 0.1\n" for row in ROWS),
}

NOTEBOOK = {"cells": [{"cell_type": "code", "outputs": [{"name": "stdout", "text": [LOGS["text"]]}]}]}
TEXTS = {**LOGS, "notebook": json.dumps(NOTEBOOK)}

EVENTS = [event(step, simple("lr", rate)) for step, rate in zip(STEPS, RATES, strict=True)]
RECORDS = [
    config({"learning_rate": 1e-3}),
    *(history(at, {"lr": row["lr"], "train/global_step": row["step"]}) for at, row in enumerate(ROWS)),
]
CHECKED = {
    "events": event_file(EVENTS),
    "wandb": fragments(RECORDS),
    "gzip": gzip.compress(LOGS["csv"].encode(), mtime=0),
}
"""Files with checksums, which show every wrong byte."""
WHOLE = {
    *(len(event_file(EVENTS[:count])) for count in range(len(EVENTS))),
    *(len(fragments(RECORDS[:count])) for count in range(len(RECORDS))),
}
"""Where a file that is cut off cannot be told from one of a run that stopped."""


def read(path: Path, data: bytes) -> Log | None:
    """Return a log, None if it is refused in one line that begins with its place."""
    path.write_bytes(data)
    try:
        log = read_log(str(path))
    except RequestError as error:
        (line,) = str(error).splitlines()
        assert line.startswith(str(path))
        return None
    for series in log.runs:
        assert np.all(np.diff(series.times) > 0)
        assert np.all(np.isfinite(series.rates))
        assert np.all(series.tolerances > 0)
    return log


@pytest.mark.parametrize("name", LOGS)
def test_cut_off(tmp_path: Path, name: str) -> None:
    whole = LOGS[name].encode()
    planned = dict(zip(STEPS, RATES, strict=True))
    results = 0
    for end in range(0, len(whole), 10):
        log = read(tmp_path / "log", whole[:end])
        if log is not None:
            results += 1
            (series,) = log.runs
            assert series.rates.tolist() == [planned[int(step)] for step in series.times]
            assert log.notes or whole[:end].endswith(b"\n")
    assert results * 10 > len(whole) / 2


def test_a_wrong_byte_in_a_name(tmp_path: Path) -> None:
    log = read(tmp_path / "log", LOGS["lines"].encode().replace(b'"lr"', b'"l\xff"', 1))
    assert log is not None
    assert len(log.runs[0].rates) == len(RATES) - 1
    assert log.notes == ("1 row has 'l\ufffd' instead of lr: not read",)


@pytest.mark.parametrize("name", CHECKED)
def test_cut_off_with_checksums(tmp_path: Path, name: str) -> None:
    whole = read(tmp_path / "log", CHECKED[name])
    assert whole is not None
    (series,) = whole.runs
    rates = series.rates.tolist()
    assert rates == pytest.approx(RATES, rel=1e-7)
    for end in range(0, len(CHECKED[name]), 10):
        log = read(tmp_path / "log", CHECKED[name][:end])
        if log is not None:
            count = len(log.runs[0].rates)
            assert log.runs[0].rates.tolist() == rates[:count]
            assert log.runs[0].times.tolist() == list(STEPS)[:count]
            assert log.notes or end in WHOLE


@pytest.mark.parametrize("name", CHECKED)
def test_every_wrong_byte_shows(tmp_path: Path, name: str) -> None:
    random = Random(5)  # noqa: S311 - a repeatable choice
    whole = CHECKED[name]
    planned = read(tmp_path / "log", whole)
    assert planned is not None
    assert not planned.notes
    rows = dict(zip(planned.runs[0].times.tolist(), planned.runs[0].rates.tolist(), strict=True))
    # The header of gzip has no checksum: its time and system are not data.
    for at in range(10 if name == "gzip" else 0, len(whole), 7):
        data = bytearray(whole)
        data[at] ^= 1 << random.randrange(8)
        log = read(tmp_path / "log", bytes(data))
        if log is not None:
            assert log.notes
            assert all(rows[time] == rate for time, rate in zip(log.runs[0].times, log.runs[0].rates, strict=True))


@pytest.mark.parametrize("name", [*TEXTS, *CHECKED])
@pytest.mark.parametrize("kind", ["cut", "changed"])
@pytest.mark.filterwarnings("error")
def test_diagnose(tmp_path: Path, name: str, kind: str) -> None:
    random = Random(name + kind)  # noqa: S311 - a repeatable choice
    whole = CHECKED.get(name) or TEXTS[name].encode()
    for _ in range(4):
        at = random.randrange(len(whole))
        changed = bytes((random.randrange(256),)) + whole[at + 1 :]
        (tmp_path / "log").write_bytes(whole[:at] + (changed if kind == "changed" else b""))
        answer = ask("diagnose", str(tmp_path / "log"))
        errors = [line for line in answer.err.splitlines() if line.startswith("cosine-lr: error: ")]
        assert len(errors) == (answer.code != 0)
        assert bool(answer.out) == (answer.code != 2)


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("offset", range(0, 100, 10))
def test_wrong_bytes(tmp_path: Path, name: str, offset: int) -> None:
    random = Random(offset)  # noqa: S311 - a repeatable choice
    data = bytearray(LOGS[name].encode())
    for at in range(offset, len(data), 100):
        data[at] = random.randrange(256)
        single = bytearray(LOGS[name].encode())
        single[at] = data[at]
        read(tmp_path / "log", bytes(single))
    read(tmp_path / "log", bytes(data))
