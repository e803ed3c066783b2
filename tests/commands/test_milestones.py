"""Milestones at which no change is seen: one note on stderr, whatever is made of the plan."""

from __future__ import annotations

import pytest
from door import ask

NOTE = "cosine-lr: multistep: after the last update of 100 epochs: milestones 120 and 150; no milestone is left\n"
LINT = "cosine-lr: lint: 1 warning and 1 note; see 'cosine-lr lint' with the same curves and run\n"


pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("table", id="table"),
        pytest.param("table --format csv", id="csv"),
        pytest.param("table --format json", id="json"),
        pytest.param("table --summary", id="summary"),
        pytest.param("table --as torch", id="beside-a-framework"),
        pytest.param("plot -o a.svg --dpi 50", id="plot"),
        pytest.param("show", id="show"),
        pytest.param("plan", id="plan"),
    ],
)
def test_one_note_on_stderr(words: str) -> None:
    command, *options = words.split()
    code, out, err = ask(command, "cosine", "multistep:milestones=120/150", *options)
    assert (code, err) == (0, NOTE + (LINT if command == "plan" else ""))
    assert b"no milestone is left" not in out


def test_of_several_curves_each_has_its_own() -> None:
    answer = ask("table", "multistep:milestones=2/60", "torch.MultiStepLR:milestones=200", "cosine", "--warmup", "5")
    first, second = answer.err.splitlines()
    assert first.startswith("cosine-lr: multistep: inside the warmup of 5 epochs: milestones 2 (they take effect ")
    assert (
        second
        == "cosine-lr: torch.MultiStepLR: after the last update of 100 epochs: milestones 200; no milestone is left"
    )


@pytest.mark.parametrize("command", ["table", "show", "plan"])
def test_no_note_where_all_milestones_are_met(command: str) -> None:
    assert ask(command, "multistep:milestones=30/60/99", "--warmup", "5").err == ""
