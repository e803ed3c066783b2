"""Colors of curves: a list, a cycle, a colormap, and those of single curves."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.colors import color_notes, theme_of
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.render.figure.palette import LIGHT

COLORS = "must be a color of matplotlib, or a list of them, a cycle or a colormap"
THREE = "cosine linear rex"


@pytest.mark.parametrize(
    ("words", "hues"),
    [
        pytest.param(THREE, LIGHT.hues, id="theme"),
        pytest.param(f"{THREE} --colors crimson,#0F0", ["#dc143c", "#00ff00", "#dc143c"], id="list"),
        pytest.param(f"{THREE} --colors okabe_ito", ["#000000", "#E69F00", "#56B4E9"], id="okabe"),
        pytest.param(f"{THREE} --colors tab10", ["#1f77b4", "#ff7f0e", "#2ca02c"], id="cycle"),
        pytest.param(
            f"{THREE} --colors viridis",
            [to_hex(mpl.colormaps["viridis"](at)) for at in (1 / 6, 3 / 6, 5 / 6)],
            id="map",
        ),
        pytest.param("cosine linear:color=k rex --colors r,g,b", ["#ff0000", "#000000", "#0000ff"], id="own"),
        pytest.param("cosine linear:color=red rex", [LIGHT.hues[0], "#ff0000", LIGHT.hues[2]], id="own-in-theme"),
    ],
)
def test_hues(plan: Callable[..., Plan], words: str, hues: list[str]) -> None:
    assert list(theme_of(plan(words), "light").hues) == list(hues)


def test_a_curve_is_drawn_as_it_says(plan: Callable[..., Plan]) -> None:
    figure = draw(plan("cosine:color=#123456,linewidth=5 linear:linestyle=dotted"), theme="light")
    lines = [line for line in figure.findobj(Line2D) if to_hex(line.get_color()) == "#123456"]
    assert 5.0 in {line.get_linewidth() for line in lines}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--colors viridiss", f"--colors: {COLORS}, got 'viridiss'; did you mean viridis?"),
        ("--colors red,bleu", f"--colors: {COLORS}, got 'bleu'; did you mean blue?"),
        ("cosine:color=redd", "color of 'cosine': must be a color of matplotlib, got 'redd'; did you mean red?"),
        ("cosine:color=#ff000080", "color of 'cosine': must be an opaque color, got '#ff000080'"),
    ],
)  # fmt: skip
def test_what_is_no_color(plan: Callable[..., Plan], words: str, message: str) -> None:
    with pytest.raises(RequestError) as refused:
        theme_of(plan(words), "light")
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("words", "notes"),
    [
        ("cosine --colors '#0B3954'", []),
        ("cosine --colors '#0B3954' --theme both", ["hardly visible on the dark page: #0b3954"]),
        ("cosine linear rex --colors r,b", ["--colors: 2 colors for 3 curves, so colors repeat"]),
        ("cosine:color=#FFFF99", ["hardly visible on the light page: #ffff99"]),
        ("cosine:color=#FFFF99 --transparent true", []),
        ("cosine linear", []),
    ],
)
def test_notes_on_colors(plan: Callable[..., Plan], words: str, notes: list[str]) -> None:
    assert color_notes(plan(words)) == notes
