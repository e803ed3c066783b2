"""Parsing of configs, and the places of their problems."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.errors import RequestError
from cosine_cli.plans.config_file import MOST_BYTES, parse_config_text, read_config, read_text
from cosine_cli.plans.importers import transformers
from cosine_cli.plans.parse.config import KEYS

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
title: Cosine against step and exponential decay
lr: 1e-1                 # YAML 1.2: a number, not a string
epochs: 100
steps_per_epoch: 391
warmup: 5
curves:
  - cosine
  - step: {step_size: 30, gamma: 0.1, label: "step, x0.1 every 30"}
  - sequence:            # schedules made of schedules: 45 + 50 after the warmup
      - linear: {lr: 0.1, min_lr: 0.05, for: 45}
      - cosine: {lr: 0.05}
figure: {output: comparison.png, size: [8, 4.5], log: false, theme: light}
"""
"""The example of the contract."""


def problems(text: str) -> list[str]:
    try:
        return [str(problem) for problem in parse_config_text(text, "c.yaml").problems]
    except RequestError as error:
        return [str(problem) for problem in error.problems]


def test_the_example_of_the_contract() -> None:
    request = parse_config_text(WHOLE, "c.yaml")
    assert request.problems == ()
    assert request.unit == "epoch"
    assert {name: value.text for name, value in request.run.items()} == {
        "lr": "1e-1",
        "epochs": "100",
        "steps_per_epoch": "391",
        "warmup": "5",
    }
    assert [curve.name for curve in request.curves] == ["cosine", "step", "sequence"]
    label = request.curves[1].params["label"]
    assert (label.text, label.quoted, label.where) == ("step, x0.1 every 30", True, "c.yaml:8:46")
    members = request.curves[2].params["of"].parts
    assert [member.name for member in members or ()] == ["linear", "cosine"]
    assert request.figure["size"].echo == "'[8, 4.5]'"
    assert request.figure["title"].where == "c.yaml:1:8"


def test_bare_times_of_a_file_count_in_its_own_unit() -> None:
    request = parse_config_text("steps: 100\nwarmup: 5\ncurves: [step: {step_size: 3}, 'step:step_size=3']", "c.yaml")
    assert request.unit == "step"
    assert request.run["warmup"].unit == "step"
    assert [curve.params["step_size"].unit for curve in request.curves] == ["step", "step"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c.yaml: must be a mapping of keys to values, got an empty document"]),
        ("''", ["c.yaml: must be a mapping of keys to values, got nothing"]),
        ("- a", ["c.yaml: must be a mapping of keys to values, got a list"]),
        (
            "lr: 1\nLr: 2",
            ["c.yaml:2:1: unknown key 'Lr'; did you mean lr: 2?"],
        ),
        ("curves: [cosine, {}]", [("c.yaml:1:18: must be the name of a schedule, or one name with its parameters, "
                                  "got 0 keys; as in '- cosine' or '- step: {gamma: 0.5}'")]),
        ("curves: [cosine: 3]", ["c.yaml:1:18: must be a mapping of parameters, got '3'"]),
        ("figure: 3", ["c.yaml:1:9: figure must be a mapping, got '3'"]),
        ("runs: []", ["c.yaml:1:7: runs must be a list of runs, got an empty list"]),
        ("runs: [cosine]", [("c.yaml:1:8: a run must be a mapping, got 'cosine'; "
                             "as in '- {name: a, lr: 0.1, curves: [cosine]}'")]),
        ("runs: [{nme: 1}]", ["c.yaml:1:9: unknown key 'nme'; did you mean name: 1?",
                              "c.yaml:1:8: a run needs curves; as in 'curves: [cosine]'"]),
        ("lr: 1\nruns: [curves: [cosine]]", ["c.yaml:1:1: lr cannot be beside runs; write lr in each run"]),
        ("a: *x", ["c.yaml:1:4: alias '*x' has no anchor before it"]),
        ("lr: !t x", ["c.yaml:1:5: tags are not supported, got '!t'"]),
        ("lr: 1\nlr: 2", ["c.yaml:2:1: duplicate key 'lr', first on line 1"]),
        ("{a: 1", ["c.yaml:1:6: invalid YAML: expected ',' or '}', but got '<stream end>'"]),
    ],
)  # fmt: skip
def test_what_is_no_config(text: str, expected: list[str]) -> None:
    assert problems(text) == expected


