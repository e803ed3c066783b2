"""lint: its formats, exit codes, selection of rules, and several files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from door import ask

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("here")

RISES = ("lint", "torch.CosineAnnealingLR:T_max=90", "--epochs", "120")
ARGUMENTS = """{"learning_rate": 1e-3, "max_steps": 400, "lr_scheduler_type": "cosine",
 "per_device_train_batch_size": 8,
 "warmup_steps": 500}
"""
MESSAGE = (
    "transformers.get_cosine_schedule_with_warmup: the run of 400 steps ends inside the warmup of 500 steps: the last "
    "update uses 7.98e-4, not the peak 0.001"
)


@pytest.fixture
def arguments(tmp_path: Path) -> str:
    """Write training arguments with a warmup that is longer than the run."""
    (tmp_path / "args.json").write_text(ARGUMENTS)
    return "args.json"


def test_text_has_place_message_and_fix(arguments: str) -> None:
    answer = ask("lint", arguments, "--select", "LR001")
    assert answer.code == 1
    assert answer.out.decode() == (
        f'args.json:3:18: error LR001: {MESSAGE}\n    fix: shorten the warmup: "warmup_steps": 20\n'
    )
    assert answer.err.splitlines()[-1] == "cosine-lr: error: lint: 1 error"


def test_json(arguments: str) -> None:
    (finding,) = json.loads(ask("lint", arguments, "--select", "LR001", "--format", "json").out)
    assert finding == {
        "code": "LR001",
        "severity": "error",
        "curve": "transformers.get_cosine_schedule_with_warmup",
        "where": "args.json:3:18",
        "file": "args.json",
        "line": 3,
        "column": 18,
        "message": MESSAGE.partition(": ")[2],
        "fix": 'shorten the warmup: "warmup_steps": 20',
    }


def test_github_annotations(arguments: str) -> None:
    out = ask("lint", arguments, "--select", "LR001", "--format", "github").out.decode()
    assert out.startswith("::error file=args.json,line=3,col=18,title=LR001::transformers.get_cosine_schedule_with_")
    assert out.count("\n") == 1


def test_github_annotations_escape_line_ends_and_separators() -> None:
    words = ("lint", "cosine:label='a%b\n', min_lr=0.1", "--lr", "0.1", "--format", "github")
    (line,) = ask(*words).out.decode().splitlines()
    assert "%25b" in line


def test_sarif(arguments: str) -> None:
    log = json.loads(ask("lint", arguments, "--select", "LR001", "--format", "sarif").out)
    (run,) = log["runs"]
    (result,) = run["results"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["LR001"] == [result["ruleId"]]
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "args.json"},
        "region": {"startLine": 3, "startColumn": 18},
    }


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(RISES, 1, id="warning"),
        pytest.param((*RISES, "--fail-on", "error"), 0, id="fails-on-errors"),
        pytest.param((*RISES, "--ignore", "LR004"), 0, id="ignored"),
        pytest.param((*RISES, "--ignore", "rises-again"), 0, id="ignored-by-name"),
        pytest.param((*RISES, "--select", "lr001, LR002"), 0, id="not-selected"),
        pytest.param(("lint", "cosine", "--steps", "99", "--warmup", "9"), 0, id="note"),
        pytest.param(("lint", "cosine", "--steps", "99", "--warmup", "9", "--fail-on", "note"), 1, id="fails-on-notes"),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int) -> None:
    assert ask(*words).code == code


def test_a_fine_plan_says_so() -> None:
    assert ask("lint", "cosine", "--epochs", "100") == (0, b"", "cosine-lr: lint: no findings\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            (*RISES, "--select", "LR04"),
            "--select: must be the code of a rule, got 'LR04'; did you mean LR004?",
            id="select",
        ),
        pytest.param(
            (*RISES, "--ignore", "rise-again"),
            "--ignore: must be the code of a rule, got 'rise-again'; did you mean rises-again?",
            id="ignore",
        ),
        pytest.param(
            ("lint", "--explain", "LR4"),
            "--explain: must be the code of a rule, got 'LR4'; see 'cosine-lr lint --explain all'",
            id="explain",
        ),
        pytest.param(
            ("lint", "cosine", "--explain", "LR004"),
            "--explain: cannot be combined with curves, files and options, got 'cosine'",
            id="explain-with-a-curve",
        ),
        pytest.param((*RISES, "--fail-on", "info"), "--fail-on: must be error, warning or note, got 'info'", id="fail"),
    ],
)
def test_bad_requests(words: tuple[str, ...], message: str) -> None:
    assert ask(*words) == (2, b"", f"cosine-lr: error: {message}\n")


def test_files_are_checked_one_by_one(arguments: str, tmp_path: Path) -> None:
    (tmp_path / "epochs.yaml").write_text("epochs: 10\nlr: 0.1\ncurves: [linear]\n")
    (tmp_path / "broken.yaml").write_text("epochs: 0\n")
    answer = ask("lint", "broken.yaml", "epochs.yaml", arguments, "--select", "LR001")
    assert answer.code == 2
    assert answer.out.decode().startswith("args.json:3:18: error LR001: ")
    assert answer.err.splitlines()[-1].startswith("cosine-lr: error: broken.yaml:1:9: ")


def test_a_file_that_cannot_be_read_has_no_result(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("epochs: 0\n")
    answer = ask("lint", "broken.yaml", "--format", "json")
    assert (answer.code, answer.out) == (2, b"")


def test_the_place_of_a_value_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text("steps: 300\nwarmup: 30\ncurves:\n  - cosine\n  - linear: {total: 900}\n")
    findings = json.loads(ask("lint", "run.yaml", "--ignore", "LR017", "--format", "json").out)
    assert [(each["code"], each["where"]) for each in findings] == [
        ("LR002", "run.yaml:2:9"),
        ("LR002", "run.yaml:2:9"),
        ("LR003", "run.yaml:5:21"),
    ]


def test_parts_of_a_sequence_have_their_own_places(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text(
        "epochs: 100\n"
        "curves:\n"
        "  - torch.SequentialLR:\n"
        "      schedulers:\n"
        "        - torch.LinearLR: {total_iters: 20, start_factor: 0.01}\n"
        "        - torch.CosineAnnealingLR: {T_max: 120}\n"
        "      milestones: [10]\n"
    )
    jump, cut = json.loads(ask("lint", "run.yaml", "--format", "json").out)[::-1]
    assert (jump["code"], jump["where"]) == ("LR013", "run.yaml:7:19")
    assert "jumps up at the end of the warmup, epoch 10" in jump["message"]
    assert (cut["code"], cut["where"], cut["fix"]) == ("LR003", "run.yaml:6:44", "let it end with the run: T_max: 90")


def test_a_fix_can_be_pasted() -> None:
    (finding,) = json.loads(ask(*RISES, "--format", "json").out)
    assert finding["fix"].endswith(": T_max=120")
    (finding,) = json.loads(ask(*RISES[:2], "--steps", "12345678", "--format", "json").out)
    assert finding["fix"].endswith(": T_max=12345678")
    assert ask("lint", "torch.CosineAnnealingLR:T_max=120", "--epochs", "120").err == "cosine-lr: lint: no findings\n"


@pytest.mark.parametrize("command", ["table", "show", "code"])
def test_other_commands_say_nothing(command: str) -> None:
    assert "lint" not in ask(command, *RISES[1:]).err


def test_plan_ends_with_the_number_of_findings() -> None:
    assert ask("plan", *RISES[1:]).err == "cosine-lr: lint: 1 warning; see 'cosine-lr lint' with the same arguments\n"
    assert ask("plan", "cosine").err == ""
    with_note = ask("plan", "cosine", "--steps", "99", "--warmup", "9").err
    assert with_note == "cosine-lr: lint: 1 note; see 'cosine-lr lint' with the same arguments\n"


def test_explain_describes_a_rule() -> None:
    answer = ask("lint", "--explain", "lr004")
    assert answer.out.decode().startswith("LR004 rises-again (warning)\n\nThe rate reaches its floor before")
    assert b"https://github.com/" in answer.out
    assert b"``" not in answer.out


def test_explain_lists_all_rules() -> None:
    lines = ask("lint", "--explain", "all").out.decode().splitlines()
    assert lines[0].split()[:3] == ["LR001", "error", "peak-not-reached"]
    assert [line[:5] for line in lines] == sorted(line[:5] for line in lines)


def test_the_cost_does_not_grow_with_the_run() -> None:
    words = "optax.cosine_decay_schedule:init_value=1,decay_steps=1000000000000 cosine wsd step cyclic sgdr"
    assert ask("lint", *words.split(), "--steps", "1000000000000").code == 0
