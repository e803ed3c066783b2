"""A framework's schedule that is NaN for a part of the run, or that compilation changes, in every command."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from door import ask
from nan_curves import GAP, RATES, ROOT, WHY

if TYPE_CHECKING:
    from pathlib import Path

WORDS = (ROOT, "cosine", "--steps", "20")
SAID = f"optax.polynomial_schedule is NaN from step 10 on: {WHY}"
OF_MEANS = "; its mean and sums include only updates with a rate"


@pytest.fixture(autouse=True)
def gap(here: Path) -> None:
    (here / "gap.yaml").write_text(GAP, encoding="utf-8")


def test_a_table_says_nan_and_why() -> None:
    code, out, err = ask("table", *WORDS, "--every", "5")
    lines = [line.split() for line in out.decode().splitlines()]
    assert (code, err) == (0, "")
    assert [line[-2] for line in lines if line and line[0] in ("0", "5", "10", "15", "end")] == [
        "0.100000",
        "0.073640",
        "NaN",
        "NaN",
        "NaN",
    ]
    assert ["mean", f"{np.mean(RATES):.6f}", "0.052500"] in lines
    assert out.decode().endswith(f" {SAID}{OF_MEANS}\n")


@pytest.mark.parametrize(("form", "nan"), [("csv", "nan"), ("jsonl", "null"), ("md", "NaN")])
def test_rows_for_machines_say_nan(form: str, nan: str) -> None:
    code, out, err = ask("table", *WORDS, "--at", "0,9,10", "--format", form)
    assert (code, err) == (0, f"cosine-lr: {SAID}\n")
    assert out.decode().count(nan) == 1


def test_json_has_null_where_it_is_nan() -> None:
    answer = ask("table", *WORDS, "--every", "10", "--format", "json")
    assert json.loads(answer.out)["curves"][0]["lr"] == [pytest.approx(RATES[0]), None, None]
    assert answer.err == f"cosine-lr: {SAID}\n"


def test_a_curve_that_has_ended_is_not_nan() -> None:
    words = ("torch.OneCycleLR:max_lr=0.1,total_steps=10", ROOT, "--steps", "20")
    rows = list(csv.reader(io.StringIO(ask("table", *words, "--at", "20", "--format", "csv").out.decode())))
    assert rows[1] == ["20", "", "nan"]
    lines = ask("table", *words, "--at", "20").out.decode().splitlines()
    assert ["end", "20", "–", "NaN"] in [line.split() for line in lines]


def test_a_summary_says_nan() -> None:
    code, out, err = ask("table", "--summary", *WORDS)
    assert (code, err) == (0, "")
    assert ["final", "rate", "NaN", "0"] in [line.split() for line in out.decode().splitlines()]
    assert out.decode().endswith(f" {SAID}{OF_MEANS}\n")
    (row, _) = csv.DictReader(io.StringIO(ask("table", "--summary", *WORDS, "--format", "csv").out.decode()))
    assert row["final"] == "nan"
    assert float(row["mean"]) == pytest.approx(np.mean(RATES))
    (found, _) = json.loads(ask("table", "--summary", *WORDS, "--format", "json").out)["curves"]
    assert found["final"] is None


def test_show_and_plot(here: Path) -> None:
    shown = ask("show", *WORDS).out.decode()
    assert "ends at NaN" in shown
    assert SAID in shown
    code, _, err = ask("plot", *WORDS, "-o", "a.svg")
    assert code == 0
    assert f"cosine-lr: {SAID}\n" in err
    assert "NaN" in (here / "a.svg").read_text(encoding="utf-8").partition("</metadata>")[2]


def test_after_a_gap_the_rates_come_back() -> None:
    code, out, err = ask("table", "gap.yaml", "--every", "1", "--format", "csv")
    rates = [row[1] for row in csv.reader(io.StringIO(out.decode()))][1:]
    assert (code, err) == (0, f"cosine-lr: optax.join_schedules is NaN from step 10 to step 19: {WHY}\n")
    assert rates[10:20] == ["nan"] * 10
    assert [float(rate) for rate in rates[:10] + rates[20:]] == pytest.approx([*RATES, *[0.02] * 11])


def test_numbers_of_a_curve_with_a_gap() -> None:
    (found,) = json.loads(ask("table", "--summary", "gap.yaml", "--format", "json").out)["curves"]
    known = np.array([*RATES, *[0.02] * 10])
    assert found["mean"] == pytest.approx(known.mean())
    assert found["sum"] == pytest.approx(known.sum())
    assert found["final"] == pytest.approx(0.02)
    assert found["share_at_floor"] == 0.5
    assert found["largest_jump"] is None


@pytest.mark.parametrize("words", [(), ("--log",)])
def test_a_gap_is_not_drawn(here: Path, words: tuple[str, ...]) -> None:
    code, _, err = ask("plot", "gap.yaml", *words, "-o", "a.svg")
    assert (code, "NaN from step 10 to step 19" in err) == (0, True)
    assert "nan" not in (here / "a.svg").read_text(encoding="utf-8").partition("</metadata>")[2].lower()


def test_epochs_name_the_update_too() -> None:
    words = ("table", ROOT, "--epochs", "5", "--steps-per-epoch", "4", "--rows", "2")
    assert "is NaN from update 10 (epoch 2.5) on" in ask(*words).out.decode()


def test_nothing_is_said_of_a_run_that_does_not_come_so_far() -> None:
    assert "NaN" not in ask("table", ROOT, "--steps", "9").out.decode()


def test_what_compilation_changes_is_said() -> None:
    words = ("keras.ExponentialDecay:decay_steps=41,decay_rate=0.5,staircase=true", "--steps", "100", "--at", "41,42")
    said = (
        "keras.ExponentialDecay: the rates are those of a compiled training loop; step 41 uses 0.1, "
        "but a direct call of the schedule gives 0.05"
    )
    answer = ask("table", *words)
    rows = [line.split() for line in answer.out.decode().splitlines()]
    assert ["41", "0.100000"] in rows
    assert ["42", "0.050000"] in rows
    assert answer.out.decode().endswith(f" {said}\n")
    assert ask("table", *words, "--format", "csv").err == f"cosine-lr: {said}\n"


SAME = {
    "staircase": "keras.ExponentialDecay:decay_steps=40,decay_rate=0.5,staircase=true",
    "wave": "optax.cosine_decay_schedule:decay_steps=90",
    "plain": "cosine",
}


@pytest.mark.parametrize("words", SAME.values(), ids=SAME)
def test_rounding_is_not_said(words: str) -> None:
    assert "compiled" not in ask("table", words, "--steps", "100").out.decode()
