"""Several files and curves on one line: one figure, table, chart, plan or program with all their curves."""

from __future__ import annotations

import json
import math
import os
import re
from typing import TYPE_CHECKING

import pytest
from door import ask

from cosine_cli.plans.config_file import read_config
from cosine_cli.plans.resolve.request import resolve

if TYPE_CHECKING:
    from pathlib import Path

ARGUMENTS = {"learning_rate": 0.001, "lr_scheduler_type": "cosine", "warmup_ratio": 0.1, "max_steps": 100}
FILES = {
    "args.json": json.dumps(ARGUMENTS),
    "line.yaml": "lr: 0.2\nsteps: 50\ncurves: [linear]\nfigure: {log: true, output: own.png}\n",
    "epochs.yaml": "lr: 0.1\nepochs: 10\nsteps_per_epoch: 20\nwarmup: 1\ncurves: [cosine, 'step:step_size=5']\n",
    "other.yaml": "lr: 0.1\nepochs: 4\nsteps_per_epoch: 50\ncurves: [linear]\n",
    "bare.yaml": "lr: 0.1\nepochs: 30\ncurves: [cosine]\n",
    "groups.yaml": "lr: 0.1\nsteps: 80\ngroups: {backbone: 0.1, head: 1}\ncurves: [linear]\n",
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")


def rows(*words: str) -> list[str]:
    answer = ask("table", *words, "--format", "csv")
    assert answer.code == 0, answer.err
    return answer.out.decode().splitlines()


def rates(*words: str) -> list[list[float | None]]:
    return [[float(rate) if rate else None for rate in line.split(",")[1:]] for line in rows(*words)[1:]]


def test_each_has_its_own_run_and_the_longest_sets_the_axis() -> None:
    words = ("line.yaml", "groups.yaml", "--at", "0,25,50,60,80")
    assert rows(*words)[0] == 'step,line.yaml: linear,"groups.yaml: linear, backbone","groups.yaml: linear, head"'
    # 0.2 (1 - t/50) and 0.1 (1 - t/80), in groups with the factors 0.1 and 1
    assert rates(*words) == [
        pytest.approx([0.2, 0.01, 0.1]),
        pytest.approx([0.1, 0.006875, 0.06875]),
        pytest.approx([0.0, 0.00375, 0.0375]),
        [None, pytest.approx(0.0025), pytest.approx(0.025)],
        [None, 0.0, 0.0],
    ]


def test_a_schedulers_own_name_follows_that_of_its_file_in_the_order_of_the_line() -> None:
    header = rows("linear", "args.json", "line.yaml", "--at", "0")[0]
    assert header == "step,linear,args.json: get_cosine_schedule_with_warmup,line.yaml: linear"
    header = rows("args.json", "linear", "line.yaml", "-s", "constant", "--at", "0")[0]
    assert header == "step,args.json: get_cosine_schedule_with_warmup,linear,constant,line.yaml: linear"


def test_curves_take_the_run_of_the_first_file() -> None:
    answer = ask("table", "line.yaml", "args.json", "constant", "--at", "0,50,60", "--format", "csv")
    assert [line.rpartition(",")[2] for line in answer.out.decode().splitlines()] == ["constant", "0.2", "0.2", ""]
    assert "cosine-lr: constant: the run of line.yaml (lr 0.2, 50 steps)\n" in answer.err
    answer = ask("table", "epochs.yaml", "linear", "--lr", "0.4", "--at", "1", "--format", "csv")
    assert answer.out.decode().splitlines()[1] == "1,0.4,0.4,0.4"
    assert "cosine-lr: linear: the run of epochs.yaml (lr 0.4, 10 epochs, warmup 1 epoch)\n" in answer.err


def test_flags_of_the_run_are_for_each() -> None:
    # linear: 0.2 (1 - 5/10); after one step of warmup, four of the cosine's nine
    middle = 0.0005 * (1 + math.cos(math.pi * 4 / 9))
    both = rates("line.yaml", "args.json", "--steps", "10", "--at", "5,10")
    assert both == [pytest.approx([0.1, middle]), pytest.approx([0.0, 0.0])]


def test_epochs_are_steps_beside_steps() -> None:
    assert rows("line.yaml", "epochs.yaml", "--at", "20,99,100") == [
        "step,line.yaml: linear,epochs.yaml: cosine,epochs.yaml: step decay",
        "20,0.12,0.1,0.1",
        f"99,,{rows('epochs.yaml', '--at', '99st')[1].split(',')[1]},0.1",
        f"100,,{rows('epochs.yaml', '--at', '5')[1].split(',')[1]},0.010000000000000002",
    ]


def test_epochs_of_different_steps_are_epochs_and_no_update_is_rounded() -> None:
    updates = rows("other.yaml", "--steps-per-epoch", "50", "--every", "1st")[1:]
    both = rows("epochs.yaml", "other.yaml", "--at", ",".join(f"{update / 50}" for update in range(201)))[1:]
    assert [line.rpartition(",")[2] for line in both] == [line.rpartition(",")[2] for line in updates]


def test_means_and_half_peaks_are_over_ones_own_run() -> None:
    keys = ("mean", "sum", "half_at", "final", "peak_at", "jump_at")
    both = json.loads(ask("table", "other.yaml", "epochs.yaml", "--summary", "--format", "json").out)
    alone = json.loads(ask("table", "epochs.yaml", "--summary", "--format", "json").out)
    assert both["unit"] == "epoch"
    for beside, own in zip(both["curves"][1:], alone["curves"], strict=True):
        assert {key: beside[key] for key in keys} == {key: own[key] for key in keys}
        assert beside["params"] == own["params"]


def test_times_are_in_the_unit_of_the_axis() -> None:
    both = json.loads(ask("table", "line.yaml", "epochs.yaml", "--summary", "--format", "json").out)
    assert both["unit"] == "step"
    step = both["curves"][2]
    assert (step["jump_at"], step["params"]["step_size"], step["half_at"]) == (100.0, 100.0, 100.0)


REFUSED = {
    "table bare.yaml line.yaml": (
        "bare.yaml: its 30 epochs cannot be shown beside the steps of line.yaml: the steps per epoch are not known; "
        "pass --steps-per-epoch N, or add steps_per_epoch to bare.yaml"
    ),
    "table epochs.yaml other.yaml --every 10st": (
        "--every: cannot be in steps: the runs have different steps per epoch, got '10st'; give epochs, as in 10ep"
    ),
    "table bare.yaml epochs.yaml nope": "curve 'nope': is not a schedule",
    "table bare.yaml linear --gamma 2": (
        "--gamma: no curve uses it (cosine, linear), got '2'; it is for multistep and step"
    ),
    "plot bare.yaml epochs.yaml --grid min_lr=0,1e-3": (
        "--grid: runs side by side cannot have a grid; give --each for one figure per file"
    ),
    "plot bare.yaml linear --grid min_lr=0,1e-3": (
        "--grid: runs side by side cannot have a grid; pass the file without curves"
    ),
    "plot bare.yaml epochs.yaml --each -o x.png": (
        "--output: cannot be a single file for 2 figures, got 'x.png'; give --out-dir"
    ),
}


@pytest.mark.parametrize(("words", "message"), REFUSED.items(), ids=REFUSED)
def test_what_is_refused(words: str, message: str) -> None:
    answer = ask(*words.split())
    assert (answer.code, answer.out) == (2, b"")
    assert message in answer.err
    assert sorted(os.listdir()) == sorted(FILES)


def test_steps_per_epoch_of_one_may_be_given() -> None:
    assert ask("table", "bare.yaml", "line.yaml", "--steps-per-epoch", "1").code == 0
    assert ask("plan", "bare.yaml", "line.yaml", "--steps-per-epoch", "1", "-o", "again.yaml").code == 0
    assert ask("table", "again.yaml").out == ask("table", "bare.yaml", "line.yaml", "--steps-per-epoch", "1").out


def test_a_flag_is_used_if_one_run_uses_it() -> None:
    assert ask("table", "bare.yaml", "epochs.yaml", "--gamma", "0.5").code == 0


SETTINGS = {
    "a.yaml": "title: A\nfigure: {theme: dark, size: column, dpi: 50}\n",
    "b.yaml": "title: B\nfigure: {theme: light, size: [3.25, 2.15]}\n",
}


@pytest.fixture
def settings(tmp_path: Path) -> None:
    for name, text in SETTINGS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("command", ["plot", "plan"])
def test_settings_that_differ_are_given_on_the_line(command: str) -> None:
    answer = ask(command, "a.yaml", "b.yaml")
    assert (answer.code, answer.out) == (2, b"")
    assert answer.err == (
        "cosine-lr: error: a.yaml:2:17 and b.yaml:2:17: theme differs, got 'dark' and 'light'; pass --theme\n"
    )


def test_a_switch_that_differs_may_only_be_switched_on(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("figure: {log: false}\n", encoding="utf-8")
    answer = ask("show", "line.yaml", "a.yaml", "--steps", "5")
    assert answer.err.endswith("log differs, got 'true' and 'false'; pass --log, or remove log from one file\n")


def test_the_output_of_a_file_is_not_that_of_several(tmp_path: Path) -> None:
    answer = ask("plot", "line.yaml", "constant", "--dpi", "40")
    assert answer.out == b"line-constant.png\n"
    assert answer.err.startswith(
        "cosine-lr: line.yaml:4:29: output 'own.png' is not used, since the figure shows more than this config; "
        "pass -o, or --each for one figure per config\n"
    )
    assert not (tmp_path / "own.png").exists()


@pytest.mark.usefixtures("settings")
def test_settings_that_agree_are_kept_and_titles_that_differ_are_none() -> None:
    answer = ask("plan", "a.yaml", "b.yaml", "--theme", "dark")
    assert (
        answer.err
        == "cosine-lr: the files do not have the same title, so the figure has none; pass --title to give it one\n"
        "cosine-lr: lint: 2 notes; see 'cosine-lr lint' with the same curves and run\n"
    )
    assert answer.out.decode().endswith("figure:\n  size: [3.25, 2.15]\n  dpi: 50\n  theme: dark\n")
    assert b"title" not in answer.out
    assert ask("plan", "a.yaml", "b.yaml", "--theme", "dark", "--title", "T").out.startswith(b"title: T\n")


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("command", ["table", "code"])
def test_a_command_without_a_figure_does_not_need_its_settings(command: str) -> None:
    assert ask(command, "a.yaml", "b.yaml").err == ""


def test_the_figure_of_several_is_named_after_them_and_embeds_them(tmp_path: Path) -> None:
    answer = ask("plot", "line.yaml", "epochs.yaml", "torch.StepLR:step_size=10", "--format", "svg")
    assert answer.out == b"line-epochs-StepLR.svg\n"
    with_line = resolve(read_config("line-epochs-StepLR.svg"))
    assert [curve.label for curve in with_line.curves] == [
        "line.yaml: linear",
        "epochs.yaml: cosine",
        "epochs.yaml: step decay",
        "torch.StepLR",
    ]
    assert ask("plot", "line.yaml", "epochs.yaml", "torch.StepLR:step_size=10", "--format", "svg", "--check").code == 0
    header = rows("line-epochs-StepLR.svg", "line.yaml", "--at", "0")[0]
    assert header == (
        "step,line-epochs-StepLR.svg: line.yaml: linear,epochs.yaml: cosine,epochs.yaml: step decay,"
        "line-epochs-StepLR.svg: StepLR,line.yaml: linear"
    )
    assert sorted(os.listdir(tmp_path)) == sorted([*FILES, "line-epochs-StepLR.svg"])


def test_each_draws_a_figure_per_file_with_the_curves_of_the_line(tmp_path: Path) -> None:
    assert ask("plot", "line.yaml", "bare.yaml", "--each", "constant", "--dpi", "40").out == b"own.png\nbare.png\n"
    assert [curve.label for curve in resolve(read_config("bare.png")).curves] == ["bare.yaml: cosine", "constant"]
    answer = ask("plot", "line.yaml", "bare.yaml", "--out-dir", "d", "--dpi", "40")
    assert answer.out == b"d/own.png\nd/bare.png\n"
    assert sorted(os.listdir(tmp_path / "d")) == ["bare.png", "own.png"]


def test_a_run_that_ends_is_told() -> None:
    assert b" line.yaml: the run ends at step 50\n" in ask("table", "line.yaml", "epochs.yaml").out
    assert b"line.yaml: the run ends at step 50\n" in ask("show", "line.yaml", "epochs.yaml").out
    answer = ask("plan", "epochs.yaml", "other.yaml")
    assert answer.err == (
        "cosine-lr: other.yaml: the run ends at epoch 4\n"
        "cosine-lr: lint: 2 notes; see 'cosine-lr lint' with the same curves and run\n"
    )


def test_equivalents_are_added_to_each_run() -> None:
    answer = ask("table", "line.yaml", "args.json", "--as", "torch", "--at", "50")
    assert b"line.yaml: linear: torch.LinearLR gives the same rates up to the end" in answer.out
    assert b"line.yaml: LinearLR" in answer.out


def test_the_code_of_each_runs_for_its_own_updates() -> None:
    namespace: dict[str, object] = {}
    code = ask("code", "line.yaml", "groups.yaml", "--to", "python").out.decode()
    assert re.findall(r"range\((\d+)\)", code) == ["51", "81"]
    exec(code, namespace)  # noqa: S102
    assert namespace["line_yaml_linear"](25) == 0.1  # type: ignore[operator]
    assert namespace["groups_yaml_linear_head"](20) == pytest.approx(0.075)  # type: ignore[operator]
