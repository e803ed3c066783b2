"""Fonts of figures: presets, the user's, and what is missing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from matplotlib.text import Text

from cosine_cli.errors import RequestError
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl import fonts
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.render.figure.mpl.fonts import FontRuler, font_notes, font_of


@pytest.fixture
def only_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the fonts of the system."""
    monkeypatch.setattr(fonts.font_manager, "get_font_names", lambda: ["DejaVu Sans", "DejaVu Serif", "STIXGeneral"])
    fonts.installed.cache_clear()


@pytest.mark.usefixtures("only_shipped")
@pytest.mark.parametrize(
    ("preset", "family", "note"),
    [
        ("icml", "STIXGeneral", "font: Times New Roman is not installed; STIXGeneral is used"),
        ("nature", "DejaVu Sans", "font: Helvetica and Arial are not installed; DejaVu Sans is used"),
        ("slide", "DejaVu Sans", None),
    ],
)
def test_a_preset_falls_back_on_a_font_of_matplotlib(
    plan: Callable[..., Plan], preset: str, family: str, note: str | None
) -> None:
    asked = plan(f"--preset {preset}")
    assert font_of(asked).family == family
    assert font_notes(asked) == ([] if note is None else [note])


@pytest.mark.parametrize(("option", "family"), [("'DejaVu Serif'", "DejaVu Serif"), ("stixgeneral", "STIXGeneral")])
def test_all_text_has_the_users_font(plan: Callable[..., Plan], option: str, family: str) -> None:
    figure = draw(plan(f"--preset slide --font {option}"), theme="light")
    texts = [text for text in figure.findobj(Text) if text.get_text()]
    assert {text.get_fontname() for text in texts} == {family}


@pytest.mark.usefixtures("only_shipped")
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("'DejaVu Serf'", "did you mean 'DejaVu Serif' or 'DejaVu Sans'?"),
        ("serif", "did you mean 'DejaVu Serif'?"),
        ("Zapfino", "matplotlib contains DejaVu Sans and STIXGeneral"),
    ],
)
def test_a_missing_font_is_refused_with_near_names(plan: Callable[..., Plan], name: str, hint: str) -> None:
    with pytest.raises(RequestError) as refused:
        font_of(plan(f"--font {name}"))
    got = f"'{name.strip(chr(39))}'"
    assert str(refused.value) == f"--font: must be an installed font family, got {got}; {hint}"


def test_the_ruler_measures_the_font_and_mathematics(plan: Callable[..., Plan]) -> None:
    sans, serif = FontRuler(), FontRuler(font_of(plan("--font STIXGeneral")))
    assert serif.width("learning rate", 9.0) < sans.width("learning rate", 9.0)
    plain, math = FontRuler().width(r"$\eta$", 9.0), FontRuler(math=True).width(r"$\eta$", 9.0)
    assert 3.0 < math < 0.3 * plain


def test_the_font_size_scales_the_figure(plan: Callable[..., Plan]) -> None:
    figure = draw(plan("--font-size 12"), theme="light")
    ticks = [text for text in figure.findobj(Text) if text.get_text() in ("0.05", "Epoch", "100")]
    assert [text.get_fontsize() for text in ticks] == pytest.approx([12.0] * len(ticks), rel=1e-6)
