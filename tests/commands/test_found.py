"""Other programs' files on the command line: a FILE like any other, and what was read is said on stderr."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from door import ask

if TYPE_CHECKING:
    from pathlib import Path

ARGUMENTS = {"learning_rate": 0.001, "lr_scheduler_type": "cosine", "warmup_ratio": 0.1, "max_steps": 100}
READ = (
    "cosine-lr: Hugging Face TrainingArguments, read as transformers.get_cosine_schedule_with_warmup over 100 updates\n"
)


@pytest.fixture
def arguments(tmp_path: Path) -> str:
    path = tmp_path / "training_args.json"
    path.write_text(json.dumps(ARGUMENTS))
    return str(path)


def test_plan_prints_it_in_our_own_format(arguments: str) -> None:
    answer = ask("plan", arguments)
    assert (answer.code, answer.err) == (0, READ)
    assert answer.out.decode() == (
        "lr: 0.001\n"
        "steps: 100\n"
        "curves:\n"
        "  - transformers.get_cosine_schedule_with_warmup:\n"
        "      num_warmup_steps: 10\n"
        "      num_training_steps: 100\n"
        "      num_cycles: 0.5\n"
    )


@pytest.mark.parametrize(
    "words", [("table", "--rows", "3"), ("show",), ("code",), ("plot", "-o", "f.svg")], ids=lambda words: words[0]
)
def test_every_command_says_what_was_read(
    words: tuple[str, ...], arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = ask(*words, arguments)
    assert (answer.code, answer.err) == (0, READ)


def test_flags_override_the_run(arguments: str) -> None:
    answer = ask("table", arguments, "--lr", "0.5", "--steps", "40", "--at", "4,40", "--format", "csv")
    assert answer.out.decode().splitlines()[1:] == ["4,0.5", "40,0.0"]


def test_curves_of_the_command_line_replace_its_curve(arguments: str) -> None:
    answer = ask("table", arguments, "constant", "--at", "0,100", "--format", "csv")
    assert (answer.err, answer.out.decode().splitlines()) == ("", ["step,constant", "0,0.001", "100,0.001"])
