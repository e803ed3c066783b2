"""A curve that ends before the run does, in every command that shows curves."""

from __future__ import annotations

import csv
import json
import math
from typing import TYPE_CHECKING

import pytest
from door import ask

from cosine_cli.frameworks.torch.cycles import OneCycleLR

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("torch.OneCycleLR:total_steps=60", "cosine", "--epochs", "100")
NOTE = (
    "cosine-lr: torch.OneCycleLR ends at epoch 60: then PyTorch raises ValueError: Tried to step 61 times. "
    "The specified number of total steps is 60\n"
)
RATES = OneCycleLR(total_steps=60)([*map(float, range(61))]).tolist()
MEAN = math.fsum(RATES) / 61


pytestmark = pytest.mark.usefixtures("here")


def test_table() -> None:
    code, out, err = ask("table", *WORDS, "--every", "20")
    lines = [line.split() for line in out.decode().splitlines()]
    assert (code, err) == (0, "")
    assert ["epoch", "▆██▆▄▂▁···", "██▇▇▆▄▃▂▂▁"] in lines
    assert [line[-2] for line in lines[4:10]] == ["4.000e-3", "9.875e-2", "4.255e-2", "1.402e-4", "–", "–"]
    assert ["mean", f"{MEAN:.3e}".replace("e-0", "e-"), "0.050500"] in lines
    assert out.decode().endswith("; its mean and sums include only updates with a rate\n")


def test_a_row_shows_where_it_ends() -> None:
    times = [row["epoch"] for row in csv.DictReader(ask("table", *WORDS, "--format", "csv").out.decode().splitlines())]
    assert times == ["0", "10", "17", "20", "30", "40", "50", "59", "60", "61", "70", "80", "90", "100"]


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "md"])
def test_records_have_nothing_there_and_stderr_says_why(form: str) -> None:
    code, out, err = ask("table", *WORDS, "--every", "20", "--format", form)
    assert (code, err) == (0, NOTE)
    assert "nan" not in out.decode().lower()
    if form == "json":
        rates = json.loads(out)["curves"][0]["lr"]
        assert rates == [RATES[0], RATES[20], RATES[40], RATES[60], None, None]


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "md"])
def test_summary_for_machines(form: str) -> None:
    code, out, err = ask("table", "--summary", *WORDS, "--format", form)
    assert (code, err) == (0, NOTE)
    assert "nan" not in out.decode().lower()
    if form == "json":
        found = json.loads(out)["curves"][0]
        assert found["final"] is None
        assert found["mean"] == pytest.approx(MEAN)
        assert found["sum"] == pytest.approx(MEAN * 61)
        assert found["share_from_tenth"] == pytest.approx(sum(rate >= 0.01 for rate in RATES) / 61)


def test_matched() -> None:
    code, out, err = ask("table", *WORDS, "--match", "final")
    assert (code, out) == (2, b"")
    assert err.startswith("cosine-lr: error: --match final: curves must last to the end of the run, got 'torch.OneC")
    for by, value in (("mean", MEAN), ("sum", 61 * MEAN)):
        curves = json.loads(ask("table", "--summary", *WORDS, "--match", by, "--format", "json").out)["curves"]
        assert [curve[by] for curve in curves] == pytest.approx([value, value])


def test_show() -> None:
    code, out, err = ask("show", *WORDS)
    shown = out.decode()
    assert (code, err) == (0, "")
    assert f"torch.OneCycleLR   half at 38   ends at –   mean {MEAN:.4f}" in shown
    assert NOTE.removeprefix("cosine-lr: ").rstrip() in shown


@pytest.mark.parametrize("words", [(), ("--log",), ("step", "linear", "wsd"), ("--grid", "total_steps=60,80")])
def test_plot(here: Path, words: tuple[str, ...]) -> None:
    code, out, err = ask("plot", *WORDS, *words, "-o", "a.svg")
    assert (code, out) == (0, b"a.svg\n")
    assert NOTE in err
    drawn = (here / "a.svg").read_text(encoding="utf-8")
    assert "nan" not in drawn.partition("</metadata>")[2].lower()
    assert "until 60" in drawn


def test_plan() -> None:
    code, out, err = ask("plan", *WORDS)
    assert (code, err) == (0, f"{NOTE}cosine-lr: lint: 1 error; see 'cosine-lr lint' with the same curves and run\n")
    assert b"total_steps: 60\n" in out


def test_as() -> None:
    code, out, _ = ask("table", "cosine", "--as", "torch", "--epochs", "100", "--every", "50")
    assert code == 0
    assert "gives the same rates up to the end" in out.decode()
