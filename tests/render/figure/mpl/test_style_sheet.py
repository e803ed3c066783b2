"""Style sheets of matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.curve_style import CurveStyle
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.colors import theme_of
from cosine_cli.render.figure.mpl.fonts import font_of
from cosine_cli.render.figure.mpl.style_sheet import style_notes, with_style

HOUSE = """\
# The style of the house.
font.family: serif
font.serif: Nonexistent, STIXGeneral
font.size: 8
lines.linewidth: 1.77
axes.prop_cycle: cycler("color", ["k", "r"]) + cycler("linestyle", ["-", "--"])
figure.figsize: 3.25, 2
axes.titlesize: 20
boxplot.notch: True
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(tmp_path)
    Path("house.mplstyle").write_text(HOUSE, encoding="utf-8")
    return "--style house.mplstyle"


def test_a_sheet_gives_fonts_lines_and_colors(plan: Callable[..., Plan], house: str) -> None:
    styled = with_style(plan(f"cosine linear rex:linewidth=9 {house}"))
    assert (font_of(styled).family, styled.figure.base) == ("STIXGeneral", 8.0)
    assert [curve.style for curve in styled.curves] == [
        CurveStyle(color="#000000", linestyle="solid", linewidth=2.6),
        CurveStyle(color="#ff0000", linestyle="dashed", linewidth=1.77),
        CurveStyle(color="#000000", linestyle="solid", linewidth=9.0),
    ]


def test_what_the_user_chose_comes_before_the_sheet(plan: Callable[..., Plan], house: str) -> None:
    styled = with_style(plan(f"cosine linear:color=b --colors g,g --font-size 11 --font 'DejaVu Serif' {house}"))
    assert (font_of(styled).family, styled.figure.base) == ("DejaVu Serif", 11.0)
    assert theme_of(styled, "light").hues == ("#008000", "#0000ff")


def test_settings_without_effect_are_noted(plan: Callable[..., Plan], house: str) -> None:
    assert style_notes(plan(house)) == [
        "style house.mplstyle: the size of a figure is not used; pass --size 3.25x2",
        "style house.mplstyle: not used: axes.titlesize",
    ]
    assert style_notes(plan(f"{house} --size 3")) == ["style house.mplstyle: not used: axes.titlesize"]
    assert style_notes(plan("")) == []


def test_a_style_of_matplotlib_colors_page_and_axes(plan: Callable[..., Plan]) -> None:
    theme = theme_of(plan("--style ggplot"), "light")
    assert (theme.page, theme.plot, theme.grid, theme.soft) == ("#ffffff", "#e5e5e5", "#ffffff", "#555555")
    dark = theme_of(plan("--style dark_background"), "light")
    assert (dark.page, dark.ink) == ("#000000", "#ffffff")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
"lines.linewidht: 3",
"line 1 is not a setting of matplotlib, got 'lines.linewidht'; did you mean lines.linewidth?",
),
        ("\nlines.linewidth: x", "is not a style sheet: Key lines.linewidth: Could not convert 'x' to float"),
        ("font.size: 4.9", "font.size must be a finite number of at least 5, got 4.9"),
        ("font.size: nan", "font.size must be a finite number of at least 5, got nan"),
        ("hello", "line 1 is not a setting of matplotlib, got 'hello'; as in 'lines.linewidth: 2'"),
        ("\xff", "must be UTF-8"),
        ("#" * 2**21, "must be at most 1 MiB, got more"),
    ],
)  # fmt: skip
def test_what_is_no_sheet(
    plan: Callable[..., Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.mplstyle").write_bytes(content.encode("latin-1"))
    with pytest.raises(RequestError) as refused:
        with_style(plan("--style ./a.mplstyle"))
    assert str(refused.value) == f"style './a.mplstyle': {message}"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ggplott", "--style: must be a style of matplotlib, or a file, got 'ggplott'; did you mean ggplot?"),
        ("no.mplstyle", "style 'no.mplstyle': no such file or directory"),
    ],
)
def test_an_unknown_style(plan: Callable[..., Plan], name: str, message: str) -> None:
    with pytest.raises(RequestError) as refused:
        with_style(plan(f"--style {name}"))
    assert str(refused.value) == message
