"""A command without panels notes that it leaves the grid out, and prints the curves without it."""

from __future__ import annotations

import pytest
from door import ask

pytestmark = pytest.mark.usefixtures("here")

NOTE = "cosine-lr: the grid of 4 panels (min_lr and warmup) is not shown, only the curves without it; plot draws it\n"


@pytest.mark.parametrize("command", ["table", "show", "code"])
def test_the_grid_of_a_figure_is_noted(command: str) -> None:
    ask("plot", "cosine", "--grid", "min_lr=0,1e-5", "--grid", "warmup=0,5%", "-o", "a.svg", "-q")
    answer = ask(command, "a.svg")
    assert (answer.code, answer.err) == (0, NOTE)
    assert answer.out == ask(command, "cosine").out
