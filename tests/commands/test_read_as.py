"""``--read-as``: the format of files, on every command that takes files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from door import ask

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "base_model: m\nlearning_rate: 0.1\nmax_steps: 10\nlr_scheduler_type: linear\n"


@pytest.fixture(autouse=True)
def _file(here: Path) -> None:
    (here / "a.yaml").write_text(TEXT, encoding="utf-8")


@pytest.mark.parametrize("command", ["show", "table", "plan", "plot -o a.svg", "code --to torch"])
def test_every_command_takes_it(command: str) -> None:
    refused, read = (ask(*command.split(), "a.yaml", *more) for more in ((), ("--read-as", "transformers")))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert refused.err.startswith("cosine-lr: error: a.yaml: no config of cosine-lr, and not recognized as one of ")
    assert read.code == 0, read.err
    schedule = "transformers.get_linear_schedule_with_warmup, 10 steps"
    assert f"a.yaml: read as Hugging Face TrainingArguments: {schedule}" in read.err


def test_it_needs_a_file() -> None:
    answer = ask("table", "cosine", "--read-as", "timm")
    assert (answer.code, answer.err) == (2, "cosine-lr: error: --read-as: needs a file, got 'timm'\n")
