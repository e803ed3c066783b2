"""``cosine-lr table``, from its words to its bytes."""

from __future__ import annotations

import json
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


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


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
        "lr": 0.1, "total": 95.0, "min_lr": 0.0, "warmup": 5.0, "warmup_shape": "linear", "warmup_start": 0.0
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("t.csv", "epoch,linear\n0,"), ("t.json", '{"unit": "epoch"'), ("t.jsonl", '{"epoch": 0'), ("t.txt", " Peak 0.1")],
)
def test_the_suffix_decides(here: Path, name: str, beginning: str) -> None:
    assert out(f"table linear -o {name}") == f"{name}\n"
    assert (here / name).read_text(encoding="utf-8").startswith(beginning)
    assert [path.name for path in here.iterdir()] == [name]


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl"])
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
    assert out("table c.yaml constant --every 4 --format csv") == "step,constant\n0,0.5\n4,0.5\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--rows 5 --every 2", "--rows and --every: rows are chosen one way: give one of the two"),
        ("-o t.csv --format json", "--format: must be csv, as 't.csv' says, got 'json'"),
        ("--format cvs", "--format: must be table, csv, json or jsonl, got 'cvs'; did you mean csv?"),
        (
            "--epochs 2k --every 1",
            "rows: must be at most 1,000 as table, got 2,001; choose fewer with --every, --rows or --at",
        ),
        ("a.yaml b.yaml", "command line: takes one config, got 'a.yaml' and 'b.yaml'; plot takes several"),
    ],
)
def test_what_is_refused(here: Path, words: str, message: str) -> None:
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


def test_without_colour_it_is_what_a_pipe_gets() -> None:
    assert on_terminal("table", env={"NO_COLOR": "1"}) == (0, TABLE)
    assert on_terminal("table", env={"TERM": "dumb"}) == (0, TABLE)


@pytest.mark.parametrize(
    ("env", "escapes"),
    [
        ({}, ("38;5;68mcosine", "38;5;166mstep decay")),
        ({"COLORTERM": "truecolor"}, ("38;2;59;125;221mcosine", "38;2;217;112;10mstep decay")),
    ],
)
def test_headers_have_the_colours_of_their_curves(env: dict[str, str], escapes: tuple[str, ...]) -> None:
    _, shown = on_terminal("table", "cosine", "step", "--rows", "2", env=env)
    assert all(escape in shown for escape in escapes)


def test_a_paths_control_characters_do_not_reach_a_terminal(here: Path) -> None:
    assert on_terminal("table", "-o", "\x1b[31m.csv") == (0, "\\x1b[31m.csv\n")
    assert [path.name for path in here.iterdir()] == ["\x1b[31m.csv"]


def test_a_paths_bytes_reach_a_pipe() -> None:
    assert ask("table", "-o", "\x1b\udcff.csv").out == b"\x1b\xff.csv\n"
