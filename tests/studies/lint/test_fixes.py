"""Each fix is pasted at its place, on the command line and in a config: the plan then has no error and no warning."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest
from door import ask
from plans_with_findings import TRIPS

if TYPE_CHECKING:
    from pathlib import Path

CASES = [
    pytest.param(code, case.words, id=f"{code}-{at}") for code, cases in TRIPS.items() for at, case in enumerate(cases)
]

_ON_THE_LINE = re.compile(r"(?P<flag>--[a-z-]+) (?P<text>\S+)|(?P<name>\w+)=(?P<value>[^\s,;]+)")
_IN_A_CONFIG = re.compile(r"(?P<name>\w+): (?P<value>\[[^]]*]|\{[^}]*}|[^\s,;]+)")


def _findings(*words: str, select: str = "") -> list[dict[str, Any]]:
    answer = ask("lint", *words, *(["--select", select] if select else []), "--format", "json")
    assert answer.code in (0, 1), answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)
    return found


def _setting(finding: dict[str, Any]) -> str:
    """Return the first setting of a fix: the text after the advice, without alternatives."""
    return re.split("; | or ", finding["fix"].partition(": ")[2])[0]


def _check(code: str, *words: str) -> None:
    """Check that a plan neither has the finding nor a mistake instead of it.

    After a shorter warmup, a decay of a given length ends earlier: that may be another finding.
    """
    others = () if code == "LR019" else ("error", "warning")
    assert [one for one in _findings(*words) if one["code"] == code or one["severity"] in others] == []


def _pasted(setting: str, words: list[str]) -> list[str]:
    """Return the words of a command line with a setting, instead of the previous one if there is one."""
    for match in _ON_THE_LINE.finditer(setting):
        if match["flag"]:
            at = words.index(match["flag"]) if match["flag"] in words else len(words)
            words = [*words[:at], match["flag"], match["text"], *words[at + 2 :]]
        else:
            curve, colon, given = words[0].partition(":")
            kept = [one for one in given.split(",") if colon and one.partition("=")[0] != match["name"]]
            words = [f"{curve}:{','.join([*kept, match[0]])}", *words[1:]]
    return words


def _written(setting: str, text: str, line: int) -> str:
    """Return a config with the keys of a setting, on the lines of the same keys or before a line."""
    lines = text.splitlines()
    indent = re.match(" *", lines[line - 1])
    assert indent
    for match in _IN_A_CONFIG.finditer(setting):
        at = next((at for at, each in enumerate(lines) if each.strip().startswith(f"{match['name']}:")), None)
        if at is None:
            lines.insert(line - 1, f"{indent[0]}{match[0]}")
        else:
            lines[at] = f"{lines[at].partition(match['name'])[0]}{match[0]}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("code", "words"), CASES)
def test_a_fix_can_be_pasted_into_the_command_line(code: str, words: str) -> None:
    line = shlex.split(words)
    (finding,) = _findings(*line, select=code)
    assert _ON_THE_LINE.search(_setting(finding)), finding["fix"]
    _check(code, *_pasted(_setting(finding), line))


@pytest.mark.parametrize(("code", "words"), [case for case in CASES if case.values[0] != "LR017"])
def test_a_fix_can_be_pasted_into_a_config(code: str, words: str, tmp_path: Path) -> None:
    config = tmp_path / "run.yaml"
    text = ask("plan", *shlex.split(words)).out.decode()
    config.write_text(text)
    (finding,) = _findings(str(config), select=code)
    assert _IN_A_CONFIG.search(_setting(finding)), finding["fix"]
    config.write_text(_written(_setting(finding), text, finding["line"]))
    _check(code, str(config))


@pytest.mark.parametrize(
    ("name", "text", "code", "fix"),
    [
        pytest.param(
            "run.yaml",
            "steps: 90\nwarmup: {for: 9, shape: cosine}\ncurves: [cosine]\n",
            "LR002",
            "begin one step above 0: from: first",
            id="mapping-of-the-run",
        ),
        pytest.param(
            "args.json",
            '{"learning_rate": 1e-3, "max_steps": 400, "lr_scheduler_type": "cosine",'
            ' "per_device_train_batch_size": 8, "warmup_steps": 500}',
            "LR001",
            'shorten the warmup: "warmup_steps": 20',
            id="json",
        ),
        pytest.param(
            "train.sh",
            "python train.py --learning_rate 1e-3 --max_steps 400 --lr_scheduler_type cosine"
            " --per_device_train_batch_size 8 --warmup_steps 500\n",
            "LR001",
            "shorten the warmup: 20 instead of 500",
            id="arguments",
        ),
        pytest.param(
            "args.json",
            '{"learning_rate": 1e-3, "max_steps": 400, "lr_scheduler_type": "cosine",'
            ' "per_device_train_batch_size": 8, "warmup_steps": 50}',
            "LR002",
            "harmless in a long run; begin above 0 if the run is short",
            id="no-key-of-ours-in-a-foreign-file",
        ),
    ],
)
def test_a_fix_has_the_syntax_of_its_file(name: str, text: str, code: str, fix: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    (finding,) = _findings(str(tmp_path / name), select=code)
    assert finding["fix"] == fix


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        pytest.param(
            "keras.PiecewiseConstantDecay:boundaries=300/2000,values=0.1/0.01/0.001",
            "move boundaries into the run: boundaries=333/667",
            id="calls",
        ),
        pytest.param(
            "optax.piecewise_constant_schedule:init_value=0.1,boundaries_and_scales=300:0.1/2000:0.1",
            "move boundaries_and_scales into the run",
            id="pairs",
        ),
        pytest.param("multistep:milestones=3/20", "move milestones into the run: milestones=3/7", id="epochs"),
    ],
)
def test_milestones_are_in_the_unit_of_their_schedule(words: str, fix: str) -> None:
    line = [words, "--epochs", "10", "--steps-per-epoch", "100"]
    (finding,) = _findings(*line, select="LR010")
    assert finding["fix"] == fix


def test_a_default_of_a_program_is_set_by_its_key(tmp_path: Path) -> None:
    args = tmp_path / "args.yaml"
    text = "sched: cosine\nlr: 0.1\nepochs: 100\nwarmup_epochs: 30\nopt: sgd\n"
    args.write_text(text)
    (finding,) = _findings(str(args))
    assert finding["fix"] == "let the decay begin after the warmup: warmup_prefix: true, epochs: 70"
    args.write_text(_written(_setting(finding), text, finding["line"]))
    assert _findings(str(args)) == []
