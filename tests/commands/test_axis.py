"""``--axis``: tables, charts and figures in another unit of time."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from door import ask
from screen import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("here")

TEXTS = "--tokens 100B --sequence-length 4096 --batch-size 8 --devices 64 --accumulate 2"
IMAGES = "--epochs 90 --dataset-size 1281167 --batch-size 32 --devices 8 --accumulate 4"


def out(words: str) -> str:
    answer = ask(*words.split())
    assert (answer.code, answer.err) == (0, "")
    return answer.out.decode()


def test_a_table_in_tokens_and_steps() -> None:
    assert out(f"table cosine --axis token,step --warmup 2Btok --rows 6 {TEXTS}") == (
        " Peak 0.1, 100B tokens, warmup over 2B\n"
        "                       cosine\n"
        "    token   step   ██▇▇▆▅▄▂▂▁\n"
        " ────────────────────────────\n"
        "        0      0            0\n"
        "       2B    477     0.100000\n"
        "      20B   4769     0.091902\n"
        "      40B   9537     0.067265\n"
        "      60B  14306     0.035765\n"
        "      80B  19074     0.009925\n"
        " end 100B  23841            0\n"
        " ────────────────────────────\n"
        "            mean     0.050000\n"
        "         half at          51B\n"
    )


def test_rows_that_are_close_have_as_many_digits_as_they_need() -> None:
    lines = out(f"table step --axis token --at 29998661632,30002855936,40B {TEXTS}").splitlines()
    assert [line.split()[0] for line in lines[5:8]] == ["29.998B", "30.002B", "40B"]


def test_a_table_of_steps_in_epochs() -> None:
    lines = out("table linear --axis epoch --steps 1000 --steps-per-epoch 400 --every 1").splitlines()
    assert [line.split() for line in lines[4:8]] == [
        ["0", "0.100000"],
        ["1", "0.060000"],
        ["2", "0.020000"],
        ["end", "2.5", "0"],
    ]


def test_bare_times_are_in_the_unit_of_the_axis() -> None:
    rows = out(f"table linear --axis sample --at 1281167,10ep,500st {IMAGES} --format csv").splitlines()
    assert [row.partition(",")[0] for row in rows] == ["sample", "1281167", "12811670", "511648"]


def test_every_so_many_tokens_is_a_row_at_the_step_that_reaches_them() -> None:
    rows = out(f"table linear --axis token,step --every 25B {TEXTS} --format csv").splitlines()
    assert rows[0] == "token,step,linear"
    assert [row.split(",")[:2] for row in rows[1:]] == [
        ["0", "0"],
        ["25002246144", "5961"],
        ["50000297984", "11921"],
        ["75002544128", "17882"],
        ["99996401664", "23841"],
    ]


def test_json_and_json_lines() -> None:
    words = "table linear --axis token,step --at 0,50% --steps 4 --batch-size 2 --sequence-length 5 --format"
    assert out(f"{words} jsonl") == '{"token": 0, "step": 0, "linear": 0.1}\n{"token": 20, "step": 2, "linear": 0.05}\n'
    found = json.loads(out(f"{words} json"))
    assert (found["unit"], found["t"], found["step"]) == ("token", [0.0, 20.0], [0.0, 2.0])
    assert found["curves"][0]["params"]["total"] == 40.0


def test_markdown() -> None:
    assert out("table linear --axis sample,step --at 0,8 --steps 4 --batch-size 2 --format md") == (
        "Peak 0.1, 8 samples\n\n"
        "| sample | step | linear |\n"
        "| ---: | ---: | ---: |\n"
        "| 0 | 0 | 0.100000 |\n"
        "| end 8 | 4 | 0 |\n"
        "| mean |  | 0.062500 |\n"
        "| half at |  | 4 |\n"
    )


@pytest.mark.parametrize(("label", "place"), [("token", "first"), ("step", "second")])
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_label_is_not_the_name_of_a_column(label: str, place: str, form: str) -> None:
    answer = ask(*f"table cosine:label={label} --axis token,step {TEXTS} --format {form}".split())
    assert answer.code == 2
    assert f"label '{label}': must not be the name of the {place} column of {form}" in answer.err


def test_statistics_are_in_its_unit() -> None:
    rows = [line.split() for line in out(f"table step --summary --axis token {TEXTS}").splitlines()]
    assert ["half", "at", "30B"] in rows
    assert ["jump", "at", "30B"] in rows
    found = json.loads(out(f"table step --summary --axis token --format json {TEXTS}"))
    assert (found["unit"], found["curves"][0]["half_at"]) == ("token", 7152 * 4_194_304.0)


def test_a_chart_has_a_second_axis_above() -> None:
    lines = out(f"show cosine --axis token,step {TEXTS}").splitlines()
    assert lines[1].split() == ["step", "0", "5k", "10k", "15k", "20k", "23.841k"]
    assert " ".join(lines[-2].split()) == "token 0 10B 20B 30B 40B 50B 60B 70B 80B 90B 100B"
    assert lines[-1].split() == ["cosine", "half", "at", "50B", "ends", "at", "0", "mean", "0.0500"]


@pytest.mark.parametrize(("columns", "above"), [(36, False), (60, True), (80, True), (200, True)])
def test_a_narrow_chart_has_one(columns: int, above: bool) -> None:  # noqa: FBT001
    code, shown = on_terminal(*f"show cosine --axis token,step {TEXTS}".split(), columns=columns)
    assert code == 0
    assert ("step  0" in re.sub(r"\x1b\[[0-9;]*m", "", shown)) is above
    assert ("the chart is too narrow for a second axis, of steps" in shown) is not above


def test_a_figure_keeps_its_axis(here: Path) -> None:
    answer = ask("plot", "cosine", "--axis", "token,step", "--xlim", "0,20B", "-o", "a.svg", *TEXTS.split())
    assert (answer.code, answer.err) == (0, "")
    drawn = (here / "a.svg").read_text(encoding="utf-8")
    assert all(f">{text}<" in drawn for text in ("Tokens", "Step", "20B", "4500"))
    assert ask("plot", "a.svg", "-o", "a.svg", "--check").code == 0
    assert ask("plot", "a.svg", "-o", "a.svg", "--axis", "token", "--check").code == 1
    assert "axis: [token, step]" in ask("plan", "a.svg").out.decode()


def test_the_key_of_a_config_is_for_every_command(here: Path) -> None:
    (here / "run.yaml").write_text("axis: sample\nsteps: 10\nbudget: {batch_size: 30}\ncurves: [linear]\n")
    assert "sample" in out("table run.yaml").splitlines()[2]
    assert out("show run.yaml").splitlines()[-2].split()[0] == "sample"
    assert ask("plot", "run.yaml", "-o", "a.svg").code == 0
    assert ">Samples<" in (here / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", ["--size 2x2", "--grid min_lr=0,1e-3"])
def test_a_figure_without_space_for_a_second_axis_says_so(words: str) -> None:
    answer = ask("plot", "cosine", "--axis", "token,step", "-o", "a.svg", *words.split(), *TEXTS.split())
    assert answer.code == 0
    assert "the figure does not have space for a second axis, of steps" in answer.err


RUNS = """
axis: token
runs:
- {name: a, budget: {tokens: 3M, sequence_length: 10, batch_size: 30}, curves: [step: {step_size: 2500, gamma: 0.5}]}
- {name: b, budget: {tokens: 5M, sequence_length: 10, batch_size: 70}, curves: [linear]}
"""


def test_runs_with_other_tokens_per_step(here: Path) -> None:
    (here / "runs.yaml").write_text(RUNS)
    rows = out("table runs.yaml -q --at 0,749_999,750k,3M,5M --format csv").splitlines()
    assert [row.split(",")[:2] for row in rows] == [
        ["token", "a: step decay"],
        ["0", "0.1"],
        ["749999", "0.1"],
        ["750000", "0.05"],
        ["3000000", "0.00625"],
        ["5000000", ""],
    ]
    lines = out("show runs.yaml").splitlines()
    assert " ".join(lines[-4].split()) == "token 0 500k 1M 1.5M 2M 2.5M 3M 3.5M 4M 4.5M 5M"
    assert lines[-1] == " a: the run ends at 3M tokens"
    answer = ask("table", "runs.yaml", "--at", "500st")
    assert answer.err == (
        "cosine-lr: error: --at: cannot be in steps: the runs have different tokens per step, got '500st'; "
        "give tokens, as in 500tok\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--axis step --at 3ep", "in epochs: the steps per epoch are not known, or differ between the runs, got '3ep'"),
        (
            "--axis step --at 9tok",
            "in tokens: the tokens per step are not known, or differ between the runs, got '9tok'",
        ),
        ("--at 3ep", "in epochs: the steps per epoch are not known, or differ between the runs, got '3ep'"),
        ("--axis token --at 9sample", "in samples: the runs have different tokens per step, got '9sample'"),
        ("--axis epoch --at 9sample", "in samples: the runs have different steps per epoch, got '9sample'"),
    ],
)
def test_times_that_runs_do_not_convert_alike(here: Path, words: str, message: str) -> None:
    (here / "runs.yaml").write_text(
        "runs:\n"
        "- {name: a, steps: 9, steps_per_epoch: 3, budget: {batch_size: 8, sequence_length: 4}, curves: [linear]}\n"
        "- {name: b, steps: 9, steps_per_epoch: 2, budget: {batch_size: 8, sequence_length: 2}, curves: [linear]}\n"
    )
    answer = ask("table", "runs.yaml", *words.split())
    assert (answer.code, answer.out) == (2, b"")
    assert f"--at: cannot be {message}; give " in answer.err
    rows = out("table runs.yaml --at 24sample --format csv").splitlines()  # which the runs have in common
    assert rows[1].partition(",")[0] == "3"


def test_runs_of_which_one_has_an_epoch_of_one_step(here: Path) -> None:
    (here / "runs.yaml").write_text(
        "runs:\n- {name: a, steps: 10, curves: [linear]}\n"
        "- {name: b, epochs: 5, budget: {dataset_size: 8, batch_size: 8}, curves: [linear]}\n"
    )
    assert out("table runs.yaml -q --at 5 --format csv").splitlines() == ["step,a: linear,b: linear", "5,0.05,0.0"]


@pytest.mark.parametrize("words", ["--rows 3", "--every 20sample", "--every 17sample"])
def test_a_time_has_one_row(words: str) -> None:
    rows = out(f"table linear --axis sample --steps 3 --batch-size 8 {words} --format csv").splitlines()
    times = [int(row.partition(",")[0]) for row in rows[1:]]
    assert times == sorted({*times, 24})


def test_the_tokens_of_the_run_are_its_end() -> None:  # 100B are 23841.86 steps
    assert (
        out(f"table linear --axis token,step --at 100B {TEXTS} --format csv").splitlines()[1] == "99996401664,23841,0.0"
    )
    assert (
        out(f"table linear --axis token,step --at 101B {TEXTS} --format csv").splitlines()[1].split(",")[1] == "24080"
    )


def test_small_numbers_of_samples_are_exact() -> None:
    lines = out("table linear --axis sample --steps 3 --batch-size 1234 --at 1234,3ksample").splitlines()
    assert [line.split()[0] for line in lines[4:6]] == ["1234", "2468"]
    assert lines[0] == " Peak 0.1, 3702 samples"


def test_files_agree_on_their_axis(here: Path) -> None:
    for name, axis in (("a", "sample"), ("b", "step"), ("c", "samples")):
        text = f"axis: {axis}\nsteps: 10\nbudget: {{batch_size: 30}}\ncurves: [linear]\n"
        (here / f"{name}.yaml").write_text(text)
    answer = ask("table", "a.yaml", "b.yaml")
    assert answer.code == 2
    assert answer.err == (
        "cosine-lr: error: a.yaml:1:7 and b.yaml:1:7: axis differs, got 'sample' and 'step'; pass --axis\n"
    )
    assert "sample" in out("table a.yaml c.yaml").splitlines()[2]
    assert "token" in ask("table", "a.yaml", "b.yaml", "--axis", "token", "--sequence-length", "4").out.decode()
