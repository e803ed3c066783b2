"""Parsing of the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.figure_settings import Figure
from cosine_cli.plans.model.options import CurveFlags, Rows, Run
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.file_words import is_file
from cosine_cli.plans.parse.raw import RawValue, Request

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize(
    ("word", "file"),
    [
        ("cosine", False),
        ("step:step_size=20", False),
        ("cosine:label=a.yaml", False),
        ("cosine.yaml", True),
        ("x.yml", True),
        ("x.json", True),
        ("x.png", True),
        ("x.svg", True),
        ("x.pdf", True),
        ("./cosine", True),
        ("../cosine", True),
        ("/etc/x", True),
        ("cosin", False),
        ("there", True),
        ("dangling", True),
        ("x.csv", True),
        ("a\0b", False),
        ("", False),
    ],
)
def test_what_is_a_file(here: Path, word: str, file: bool) -> None:  # noqa: FBT001
    for name in ("there", "cosine", "step:step_size=20"):
        (here / name).touch()
    (here / "dangling").symlink_to("nowhere")
    assert is_file(word) is file


def test_words_and_flags_are_sorted() -> None:
    line = CommandLine.of({
        "words": ["cosine", "a.yaml", "step"],
        "schedule": ["linear"],
        "config": ["b"],
        "lr": "0.2",
        "steps": "10",
        "every": "5",
        "gamma": None,
        "log": True,
        "annotations": False,
    })  # fmt: skip
    assert line.curves == ("cosine", "step", "linear")
    assert line.files == ("a.yaml", "b")
    assert line.options == {
        "lr": RawValue("0.2", "--lr", "step"),
        "steps": RawValue("10", "--steps", "step"),
        "every": RawValue("5", "--every", "step"),
        "log": RawValue("true", "--log", "step"),
        "annotations": RawValue("false", "--annotations", "step"),
    }
    assert set(line.given(Run)) == {"lr", "steps"}
    assert set(line.given(Rows)) == {"every"}
    assert set(line.given(CurveFlags)) == set()
    assert line.values(Figure) == {"log": True, "annotations": False}


@pytest.mark.parametrize(
    ("given", "below", "unit"),
    [
        ({}, Request(), "epoch"),
        ({"steps": "9"}, Request(), "step"),
        ({"epochs": "9"}, Request(unit="step"), "epoch"),
        ({}, Request(unit="step"), "step"),
    ],
)
def test_bare_times_count_in_the_plans_unit(given: dict[str, str], below: Request, unit: str) -> None:
    asked = CommandLine.of({"words": ["step:step_size=3"], "warmup": "1", **given}).request(below)
    assert asked.curves[0].params["step_size"].unit == unit
    assert asked.run["warmup"].unit == unit


def test_a_length_on_the_line_replaces_a_files() -> None:
    below = Request(unit="epoch", run={"epochs": RawValue("5", "c"), "lr": RawValue("1", "c")})
    asked = CommandLine.of({"steps": "9", "lr": "2"}).request(below)
    assert {name: said.text for name, said in asked.run.items()} == {"steps": "9", "lr": "2"}
    both = CommandLine.of({"steps": "9", "epochs": "3"}).request(below)
    assert {name: said.text for name, said in both.run.items()} == {"steps": "9", "epochs": "3", "lr": "1"}


def test_one_plan(here: Path) -> None:
    (here / "a.yaml").write_text("lr: 0.3\ncurves: [linear]", encoding="utf-8")
    assert load_plan(CommandLine.of({"words": ["a.yaml"]})).lr == 0.3
    assert load_plan(CommandLine.of({"words": ["a.yaml"], "lr": "0.4"})).lr == 0.4
