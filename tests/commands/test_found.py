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
    "cosine-lr: {}: read as Hugging Face TrainingArguments: transformers.get_cosine_schedule_with_warmup, 100 steps, "
    "warmup 10\n"
)
LINT = "cosine-lr: lint: 1 note; see 'cosine-lr lint' with the same curves and run\n"
"""The warmup starts at 0."""


@pytest.fixture
def arguments(tmp_path: Path) -> str:
    path = tmp_path / "training_args.json"
    path.write_text(json.dumps(ARGUMENTS))
    return str(path)


def test_plan_prints_it_in_our_own_format(arguments: str) -> None:
    answer = ask("plan", arguments)
    assert (answer.code, answer.err) == (0, READ.format(arguments) + LINT)
    assert answer.out.decode() == (
        "lr: 0.001                                         # learning_rate\n"
        "steps: 100                                        # max_steps\n"
        "curves:\n"
        "  - transformers.get_cosine_schedule_with_warmup: # lr_scheduler_type\n"
        "      num_warmup_steps: 10                        # computed from warmup_ratio\n"
        "      num_training_steps: 100                     # max_steps\n"
        "      num_cycles: 0.5\n"
    )


WORDS = (("table", "--rows", "3"), ("show",), ("code",), ("plan",), ("plot", "-o", "f.svg"))


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[0])
def test_every_command_says_what_was_read(
    words: tuple[str, ...], arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = ask(*words, arguments)
    assert (answer.code, answer.err) == (0, READ.format(arguments) + (LINT if words == ("plan",) else ""))


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words[0])
@pytest.mark.parametrize("flag", ["--quiet", "-q"])
def test_quiet(
    words: tuple[str, ...], flag: str, arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = ask(*words, arguments, flag)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (b"" if words[0] == "plot" else ask(*words, arguments).out)


@pytest.mark.parametrize("words", [("table", "-o", "a.csv"), ("show", "-o", "a.txt"), ("code", "-o", "a.py")])
def test_quiet_does_not_print_paths(
    words: tuple[str, ...], arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask(*words, arguments).out == f"{words[-1]}\n".encode()
    assert ask(*words, arguments, "-q") == (0, b"", "")


def test_quiet_prints_errors(arguments: str) -> None:
    answer = ask("table", arguments, "-q", "--warmup", "5")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err.startswith("cosine-lr: error: --warmup: ")


@pytest.mark.usefixtures("arguments")
def test_each_file_has_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.json").write_text(json.dumps(ARGUMENTS))
    answer = ask("table", "training_args.json", "b.json", "--rows", "2")
    assert answer.err == READ.format("training_args.json") + READ.format("b.json")


def test_flags_override_the_run(arguments: str) -> None:
    answer = ask("table", arguments, "--lr", "0.5", "--steps", "40", "--at", "4,40", "--format", "csv")
    assert answer.out.decode().splitlines()[1:] == ["4,0.5", "40,0.0"]


TRAINER_STATE = json.dumps(
    {"log_history": [{"learning_rate": 3 - step / 50, "step": step} for step in range(10, 51, 10)], "max_steps": 50}
)
FILES = {
    "config of ours": ("a.yaml", "lr: 0.1\ncurves: [linear]\n"),
    "log of a Trainer": ("trainer_state.json", TRAINER_STATE),
    "arguments": ("b.json", json.dumps(ARGUMENTS)),
    "timm": ("args.yaml", "sched: cosine\nlr: 0.1\nepochs: 10\n"),
}


@pytest.mark.parametrize("command", ["table", "plot", "show", "code", "plan"])
@pytest.mark.parametrize(("name", "text"), FILES.values(), ids=FILES)
def test_a_file_and_curves_are_side_by_side(
    command: str, name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    answer = ask(command, name, "cosine:label=a b", "-s", "step")
    assert answer.code == 0
    assert f"a b and step decay: the run of {name} (lr " in answer.err
    assert ask(command, name).code == 0


def test_a_figure_and_a_curve_are_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert ask("plot", "linear", "-o", "f.svg").code == 0
    answer = ask("table", "f.svg", "cosine", "--at", "0,100", "--format", "csv")
    assert answer.code == 0
    assert answer.out.decode() == "epoch,f.svg: linear,cosine\n0,0.1,0.1\n100,0.0,0.0\n"


@pytest.mark.parametrize("name", [name for name in FILES if name != "config of ours"])
@pytest.mark.parametrize("flag", [("--warmup", "2"), ("--min-lr", "0.01"), ("--update", "epoch"), ("--gamma", "0.5")])
def test_flags_do_not_change_the_schedule_of_a_file(name: str, flag: tuple[str, str], tmp_path: Path) -> None:
    path = tmp_path / FILES[name][0]
    path.write_text(FILES[name][1])
    answer = ask("table", str(path), *flag)
    assert (answer.code, answer.out) == (2, b"")
    assert f"error: {flag[0]}: " in answer.err


SCHEDULERS = {
    "ds.json": (
        (
            '{"scheduler": {"type": "WarmupDecayLR", "params": {"warmup_min_lr": 0, "warmup_max_lr": 0.01, '
            '"warmup_num_steps": 5, "total_num_steps": 50}}}'
        ),
        "WarmupDecayLR",
    ),
    "mm.json": (
        (
            '[{"type": "LinearLR", "start_factor": 0.1, "by_epoch": false, "end": 5}, '
            '{"type": "CosineAnnealingLR", "T_max": 45, "by_epoch": false, "begin": 5, "end": 50}]'
        ),
        "LinearLR and CosineAnnealingLR",
    ),
    "trainer_state.json": (TRAINER_STATE, "learning_rate"),
    "timm.yaml": (
        "sched: cosine\nlr: 0.1\nepochs: 50\nsched_on_updates: true\nwarmup_epochs: 0\n",
        "CosineLRScheduler",
    ),
}


@pytest.mark.parametrize(("name", "text", "label"), [(name, *rest) for name, rest in SCHEDULERS.items()])
def test_beside_another_a_file_is_named_with_its_scheduler(
    name: str, text: str, label: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(text)
    flags = {"mm.json": ("--lr", "0.1"), "timm.yaml": ("--steps-per-epoch", "1")}.get(name, ())
    answer = ask("table", name, "constant", *flags, "--at", "0", "--format", "csv")
    assert answer.code == 0
    assert answer.out.decode().splitlines()[0] == f"step,{name}: {label},constant"
