"""How schedules are said."""

from __future__ import annotations

import shlex

import pytest
from plans_of import planned

from cosine_cli.plans.example import example
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.explain.try_it import broken, command, session
from cosine_cli.schedules.core import catalogue


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("cosine", "cosine-lr show cosine --epochs 100"),
        ("step", "cosine-lr show step:step_size=20,gamma=0.1 --epochs 100"),
        ("exponential", "cosine-lr show exponential:gamma=0.95 --epochs 100"),
        ("multistep", "cosine-lr show multistep:milestones=30/60/80,gamma=0.1 --epochs 100"),
        ("staircase", "cosine-lr show staircase --epochs 100"),
    ],
)
def test_the_command_line(name: str, said: str) -> None:
    assert command(Subject(name)) == [said]


def test_what_only_a_config_can_say() -> None:
    said = command(Subject("sequence"))
    assert said == ["curves:", "  - sequence: [constant:for=80%, linear]"]
    assert planned(config="\n".join(said)) == example("sequence")


@pytest.mark.parametrize("name", [name for name in catalogue.names() if name != "sequence"])
def test_every_command_line_is_one(name: str) -> None:
    program, show, *words = shlex.split(command(Subject(name))[0])
    assert (program, show) == ("cosine-lr", "show")
    assert [curve.name for curve in planned(shlex.join(words)).curves] == [name]


def test_a_session_begins_with_its_import() -> None:
    assert session(Subject("constant")) == [
        ">>> from cosine_cli.schedules.constant import Constant",
        ">>> Constant(lr=0.1)([0, 50, 100])",
        "array([0.1, 0.1, 0.1])",
    ]


@pytest.mark.parametrize("width", [80, 60, 40, 30])
def test_a_broken_line_means_the_same_to_a_shell(width: int) -> None:
    line = "cosine-lr show step:step_size=20,gamma=0.1 --epochs 100"
    lines = broken(line, width)
    assert max(map(len, lines)) <= max(width, len("    step:step_size=20,gamma=0.1 \\"))
    assert "\n".join(lines).replace(" \\\n", " ").split() == line.split()
    assert all("--epochs 100" in part for part in lines if "--epochs" in part)
