"""The log of a folder."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from logs.made_logs import cosine, csv_of

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.reading import read_log

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def state(rows: int) -> str:
    return json.dumps({"log_history": [{"step": k, "learning_rate": cosine(k, 100)} for k in range(rows)]})


YOLO = csv_of({"epoch": range(9), "lr/pg1": [cosine(k, 9) for k in range(9)]})


def test_the_highest_checkpoint(tmp_path: Path) -> None:
    for number in (500, 1000, 1500):
        write(tmp_path / f"checkpoint-{number}" / "trainer_state.json", state(number // 50))
    log = read_log(str(tmp_path))
    assert len(log.runs[0].rates) == 30
    path = f"{tmp_path}/checkpoint-1500/trainer_state.json"
    others = "checkpoint-1000/trainer_state.json and checkpoint-500/trainer_state.json"
    assert (log.path, log.notes) == (path, (f"read {path}, one of 3 logs in the folder (next: {others})",))


def test_the_note_on_many_logs_names_a_few(tmp_path: Path) -> None:
    for number in range(1, 7):
        write(tmp_path / str(number) / "results.csv", YOLO)
    (note,) = read_log(str(tmp_path)).notes
    assert note.endswith("one of 6 logs in the folder (next: 5/results.csv, 4/results.csv and 3/results.csv)")


def test_the_state_of_the_whole_run(tmp_path: Path) -> None:
    write(tmp_path / "checkpoint-1500" / "trainer_state.json", state(30))
    write(tmp_path / "trainer_state.json", state(40))
    assert len(read_log(str(tmp_path)).runs[0].rates) == 40


def test_a_state_precedes_a_table(tmp_path: Path) -> None:
    write(tmp_path / "trainer_state.json", state(40))
    write(tmp_path / "results.csv", YOLO)
    assert read_log(str(tmp_path)).format == "Hugging Face trainer state"


def test_a_file_without_rates_is_skipped(tmp_path: Path) -> None:
    write(tmp_path / "trainer_state.json", state(2))
    write(tmp_path / "results.csv", YOLO)
    log = read_log(str(tmp_path))
    assert log.format == "YOLO results.csv"
    assert log.notes == (
        (
            f"read {tmp_path}/results.csv, one of 2 logs in the folder, as trainer_state.json cannot be read: "
            f"{tmp_path}/trainer_state.json: must have at least 5 rows with a learning rate, got 2"
        ),
    )


def test_the_config_beside_the_log_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "train" / "results.csv", YOLO)
    write(tmp_path / "train" / "args.yaml", "lr0: 0.01\n")
    write(tmp_path / "args.yaml", "lr0: 0.02\n")
    assert [config.text for config in read_log(str(tmp_path)).configs] == ["lr0: 0.01\n"]


def test_a_packed_log(tmp_path: Path) -> None:
    (tmp_path / "results.csv.gz").write_bytes(gzip.compress(YOLO.encode()))
    log = read_log(str(tmp_path))
    assert (log.format, log.notes[0]) == ("YOLO results.csv", f"read {tmp_path}/results.csv.gz")


def test_a_folder_without_logs(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"must contain .*trainer_state\.json.*; pass the file of the log"):
        read_log(str(tmp_path))
