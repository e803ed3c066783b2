"""TensorBoard event files."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from logs.made_logs import log_of, only_run, refusal
from logs.made_records import event, event_file, field, record, simple

from cosine_cli.logs import tensorboard
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.reading import read_log
from cosine_cli.logs.core.source import Source, read_source

RECORDED = Path(__file__).parent / "recorded"
STEPS = range(0, 2000, 100)
RATES = [1e-3 * (1 - step / 2000) for step in STEPS]
SINGLES = [float(np.float32(rate)) for rate in RATES]
EVENTS = [event(step, simple("train/lr", rate)) for step, rate in zip(STEPS, RATES, strict=True)]
FILE = event_file(EVENTS)
FIRST = len(event_file([]))
"""Where the first event with a rate begins."""

FLOAT, DOUBLE, STRING = 1, 2, 7


def read(data: bytes) -> RawLog:
    return tensorboard.read(Source("events", data))


def columns(data: bytes) -> dict[str, list[object]]:
    (table,) = read(data).tables
    return {name: list(cells) for name, cells in table.columns.items()}  # type: ignore[arg-type]


def tensor(tag: str, kind: int, *parts: bytes) -> bytes:
    return field(1, tag) + field(8, field(1, kind) + b"".join(parts))


@pytest.mark.parametrize("name", ["by_tensorboard_x", "by_torch", "by_tensorflow"])
def test_files_of_other_writers(name: str) -> None:
    logged = json.loads((RECORDED / f"{name}.json").read_text())
    (table,) = tensorboard.read(read_source(str(RECORDED / f"{name}.tfevents"))).tables
    for tag, rates in logged.items():
        assert list(table.columns[tag]) == rates  # type: ignore[arg-type]


def test_arguments() -> None:
    (carried,) = tensorboard.read(read_source(str(RECORDED / "by_torch.tfevents"))).configs
    assert carried.where.startswith("args/text_summary in ")
    assert json.loads(carried.text)["lr_scheduler_type"] == "linear"


def test_rates(tmp_path: Path) -> None:
    log = log_of(tmp_path, FILE)
    series = only_run(log)
    assert (log.format, series.column, series.unit) == ("TensorBoard event file", "train/lr", "step")
    assert series.times.tolist() == [*STEPS]
    assert series.rates.tolist() == SINGLES
    assert np.all(np.abs(series.rates - RATES) <= series.tolerances)
    assert not log.notes


def test_the_step_of_keras_is_an_epoch(tmp_path: Path) -> None:
    events = [event(epoch, simple("epoch_lr", 0.5 / (epoch + 1))) for epoch in range(8)]
    assert only_run(log_of(tmp_path, event_file(events))).unit == "epoch"


def test_the_config_of_ultralytics_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "args.yaml").write_text("lr0: 0.01\n")
    (tmp_path / "other.yaml").write_text("lr0: 0.02\n")
    (tmp_path / "events.out.tfevents.1.host").write_bytes(FILE)
    for path in (tmp_path, tmp_path / "events.out.tfevents.1.host"):
        (carried,) = read_log(str(path)).configs
        assert (carried.where, carried.text) == (f"{tmp_path}/args.yaml", "lr0: 0.01\n")


def test_many_tags_take_linear_time() -> None:
    def seconds(count: int) -> float:
        data = event_file(event(1, simple(f"layer{at:06}", 0.5)) for at in range(count))
        start = process_time()
        assert len(read(data).tables[0].columns) == count + 1
        return process_time() - start

    assert min(seconds(12_000) for _ in range(2)) < 30 * min(seconds(1200) for _ in range(2)) + 0.3


@pytest.mark.parametrize(
    ("kind", "parts", "value"),
    [
        (FLOAT, field(4, struct.pack("<f", 0.1)), float(np.float32(0.1))),
        (FLOAT, field(5, struct.pack("<f", 0.1)), float(np.float32(0.1))),
        (FLOAT, b"\x2d" + struct.pack("<f", 0.1), float(np.float32(0.1))),
        (FLOAT, field(2, b"") + field(5, struct.pack("<f", 0.1)), float(np.float32(0.1))),
        (DOUBLE, field(4, struct.pack("<d", 0.1)), 0.1),
        (DOUBLE, field(6, struct.pack("<d", 0.1)), 0.1),
        (DOUBLE, field(6, 0.1), 0.1),
    ],
)
def test_tensors(kind: int, parts: bytes, value: float) -> None:
    found = columns(event_file([event(3, tensor("lr", kind, parts)), event(4, tensor("lr", kind, parts))]))
    assert found == {"step": [3, 4], "lr": [value, value]}


@pytest.mark.parametrize(
    "value",
    [
        tensor("t", FLOAT, field(2, field(2, field(1, 1))), field(4, struct.pack("<f", 0.1))),  # a vector
        tensor("t", FLOAT, field(4, struct.pack("<2f", 0.1, 0.2))),
        tensor("t", DOUBLE, field(4, struct.pack("<f", 0.1))),
        tensor("t", STRING, field(8, "text")),
        field(1, "t") + field(5, b"histogram"),
        field(8, field(1, FLOAT) + field(4, struct.pack("<f", 0.1))),  # without a tag
    ],
)
def test_what_is_not_a_scalar(value: bytes) -> None:
    found = columns(event_file([event(step, value, simple("lr", 0.5)) for step in (1, 2)]))
    assert found == {"step": [1, 2], "lr": [0.5, 0.5]}


def test_several_values_of_a_step_are_one_row() -> None:
    events = [
        *(event(1, simple("lr", 0.5)), event(1, simple("loss", 3.0)), event(2, simple("loss", 2.0))),
        *(event(3, simple("lr", 0.25), simple("step", 9.0)), event(3, simple("lr", 0.125))),
    ]
    assert columns(event_file(events)) == {
        "step": [1, 2, 3, 3],
        "lr": [0.5, None, 0.25, 0.125],
        "loss": [3.0, 2.0, None, None],
        "step (logged)": [None, None, 9.0, None],
    }


def test_step_zero_is_not_written_and_a_negative_step_is_ten_bytes() -> None:
    without = field(1, 1.7e9) + field(5, field(1, simple("lr", 0.5)))
    assert columns(event_file([without, event(-1, simple("lr", 0.25))])) == {"step": [0, -1], "lr": [0.5, 0.25]}


def test_fields_in_another_order() -> None:
    reordered = field(5, field(1, simple("lr", 0.5))) + field(2, 7) + field(1, 1.7e9)
    assert columns(event_file([reordered])) == {"step": [7], "lr": [0.5]}


def test_a_cut_off_file_is_a_live_run(tmp_path: Path) -> None:
    for end in range(FIRST + 8 * len(record(EVENTS[0])), len(FILE), 10):
        log = log_of(tmp_path, FILE[:end])
        series = only_run(log)
        assert series.rates.tolist() == SINGLES[: len(series.rates)]
        note = "the last record is cut off, as in a file that is still written to: "
        assert [text.startswith(note) for text in log.notes] == [True] * (
            end != len(event_file(EVENTS[: len(series.rates)]))
        )


def test_a_damaged_length_stops_the_file(tmp_path: Path) -> None:
    at = len(event_file(EVENTS[:10]))
    for place in range(12):
        damaged = bytearray(FILE)
        damaged[at + place] ^= 1
        log = log_of(tmp_path, bytes(damaged))
        assert only_run(log).rates.tolist() == SINGLES[:10]
        assert log.notes == (f"a record is damaged: the last {len(FILE) - at} bytes, from byte {at} on, are not read",)


def test_a_record_of_more_than_64_mib_is_not_followed(tmp_path: Path) -> None:
    length = struct.pack("<Q", (1 << 26) + 1)
    log = log_of(tmp_path, FILE + length + record(b"")[8:])
    assert only_run(log).rates.tolist() == SINGLES
    assert log.notes[0].startswith("a record is damaged: ")


def test_damaged_data_is_not_read(tmp_path: Path) -> None:
    at = len(event_file(EVENTS[:10]))
    size = len(record(EVENTS[10]))
    for place in range(12, size):
        damaged = bytearray(FILE)
        damaged[at + place] ^= 1
        log = log_of(tmp_path, bytes(damaged))
        assert only_run(log).rates.tolist() == [*SINGLES[:10], *SINGLES[11:]]
        assert log.notes == (f"1 record is damaged and not read, at byte {at}",)


def test_wrong_events_with_a_right_checksum(tmp_path: Path) -> None:
    wrong = [b"\x0f", b"\x2a\x7f", b"\x10" + b"\xff" * 11, field(5, b"\x0a\x7f"), field(5, field(1, b"\x0a\x7f"))]
    log = log_of(tmp_path, event_file([*EVENTS, *wrong]))
    assert only_run(log).rates.tolist() == SINGLES
    assert log.notes == (f"5 records are damaged and not read, the first at byte {len(FILE)}",)


def test_a_file_without_scalars(tmp_path: Path) -> None:
    assert refusal(tmp_path, event_file([])).startswith("log: must have a column of learning rates")


def test_long_records_are_skipped() -> None:
    image = event(5, field(1, "image") + field(4, bytes(2 << 20)))
    damaged = bytearray(event_file([*EVENTS, image]))
    damaged[-10] ^= 1
    found = read(bytes(damaged))
    assert not found.notes
    assert len(found.tables[0].columns["step"]) == len(STEPS)  # type: ignore[arg-type]


def test_the_config_beside_it(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("SOLVER: {MAX_ITER: 100}\n")  # as detectron2 writes
    (config,) = log_of(tmp_path, FILE, name="events.out.tfevents.1").configs
    assert config.where.endswith("config.yaml")
