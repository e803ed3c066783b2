"""The ``.wandb`` files of Weights & Biases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from logs.made_logs import log_of, only_run, refusal
from logs.made_records import config, field, fragments, history, item, run

from cosine_cli.logs import wandb
from cosine_cli.logs.core.leveldb_log import CutOff, Gap, records
from cosine_cli.logs.core.source import Source

if TYPE_CHECKING:
    from pathlib import Path

STEPS = range(0, 400, 10)
RATES = [1e-3 * (1 - step / 400) for step in STEPS]
ROWS = [
    history(at, {"train/learning_rate": rate, "train/global_step": step, "train/loss": 2.5})
    for at, (step, rate) in enumerate(zip(STEPS, RATES, strict=True))
]
HEADER = 7


def read(*contents: bytes) -> dict[str, list[object]]:
    (table,) = wandb.read(Source("run", fragments(contents))).tables
    return {name: list(cells) for name, cells in table.columns.items()}  # type: ignore[arg-type]


def test_rates_by_the_step_of_the_optimizer(tmp_path: Path) -> None:
    log = log_of(tmp_path, fragments(ROWS))
    series = only_run(log)
    assert (log.format, series.column, series.time_column) == (
        "W&B run file",
        "train/learning_rate",
        "train/global_step",
    )
    assert series.times.tolist() == [*STEPS]
    assert series.rates.tolist() == RATES
    assert not log.notes


def test_values() -> None:
    values = {"lr": 0.5, "optim.lr": 0.25, "text": "0.1", "nan": float("nan"), "list": [1], "none": None, "yes": True}
    assert read(history(3, values), history(4, {"lr": 1})) == {
        "_step": [3, 4],
        "lr": [0.5, 1.0],
        "optim.lr": [0.25, None],
    }


def test_a_step_among_the_values() -> None:
    row = field(2, b"".join(field(1, item(key, value)) for key, value in {"_step": 7, "lr": 0.5}.items()))
    assert read(row) == {"_step": [7], "lr": [0.5]}


def test_config(tmp_path: Path) -> None:
    removed = field(5, field(2, item("seed", None)))
    first = run({"learning_rate": 1e-3, "seed": 1, "_wandb": {}, "deepspeed": "None"})
    (carried,) = log_of(tmp_path, fragments([first, config({"nested.a": [1]}), removed, *ROWS])).configs
    assert json.loads(carried.text) == {"learning_rate": 1e-3, "deepspeed": None, "nested": {"a": [1]}}
    assert carried.where == f"the config in {tmp_path}/log"


@pytest.mark.parametrize("size", [0, 1, 32746, 32747, 32748, 32753, 32754, 32760, 32761, 32762, 65522, 100_000])
def test_records_of_every_length(size: int) -> None:
    contents = [b"first", bytes(size), b"last", b"x" * 40_000]
    assert [*records(fragments(contents), HEADER)] == contents


@pytest.mark.parametrize("end", range(HEADER, 105_100, 997))
def test_cut_off_records(end: int) -> None:
    contents = [b"a" * 20_000, b"b" * 50_000, b"c" * 5000, b"d" * 30_000]
    found = [*records(fragments(contents)[:end], HEADER)]
    whole = [content for content in found if isinstance(content, bytes)]
    assert whole == contents[: len(whole)]
    missing = [part for part in found if not isinstance(part, bytes)]
    assert [type(part) for part in missing] == ([] if end == len(fragments(whole)) else [CutOff])


def test_damage_in_a_block_leaves_the_other_records() -> None:
    contents = [bytes((number,)) * 3000 for number in range(40)]
    data = fragments(contents)
    for at in range(HEADER, len(data), 1009):
        damaged = bytearray(data)
        damaged[at] ^= 1
        found = [*records(bytes(damaged), HEADER)]
        whole = [content for content in found if isinstance(content, bytes)]
        assert set(whole) < set(contents)
        assert len(whole) >= 40 - 12  # at most the records of one block
        assert any(isinstance(part, Gap) for part in found)


def test_a_cut_off_run(tmp_path: Path) -> None:
    data = fragments(ROWS)
    for end in range(len(fragments(ROWS[:6])), len(data), 10):
        log = log_of(tmp_path, data[:end])
        series = only_run(log)
        assert series.rates.tolist() == RATES[: len(series.rates)]
        assert len(log.notes) == (end != len(fragments(ROWS[: len(series.rates)])))


def test_changed_bytes(tmp_path: Path) -> None:
    data = fragments(ROWS)
    logged = dict(zip(STEPS, RATES, strict=True))
    for at in range(HEADER, len(data), 7):
        damaged = bytearray(data)
        damaged[at] ^= 1 << at % 8
        log = log_of(tmp_path, bytes(damaged))
        series = only_run(log)
        assert all(logged[int(step)] == rate for step, rate in zip(series.times, series.rates, strict=True))
        assert log.notes[0].endswith("are damaged and not read") or log.notes[0].startswith(
            "the last record is cut off"
        )


def test_wrong_messages_with_a_right_checksum(tmp_path: Path) -> None:
    wrong = [
        *(b"\x0f", b"\x12\x7f", field(2, b"\x0a\x7f"), field(2, field(1, item("lr", 1)))),
        field(2, field(1, field(1, "lr") + field(16, "1" * 400)) + field(2, b"")),
        field(2, field(1, field(1, "lr") + field(16, "1x")) + field(2, b"")),
        field(2, field(1, field(1, b"\xff") + field(16, "1")) + field(2, b"")),
        field(5, field(1, field(1, "a") + field(16, "[" * 100_000))),
    ]
    log = log_of(tmp_path, fragments([*ROWS, *wrong]))
    assert only_run(log).rates.tolist() == RATES
    assert log.notes == (f"{sum(map(len, wrong))} bytes are damaged and not read",)


def test_another_version(tmp_path: Path) -> None:
    assert refusal(tmp_path, b":W&B\xe1\xbe\x01" + fragments(ROWS)[7:]) == (
        "log: must be a .wandb file of version 0, got another header"
    )


def test_a_run_without_history(tmp_path: Path) -> None:
    assert refusal(tmp_path, fragments([run({"a": 1})])).startswith("log: must have a column of learning rates")
