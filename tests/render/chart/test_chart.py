"""A whole chart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans_of import planned
from rich.cells import cell_len

from cosine_cli.render.chart.chart import show
from cosine_cli.render.terminal import Size, Terminal

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def lines(words: str, terminal: Terminal) -> list[str]:
    return b"".join(show(planned(words), terminal)).decode(terminal.encoding).splitlines()


def screen(columns: int, height: int, *, colors: str = "", encoding: str = "utf-8") -> Terminal:
    return Terminal(max(columns, 40), colors, encoding, Size(columns, height))


@given(st.integers(1, 200), st.integers(1, 60), st.sampled_from(["utf-8", "ascii"]), st.sampled_from(["", " --log"]))
def test_the_width_of_a_screen_is_used_and_kept(columns: int, height: int, encoding: str, log: str) -> None:
    found = lines(f"cosine step constant restarts{log}", screen(columns, height, encoding=encoding))
    assert max(map(len, found)) == columns
    assert all(line == line.rstrip() for line in found)


@pytest.mark.parametrize(
    ("columns", "height", "found"),
    [
        pytest.param(1, 1, 1, id="one-character"),
        pytest.param(11, 6, 5, id="too-narrow-for-numbers"),
        pytest.param(60, 15, 14, id="a-quarter-of-a-screen"),
        pytest.param(80, 24, 23, id="a-screen"),
        pytest.param(200, 50, 49, id="a-large-screen"),
        pytest.param(80, 100, 27, id="never-higher-than-wide"),
    ],
)
def test_chart_numbers_and_prompt_fill_the_screen(columns: int, height: int, found: int) -> None:
    assert len(lines("cosine linear exponential", screen(columns, height))) == found


def test_many_curves_leave_the_chart_half_the_screen() -> None:
    found = lines(" ".join(f"constant:lr={i}e-3" for i in range(1, 41)), screen(100, 30))
    assert len(found) == 15 + 40
    assert found[14].split()[:2] == ["epoch", "0"]
    assert found[15].startswith(" a constant, lr 0.001")


@pytest.mark.parametrize("colors", ["256", "truecolor"])
def test_colors_change_no_character(colors: str) -> None:
    plain = lines("cosine step restarts", screen(80, 24))
    colored = lines("cosine step restarts", screen(80, 24, colors=colors))
    assert colored != plain
    assert [ESCAPES.sub("", line).rstrip() for line in colored] == plain


@pytest.mark.parametrize("label", ["\x1b[31mred", "[bold]x[/]", "a\u202eb", "日本語", "e\u0301", "x" * 300])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_labels_are_data_and_as_wide_as_they_are(label: str, encoding: str) -> None:
    found = lines(f"cosine:label='{label}' step", screen(50, 24, encoding=encoding))
    assert "".join(found).isprintable()
    assert max(map(cell_len, found)) == 50
    assert encoding != "ascii" or "".join(found).isascii()


def test_a_pipe_gets_whole_labels() -> None:
    assert any(line.startswith(f" {'x' * 300}   half at 50") for line in lines(f"cosine:label={'x' * 300}", Terminal()))


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp437", "cp1252"])
def test_without_braille_each_curve_has_a_character_of_its_own(encoding: str) -> None:
    found = lines("cosine linear constant", screen(80, 24, encoding=encoding))
    assert "".join(found).isascii()
    assert [line[:10] for line in found[-3:]] == [" * cosine ", " + linear ", " x constan"]
    assert all(sum(line.count(char) for line in found[:-5]) > 20 for char in "*+x")


def test_where_curves_meet_the_first_has_the_color_and_a_solid_one_before_a_light_one() -> None:
    blue, orange = "\x1b[38;5;68m", "\x1b[38;5;166m"
    same = "".join(lines("constant constant:lr=0.1,label=b", screen(40, 12, colors="256"))[:-2])
    assert blue in same
    assert orange not in same
    # The first swings from 0 to its peak in every column; the second is a line through its band.
    over = "\n".join(lines("restarts:cycle=1 constant:lr=0.05 --epochs 1000", screen(40, 12, colors="256")))
    assert orange in over


def test_a_long_title_stands_above_the_headline_and_is_cut() -> None:
    found = lines(f"cosine --title '{'t' * 80}'", screen(50, 24))
    assert found[:2] == [f" {'t' * 39}…", " Peak 0.1, 100 epochs"]
    assert lines("cosine --title Short", screen(50, 24))[0] == " Short   Peak 0.1, 100 epochs"
    assert lines("cosine --title Short", screen(50, 7))[0].startswith("   0.1 ┤")
