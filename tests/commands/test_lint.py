"""lint: its formats, exit codes, selection of rules, and several files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from door import ask

from cosine_cli import __version__
from cosine_cli.render.lint_report import rule_list
from cosine_cli.render.terminal import Terminal
from cosine_cli.studies.lint.core.rules import rules

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


def test_sarif_describes_each_rule_for_code_scanning() -> None:
    (run,) = json.loads(ask(*RISES, "--format", "sarif").out)["runs"]
    driver = run["tool"]["driver"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert driver["version"] == __version__
    assert len(driver["rules"]) > 1
    for rule in driver["rules"]:
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert len(rule["fullDescription"]["text"]) <= 1024  # the limit of GitHub
        assert "``" not in str(rule)
        assert "https://github.com/" in rule["help"]["text"]
        assert all(not line.endswith(" ") for line in rule["help"]["markdown"].splitlines())


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        pytest.param("./run.yaml", "run.yaml", id="dot"),
        pytest.param("a b,c.yaml", "a%20b%2Cc.yaml", id="space"),
        pytest.param("a:b%.yaml", "a%3Ab%25.yaml", id="colon"),
        pytest.param("é.yaml", "%C3%A9.yaml", id="letters"),
    ],
)
def test_sarif_has_files_as_uris(name: str, uri: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("epochs: 120\ncurves: [torch.CosineAnnealingLR: {T_max: 90}]\n")
    for path, expected in ((name, uri), (str(tmp_path / name), f"{tmp_path.as_uri()}/{uri}")):
        (result,) = json.loads(ask("lint", path, "--format", "sarif").out)["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == expected


def test_github_annotations_escape_names_of_files(tmp_path: Path) -> None:
    (tmp_path / "a,b:c%.yaml").write_text("epochs: 120\ncurves: [torch.CosineAnnealingLR: {T_max: 90}]\n")
    out = ask("lint", "a,b:c%.yaml", "--format", "github").out.decode()
    assert out.startswith("::warning file=a%2Cb%3Ac%25.yaml,line=2,col=43,title=LR004::torch.CosineAnnealingLR: ")


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
        pytest.param(
            (*RISES, "--select", "LR004", "--ignore", "LR004"),
            "--ignore: must leave a rule to check, got 'LR004'",
            id="no-rule-left",
        ),
        pytest.param(
            ("lint", "-"),
            "curve '-': is not a schedule; pass /dev/stdin to read a config from standard input, or the file of a log",
            id="standard-input",
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


def test_errors_are_in_the_order_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("epochs: 10\nlr: 0\ncurves: [linear]\n")
    (tmp_path / "b.yaml").write_text("epochs: 0\ncurves: [linear]\n")
    places = [line.split(": ")[2] for line in ask("lint", "a.yaml", "b.yaml").err.splitlines()]
    assert places == ["a.yaml:2:5", "b.yaml:1:9"]


def test_several_files_with_a_flag(arguments: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("curves: [cosine]\n")
    (tmp_path / "b.yaml").write_text("curves: [linear]\n")
    answer = ask("lint", "a.yaml", "b.yaml", arguments, "--steps", "100", "--min-lr", "0.1", "--select", "LR006")
    message = "min_lr 0.1 is the rate 0.1 that should decay to it: the rate is constant"
    assert answer.out.decode().splitlines()[::2] == [
        f"--min-lr: warning LR006: a.yaml: cosine: {message}",
        f"--min-lr: warning LR006: b.yaml: linear: {message}",
    ]
    assert answer.err.startswith("cosine-lr: error: args.json: --min-lr: ")


def test_a_rule_that_is_selected_twice_reports_once() -> None:
    assert ask(*RISES, "--select", "LR004,lr004,rises-again").err == "cosine-lr: error: lint: 1 warning\n"


def test_the_panels_of_a_grid_are_checked_instead_of_the_curves(tmp_path: Path) -> None:
    (tmp_path / "grid.yaml").write_text(
        "epochs: 100\ncurves: [torch.CosineAnnealingLR: {T_max: 60}, cosine]\nfigure: {grid: {T_max: [100, 50]}}\n"
    )
    (finding,) = json.loads(ask("lint", "grid.yaml", "--format", "json").out)
    assert (finding["where"], finding["message"][-12:]) == ("grid.yaml:3:30", "(T_max is 50)"[-12:])
    assert "lint: 1 warning" in ask("plan", "grid.yaml").err


def test_curves_with_an_equal_sum_are_not_compared_at_one_peak() -> None:
    words = ("lint", "cosine", "constant", "--steps", "100")
    assert ask(*words).err == "cosine-lr: lint: 1 note\n"
    assert ask(*words, "--match", "sum").err == "cosine-lr: lint: no findings\n"


def test_a_match_applies_to_all_runs(tmp_path: Path) -> None:
    (tmp_path / "runs.yaml").write_text(
        "runs:\n"
        "  - {name: short, epochs: 10, curves: [cosine, constant]}\n"
        "  - {name: long, epochs: 20, curves: [cosine, constant]}\n"
    )
    assert ask("lint", "runs.yaml").err == "cosine-lr: lint: 2 notes\n"
    assert ask("lint", "runs.yaml", "--match", "sum").err == "cosine-lr: lint: no findings\n"


def test_two_files_of_one_run(tmp_path: Path) -> None:
    (tmp_path / "trainer.json").write_text(
        '{"learning_rate": 2e-5, "lr_scheduler_type": "linear", "deepspeed": "ds.json",\n'
        ' "max_steps": 90, "warmup_steps": 100}\n'
    )
    (tmp_path / "ds.json").write_text(
        '{"scheduler": {"type": "WarmupDecayLR", "params":\n'
        ' {"warmup_max_lr": "auto", "warmup_num_steps": "auto", "total_num_steps": "auto"}}}\n'
    )
    one, _ = json.loads(ask("lint", "trainer.json", "ds.json", "--combine", "--format", "json").out)
    assert (one["code"], one["where"]) == ("LR001", "ds.json:2:48")


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


def test_milestones_of_inner_schedules_have_their_own_places(tmp_path: Path) -> None:
    (tmp_path / "run.yaml").write_text(
        "epochs: 100\n"
        "curves:\n"
        "  - torch.ChainedScheduler:\n"
        "      schedulers:\n"
        "        - torch.LinearLR: {total_iters: 10, start_factor: 0.01}\n"
        "        - torch.MultiStepLR: {milestones: [30.5, 150]}\n"
        "  - torch.SequentialLR:\n"
        "      schedulers: [torch.LinearLR, torch.MultiStepLR: {milestones: [30, 200]}]\n"
        "      milestones: [10]\n"
    )
    findings = json.loads(ask("lint", "run.yaml", "--select", "LR010,LR012", "--format", "json").out)
    assert [(each["code"], each["where"]) for each in findings] == [
        ("LR010", "run.yaml:6:43"),
        ("LR012", "run.yaml:6:43"),
        ("LR010", "run.yaml:8:68"),
    ]


def test_a_fix_can_be_pasted() -> None:
    (finding,) = json.loads(ask(*RISES, "--format", "json").out)
    assert finding["fix"].endswith(": T_max=120")
    (finding,) = json.loads(ask(*RISES[:2], "--steps", "12345678", "--format", "json").out)
    assert finding["fix"].endswith(": T_max=12345678")
    assert ask("lint", "torch.CosineAnnealingLR:T_max=120", "--epochs", "120").err == "cosine-lr: lint: no findings\n"


@pytest.mark.parametrize("command", ["table", "show", "code", "plot -o a.png"])
def test_other_commands_say_nothing(command: str) -> None:
    name, *options = command.split()
    assert "lint" not in ask(name, *RISES[1:], *options).err


def test_plan_ends_with_the_number_of_findings() -> None:
    end = "; see 'cosine-lr lint' with the same curves and run\n"
    assert ask("plan", *RISES[1:]).err == f"cosine-lr: lint: 1 warning{end}"
    assert ask("plan", "cosine").err == ""
    assert ask("plan", "cosine", "--steps", "99", "--warmup", "9").err == f"cosine-lr: lint: 1 note{end}"
    assert ask("plan", *RISES[1:], "--quiet").err == ""


def test_the_plan_that_is_written_does_not_mention_lint(tmp_path: Path) -> None:
    assert ask("plan", *RISES[1:], "-o", "run.yaml").err.count("\n") == 1
    assert "lint" not in (tmp_path / "run.yaml").read_text()
    assert b"lint" not in ask("plan", *RISES[1:]).out


def test_explain_describes_a_rule() -> None:
    answer = ask("lint", "--explain", "lr004")
    assert answer.out.decode().startswith("LR004 rises-again (warning)\n\nThe rate reaches its floor before")
    assert b"https://github.com/" in answer.out
    assert b"``" not in answer.out


def test_explain_lists_all_rules() -> None:
    lines = ask("lint", "--explain", "all").out.decode().splitlines()
    assert lines[0].split()[:3] == ["LR001", "error", "peak-not-reached"]
    assert [line[:5] for line in lines] == sorted(line[:5] for line in lines)


def test_the_list_of_rules_fits_the_screen() -> None:
    text = b"".join(rule_list(rules(), Terminal(width=60))).decode()
    assert max(map(len, text.splitlines())) <= 60
    assert all(rule.summary in " ".join(text.split()) for rule in rules())


def test_the_exit_code_does_not_depend_on_the_reader() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    words = [sys.executable, "-m", "cosine_cli", *RISES]
    done = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "cosine-lr: error: lint: 1 warning\n")


def test_the_cost_does_not_grow_with_the_run() -> None:
    words = "optax.cosine_decay_schedule:init_value=1,decay_steps=1000000000000 cosine wsd step cyclic sgdr"
    assert ask("lint", *words.split(), "--steps", "1000000000000").code == 0