def test_all_problems_are_reported_at_once() -> None:
    text = "lrr: 1\nfigure: {sise: 1}\ncurves: [cosine, 3: {}, {}, 'step:x']"
    places = [problem.split(": ")[0] for problem in problems(text)]
    assert places == ["c.yaml:1:1", "c.yaml:2:10", "c.yaml:3:25", "c.yaml:3:29"]


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL", "{}"])
def test_a_curve_without_parameters(nothing: str) -> None:
    request = parse_config_text(f"curves:\n- cosine: {nothing}\n", "c.yaml")
    assert [(curve.name, dict(curve.params)) for curve in request.curves] == [("cosine", {})]
    assert request.problems == ()


def test_keys_are_those_of_the_contract() -> None:
    assert KEYS == (
        "title",
        "lr",
        "epochs",
        "steps",
        "steps_per_epoch",
        "warmup",
        "min_lr",
        "update",
        "budget",
        "groups",
        "match",
        "axis",
        "curves",
        "runs",
        "figure",
    )


def test_a_file_is_read_once_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbflr: 0.2\r\n# " + b"x" * (MOST_BYTES - 20))
    assert read_config(str(path)).run["lr"].text == "0.2"


def test_a_file_of_one_byte_too_many(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(RequestError, match="must be at most 1 MiB"):
        read_text(str(path))


def test_a_pipe_with_a_writer_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "p"
    os.mkfifo(path)
    handle = os.open(path, os.O_RDWR)  # keeps it open for both
    os.write(handle, b"lr: 0.2")
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    os.close(handle)
    assert read_text(f"/dev/fd/{reader}") == "lr: 0.2"
    os.close(reader)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a: \xff", "must be UTF-8, got byte 0xff at offset 3"),
        (b"a: \xed\xa0\x80", "must be UTF-8, got byte 0xed at offset 3"),
        (b"a: \x00", r"must be text without control characters, got \x00 at offset 3"),
        ("é: \x7f".encode(), r"must be text without control characters, got \x7f at offset 4"),
        ("é: \x85".encode(), r"must be text without control characters, got \x85 at offset 4"),
        ("a: \ufffe".encode(), r"must be text without control characters, got \ufffe at offset 3"),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(data)
    with pytest.raises(RequestError) as error:
        read_text(str(path))
    assert str(error.value) == f"{path}: {message}"


@given(st.text(st.sampled_from("{}[]:,-?&*!|>'\"%@`# \nab01.\t~"), max_size=60))
def test_any_document_is_read_or_refused(text: str) -> None:
    for problem in problems(text):
        assert problem.startswith("c.yaml")
        assert "\n" not in problem


@given(st.integers(0, len(WHOLE)))
def test_any_beginning_of_a_config_is_read_or_refused(length: int) -> None:
    for problem in problems(WHOLE[:length]):
        assert problem.startswith("c.yaml")


def test_aliases_and_merge_keys_in_a_config() -> None:
    text = "curves:\n- cosine: &base {min_lr: 1e-5, total: 50}\n- linear: *base\n- cosine: {<<: *base, total: 20}\n"
    request = parse_config_text(text, "c.yaml")
    assert [{name: raw.text for name, raw in curve.params.items()} for curve in request.curves] == [
        {"min_lr": "1e-5", "total": "50"},
        {"min_lr": "1e-5", "total": "50"},
        {"min_lr": "1e-5", "total": "20"},
    ]


def test_an_anchor_elsewhere_does_not_hide_the_schedule() -> None:
    text = "lr_scheduler_type: cosine\nlearning_rate: 1e-4\nmax_steps: 1000\nlora_a: &m [q, v]\nlora_b: *m\n"
    (curve,) = parse_config_text(text, "c.yaml").curves
    assert curve.name == "transformers.get_cosine_schedule_with_warmup"


def test_a_core_tag_is_plain_data() -> None:
    request = parse_config_text("lr: !!float 1e-3\nepochs: !!int '10'\n", "c.yaml")
    assert {name: (raw.text, raw.quoted) for name, raw in request.run.items()} == {
        "lr": ("1e-3", False),
        "epochs": ("10", False),
    }


def test_custom_tags_are_data_where_the_importer_accepts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "lr_scheduler_type: cosine\nlearning_rate: 1e-4\nmax_steps: 1000\nmodel: !Llama {layers: 2}\n"
    assert problems(text) == ["c.yaml:4:8: tags are not supported, got '!Llama'"]
    accepting = replace(transformers.FORMAT, tags=("!Ll",))
    monkeypatch.setattr(transformers, "FORMAT", accepting)
    assert len(parse_config_text(text, "c.yaml").curves) == 1
