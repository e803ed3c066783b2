"""``cosine-lr table``, from its words to its bytes."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from door import ask
from screen import on_terminal

if TYPE_CHECKING:
    from pathlib import Path

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


pytestmark = pytest.mark.usefixtures("here")


def out(words: str) -> str:
    answer = ask(*words.split())
    assert (answer.code, answer.err) == (0, "")
    return answer.out.decode()


TABLE = """\
 Peak 0.1, 100 epochs
               cosine   step decay   exponential decay
   epoch   ██▇▇▆▄▃▂▂▁   ███▂▂▂▁▁▁▁          █▅▄▃▂▂▁▁▁▁
                         ×0.1 / 30     ×0.955 an epoch
 ─────────────────────────────────────────────────────
       0     0.100000     0.100000            0.100000
      10     0.097553     0.100000            0.063096
      20     0.090451     0.100000            0.039811
      30     0.079389     0.010000            0.025119
      40     0.065451     0.010000            0.015849
      50     0.050000     0.010000            0.010000
      60     0.034549     0.001000            0.006310
      70     0.020611     0.001000            0.003981
      80     0.009549     0.001000            0.002512
      90     0.002447     0.000100            0.001585
 end 100            0     0.000100            0.001000
 ─────────────────────────────────────────────────────
    mean     0.050500     0.033310            0.021996
 half at           50           30               15.05
