"""A table for people."""

from __future__ import annotations

import re

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.render.table import table, time_column
from cosine_cli.render.terminal import Terminal
from cosine_cli.studies.table_rows import Times, choose

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def text(words: str, *, rows: str = "2", terminal: Terminal | None = None) -> str:
    plan = planned(words)
    times = choose(plan, {"rows": RawValue(rows, "--rows")})
    return b"".join(table(plan, times, terminal=terminal or Terminal.none())).decode()


DECAYS = """\
 Peak 0.1, 100 epochs
               cosine   step decay   exponential decay
   epoch   ██▇▇▆▄▃▂▂▁   ███▂▂▂▁▁▁▁          █▅▄▃▂▂▁▁▁▁
                         ×0.1 / 30     ×0.955 an epoch
 ─────────────────────────────────────────────────────
       0     0.100000     0.100000            0.100000
      30     0.079389     0.010000            0.025119
      50     0.050000     0.010000            0.010000
      60     0.034549     0.001000            0.006310
      90     0.002447     0.000100            0.001585
 end 100            0     0.000100            0.001000
 ─────────────────────────────────────────────────────
    mean     0.050500     0.033310            0.021996
 half at           50           30               15.05
"""


def test_the_three_decays() -> None:
    assert text("", rows="3") == DECAYS


def test_rates_of_a_warmup() -> None:
    shown = text("linear constant --lr 3e-4 --steps 20k --warmup 10%", rows="3").splitlines()
    assert shown[0] == " Peak 3e-4, 20k steps, warmup over 2000"
    assert [line.split() for line in shown[4:8]] == [
        ["0", "0", "0"],
        ["2000", "3.000e-4", "3.000e-4"],
        ["10000", "1.667e-4", "3.000e-4"],
        ["end", "20000", "0", "3.000e-4"],
    ]
    assert [line.split() for line in shown[-2:]] == [
        ["mean", "1.500e-4", "2.850e-4"],
        ["half", "at", "11k", "never"],
    ]


def test_times() -> None:
    clock = Clock(unit="epoch", length=100, steps_per_epoch=1)
    shown = time_column(np.array([0.0, 0.5, 1 / 3, 30.0, 100.0, 200.0, 1234567.5]), clock)
    assert shown == ["0", "0.5", "0.333333", "30", "end 100", "200", "1234567.5"]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_columns_that_do_not_fit_stand_in_a_table_below(width: int) -> None:
    words = "cosine step exponential linear polynomial"
    shown = ESCAPES.sub("", text(words, terminal=Terminal(width=width)))
    lines = shown.splitlines()
    assert max(map(len, lines)) < width
    heads = [line for line in lines if "█" in line]
    assert len(heads) == {40: 3, 60: 2, 80: 1, 200: 1}[width] or (width == 80 and len(heads) == 2)
    assert sum(line.count("0.100000") for line in lines) == 5
    assert [
        label
        for label in ("cosine", "step decay", "exponential decay", "linear", "polynomial")
        if shown.count(label) != 1
    ] == []


def test_a_number_is_never_cut_on_the_narrowest_screen() -> None:
    wide = f"cosine:label='{'x' * 39}'"
    shown = text(wide, terminal=Terminal(width=40)).splitlines()
    assert shown[1].strip() == "x" * 39
    assert shown[4].split() == ["0", "0.100000"]


def test_colors_change_no_character() -> None:
    plain = text("cosine step linear")
    for colors in ("256", "truecolor"):
        colored = text("cosine step linear", terminal=Terminal(colors=colors))
        assert "\x1b[" in colored
        assert [line.rstrip() for line in ESCAPES.sub("", colored).splitlines()] == plain.splitlines()


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("[red]x[/red]", "[red]x[/red]"),
        (":smile:", ":smile:"),
        ("\x1b[31mx", r"\x1b[31mx"),
        ("a\nb", r"a\nb"),
        ("日本", "日本"),
    ],
)
@pytest.mark.parametrize("colors", ["", "256"])
def test_labels_are_data(label: str, shown: str, colors: str) -> None:
    found = ESCAPES.sub("", text(f"cosine:label='{label}'", terminal=Terminal(colors=colors)))
    assert found.splitlines()[1].strip() == shown
    assert len(found.splitlines()) == 9


def test_a_long_label_is_cut_on_a_screen_and_whole_in_a_pipe() -> None:
    words = f"cosine:label='{'x' * 5000}'"
    assert text(words, terminal=Terminal(width=80)).splitlines()[1].strip() == "x" * 39 + "…"
    assert text(words).splitlines()[1].strip() == "x" * 5000


def test_wide_characters_keep_the_columns_in_line() -> None:
    lines = text("cosine:label=日本 linear").splitlines()
    assert lines[1] == " " * 17 + "日本" + " " * 7 + "linear"


def test_more_rows_than_a_person_reads() -> None:
    with pytest.raises(RequestError) as error:
        list(table(planned("cosine"), Times(distance=1.0, last=1000.0), terminal=Terminal.none()))
    assert (
        str(error.value) == "rows: must be at most 1,000 as table, got 1,001; choose fewer with --every, --rows or --at"
    )
    assert (
        len(b"".join(table(planned("cosine"), Times(distance=1.0, last=999.0), terminal=Terminal.none())).splitlines())
        == 1007
    )