"""


@pytest.mark.parametrize(
    "words", ["table", "table --lr 0.1 --epochs 100", "table cosine step exponential", "table --rows 11"]
)
def test_the_first_table(words: str) -> None:
    assert out(words) == TABLE


def test_as_a_process(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "cosine_cli", "table"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, TABLE, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_warmup_and_steps_in_an_epoch() -> None:
    shown = out("table linear --epochs 10 --steps-per-epoch 391 --warmup 2 --at 0,1,2,5,10")
    lines = [line.split() for line in shown.splitlines()]
    assert shown.splitlines()[0] == " Peak 0.1, 10 epochs of 391 steps, warmup over 2"
    assert lines[4:9] == [["0", "0"], ["1", "0.050000"], ["2", "0.100000"], ["5", "0.062500"], ["end", "10", "0"]]
    assert lines[-2:] == [["mean", "0.050000"], ["half", "at", "6"]]


def test_csv() -> None:
    header, *rows = out("table cosine step --rows 2 --format csv").splitlines()
    assert header == "epoch,cosine,step decay"
    values = [[float(cell) for cell in row.split(",")] for row in rows]
    assert [row[0] for row in values] == [0, 30, 60, 90, 100]
    assert [row[1] for row in values] == pytest.approx([0.1, 0.0793892626, 0.0345491503, 0.0024471742, 0])
    assert [row[2] for row in values] == pytest.approx([0.1, 0.01, 0.001, 0.0001, 0.0001])


def test_csv_to_the_byte() -> None:
    assert (
        out("table linear --epochs 4 --every 1 --format csv --lr 0.5")
        == "epoch,linear\n0,0.5\n1,0.375\n2,0.25\n3,0.125\n4,0.0\n"
    )


def test_jsonl_to_the_byte() -> None:
    assert out("table linear --steps 4 --every 2 --format jsonl --lr 0.5") == (
        '{"step": 0, "linear": 0.5}\n{"step": 2, "linear": 0.25}\n{"step": 4, "linear": 0.0}\n'
    )


def test_json_to_the_byte() -> None:
    assert out("table linear --epochs 4 --at 0,1 --format json --lr 0.5") == (
        '{"unit": "epoch", "t": [0.0, 1.0], "curves": [{"label": "linear", "name": "linear", '
        '"params": {"lr": 0.5, "total": 4.0, "min_lr": 0.0}, "lr": [0.5, 0.375]}]}\n'
    )


def test_the_keys_of_json_are_a_contract() -> None:
    found = json.loads(out("table --format json --steps-per-epoch 391 --warmup 5"))
    assert set(found) >= {"unit", "t", "curves"}
    assert found["unit"] == "epoch"
    assert [curve["name"] for curve in found["curves"]] == ["cosine", "step", "exponential"]
    assert [curve["label"] for curve in found["curves"]] == ["cosine", "step decay", "exponential decay"]
    for curve in found["curves"]:
        assert set(curve) >= {"label", "name", "params", "lr"}
        assert len(curve["lr"]) == len(found["t"])
        assert curve["params"]["warmup"] == 5.0
    assert found["curves"][0]["params"] == {
        "lr": 0.1, "total": 95.0, "min_lr": 0.0, "warmup": 5.0, "warmup_shape": "linear", "warmup_start": 0.0,
        "warmup_from": "start",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("t.csv", "epoch,linear\n0,"),
        ("t.md", "Peak 0.1, 100 epochs\n\n| epoch |"),
        ("t.json", '{"unit": "epoch"'),
        ("t.jsonl", '{"epoch": 0'),
        ("t.txt", " Peak 0.1"),
    ],
)
def test_the_suffix_decides(here: Path, name: str, beginning: str) -> None:
    assert out(f"table linear -o {name}") == f"{name}\n"
    assert (here / name).read_text(encoding="utf-8").startswith(beginning)
    assert [path.name for path in here.iterdir()] == [name]


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "md"])
def test_a_file_holds_what_would_have_been_printed(here: Path, form: str) -> None:
    printed = out(f"table --format {form}")
    assert out(f"table --format {form} -o /dev/stdout") == printed
    assert out(f"table --format {form} -o -") == printed
    out(f"table -o t.{'txt' if form == 'table' else form}")
    assert next(here.iterdir()).read_text(encoding="utf-8") == printed


def test_no_escape_reaches_a_file(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" in out("table")
    out("table -o t.txt")
    assert (here / "t.txt").read_text(encoding="utf-8") == TABLE


def test_a_config_and_flags_over_it(here: Path) -> None:
    (here / "c.yaml").write_text("lr: 0.5\nsteps: 4\ncurves: [linear]\n", encoding="utf-8")
    assert out("table c.yaml --every 2 --format csv") == "step,linear\n0,0.5\n2,0.25\n4,0.0\n"
    assert out("table c.yaml --every 2 --format csv --lr 1 --epochs 2") == "epoch,linear\n0,1.0\n2,0.0\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--rows 5 --every 2", "--rows and --every: cannot be combined; give one of them"),
        ("-o t.csv --format json", "--format: must be csv to match 't.csv', got 'json'"),
        ("--format cvs", "--format: must be table, csv, json, jsonl or md, got 'cvs'; did you mean csv?"),
        (
            "--epochs 2k --every 1",
            "rows: must be at most 1,000 as table, got 2,001; choose fewer with --every, --rows or --at",
        ),
    ],
)
def test_what_is_refused(here: Path, words: str, message: str) -> None:
    assert ask("table", *words.split()) == (2, b"", f"cosine-lr: error: {message}\n")
    assert list(here.iterdir()) == []


# --- In numbers ------------------------------------------------------------------------------------------------------

SUMMARY = """\
 Peak 0.1, 100 epochs
                    cosine   step decay   exponential decay
        epoch   ██▇▇▆▄▃▂▂▁   ███▂▂▂▁▁▁▁          █▅▄▃▂▂▁▁▁▁
                              ×0.1 / 30     ×0.955 an epoch
 ──────────────────────────────────────────────────────────
         peak     0.100000     0.100000            0.100000
      peak at            0            0                   0
   final rate            0     0.000100            0.001000
         mean     0.050500     0.033310            0.021996
          sum      5.05000      3.33100             2.19964
   square sum     0.380000     0.303030            0.113639
      half at           50           30               15.05
   >=10% peak          80%          60%                 51%
 at the floor           0%          10%                  0%
 slope, start            0            0           -4.605e-3
   slope, end            0            0           -4.605e-5
 largest jump         none    -0.090000                none
      jump at            –           30                   –
   parameters            3            4                   4
 needs length          yes          yes                 yes
"""


def test_a_summary() -> None:
    shown = out("table --summary")
    assert shown == SUMMARY
    assert max(map(len, shown.splitlines())) < 60


def test_a_summary_costs_the_same_for_very_many_steps() -> None:
    found = json.loads(out("table --summary --format json --steps 1000G"))
    assert [curve["share_from_tenth"] for curve in found["curves"]] == pytest.approx(
        [math.acos(-0.8) / math.pi, 0.6, 0.5],
        abs=1e-5,
    )
    assert [curve["mean"] for curve in found["curves"]] == pytest.approx(
        [0.05, 0.03331, 0.099 / math.log(100)], rel=1e-4
    )


def test_the_summary_for_machines() -> None:
    (curve,) = json.loads(out("table step:step_size=30 --summary --format json"))["curves"]
    assert list(curve)[:3] == ["label", "name", "params"]
    expected = {
        "peak": 0.1,
        "peak_at": 0.0,
        "final": 1e-4,
        "mean": 0.03331,
        "sum": 3.331,
        "half_at": 30.0,
        "share_from_tenth": 0.6,
        "share_at_floor": 0.1,
        "slope_at_start": 0.0,
        "slope_at_end": 0.0,
        "largest_jump": -0.09,
        "jump_at": 30.0,
        "parameters": 4,
        "needs_length": False,
    }
    assert {name: curve[name] for name in expected} == pytest.approx(expected)
    (line,) = out("table step:step_size=30 --summary --format jsonl").splitlines()
    assert json.loads(line) == curve


def test_the_summary_as_csv_has_a_row_a_curve() -> None:
    rows = list(csv.DictReader(out('table constant:label="a,b" --summary --format csv --lr 0.5').splitlines()))
    assert rows[0]["label"] == "a,b"
    assert (rows[0]["peak"], rows[0]["half_at"], rows[0]["jump_at"], rows[0]["needs_length"]) == (
        "0.5",
        "",
        "",
        "false",
    )
    assert float(rows[0]["sum_of_squares"]) == 25.0


def test_the_summary_as_markdown() -> None:
    shown = out("table linear:label=a|b --summary --format md --lr 0.5").splitlines()
    assert shown[:5] == ["Peak 0.5, 100 epochs", "", r"|  | a\|b |", "| ---: | ---: |", "| peak | 0.500000 |"]
    assert shown[-1] == "| needs length | yes |"


def test_curves_of_equal_sums_say_their_factors() -> None:
    lines = [line.split() for line in out("table constant linear --match sum --at 0,50").splitlines()]
    assert ["equal", "sum", "×1", "×1.9802"] in lines  # 10 / 5.05
    assert ["mean", "0.100000", "0.100000"] in lines
    found = json.loads(out("table constant linear --match sum --at 0,50 --format json"))["curves"]
    assert [curve["factor"] for curve in found] == pytest.approx([1, 10 / 5.05])
    assert [curve["params"]["lr"] for curve in found] == [0.1, 0.1]
    assert found[1]["lr"] == pytest.approx([1 / 5.05, 0.5 / 5.05])
    markdown = out("table constant linear --match sum --format md")
    assert markdown.startswith("Peaks 0.1 to 0.19802, 100 epochs; equal sum: constant ×1, linear ×1.9802\n")


def test_rows_for_machines_have_no_place_for_factors_which_go_to_stderr() -> None:
    answer = ask("table", "constant", "linear", "--match", "peak", "--format", "csv", "--rows", "2")
    assert (answer.code, answer.err) == (0, "cosine-lr: equal peak: constant ×1, linear ×1\n")
    assert answer.out.startswith(b"epoch,constant,linear\n")


def test_groups_say_their_factors(here: Path) -> None:
    (here / "c.yaml").write_text("groups: {backbone: 0.1, head: 1.0}\ncurves: [linear]\n", encoding="utf-8")
    lines = [line.split() for line in out("table c.yaml --at 0,50").splitlines()]
    assert ["linear,", "backbone", "linear,", "head"] in lines
    assert ["factor", "×0.1", "×1"] in lines
    found = json.loads(out("table c.yaml --at 0,50 --format json"))["curves"]
    assert [(curve["group"], curve["factor"]) for curve in found] == [("backbone", 0.1), ("head", 1.0)]
    assert [curve["lr"] for curve in found] == [pytest.approx([0.01, 0.005]), [0.1, 0.05]]
    assert out("table c.yaml --format csv --at 0").startswith('epoch,"linear, backbone","linear, head"\n')


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--summary --rows 5", "--summary and --rows: cannot be combined; give one of them"),
        ("--summary --every 5", "--summary and --every: cannot be combined; give one of them"),
        ("--match final", "--match final: the final rate of a curve must be above 0 to be matched, got 0 for 'cosine'"),
        ("--match total", "--match: must be sum, mean, final or peak, got 'total'"),
        ("--epochs 200k --every 1 --format md",
         "rows: must be at most 100,000 as md, got 200,001; choose fewer with --every, --rows or --at"),
    ],
)  # fmt: skip
def test_what_of_it_is_refused(here: Path, words: str, message: str) -> None:
    assert ask("table", *words.split()) == (2, b"", f"cosine-lr: error: {message}\n")
    assert list(here.iterdir()) == []


# --- On a terminal ---------------------------------------------------------------------------------------------------

FIVE = ("table", "cosine", "step", "exponential", "linear", "polynomial", "--rows", "2")


@pytest.mark.parametrize(("columns", "parts"), [(60, 2), (80, 2), (200, 1)])
def test_columns_that_fit(columns: int, parts: int) -> None:
    code, shown = on_terminal(*FIVE, columns=columns)
    assert code == 0
    assert "\x1b[" in shown
    lines = ESCAPES.sub("", shown).splitlines()
    assert max(map(len, lines)) < columns
    assert sum("epoch" in line and "█" in line for line in lines) == parts
    assert sum(line.split().count("0.100000") for line in lines) == 5


def test_a_summary_of_three_curves_fits_60_columns() -> None:
    _, shown = on_terminal("table", "--summary", columns=60)
    assert sum("needs length" in line for line in ESCAPES.sub("", shown).splitlines()) == 1


def test_without_colour_it_is_what_a_pipe_gets() -> None:
    assert on_terminal("table", env={"NO_COLOR": "1"}) == (0, TABLE)
    assert on_terminal("table", env={"TERM": "dumb"}) == (0, TABLE)


def test_headers_have_the_colours_of_their_curves() -> None:
    _, shown = on_terminal("table", "cosine", "step", "--rows", "2")
    assert "38;5;68mcosine" in shown
    assert "38;5;166mstep decay" in shown


def test_headers_in_true_colour() -> None:
    """In a process of its own, because Rich caches the codes of a style for the first kind of colours."""
    env = {**os.environ, "FORCE_COLOR": "1", "COLORTERM": "truecolor"}
    words = [sys.executable, "-m", "cosine_cli", "table", "cosine", "step", "--rows", "2"]
    shown = subprocess.run(words, capture_output=True, check=True, env=env).stdout
    assert b"38;2;59;125;221mcosine" in shown
    assert b"38;2;217;112;10mstep decay" in shown


def test_a_paths_control_characters_do_not_reach_a_terminal(here: Path) -> None:
    assert on_terminal("table", "-o", "\x1b[31m.csv") == (0, "\\x1b[31m.csv\n")
    assert [path.name for path in here.iterdir()] == ["\x1b[31m.csv"]


def test_a_paths_bytes_reach_a_pipe() -> None:
    assert ask("table", "-o", "\x1b\udcff.csv").out == b"\x1b\xff.csv\n"
