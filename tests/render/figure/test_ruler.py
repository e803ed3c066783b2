from __future__ import annotations

import pytest

from cosine_cli.render.figure.mpl.fonts import FontRuler, missing
from cosine_cli.render.figure.primitives import Text
from cosine_cli.render.figure.ruler import Face, extent, fitted, shrunk


def test_widths_grow_with_the_size_and_with_the_weight(ruler: FontRuler) -> None:
    assert ruler.width("cosine", 20.0) == pytest.approx(2 * ruler.width("cosine", 10.0))
    assert ruler.width("cosine", 10.0, bold=True) > ruler.width("cosine", 10.0)
    assert ruler.width("", 10.0) == 0.0


def test_what_fits_is_left_alone(ruler: FontRuler) -> None:
    assert fitted("cosine", ruler, Face(10.0), max_width=100.0) == "cosine"


@pytest.mark.parametrize("text", ["x" * 5000, "line\n" * 50, "漢字" * 300, "$x^2$" * 50])
@pytest.mark.parametrize("max_width", [20.0, 100.0, 500.0])
def test_long_text_is_cut_with_an_ellipsis_so_that_it_fits(ruler: FontRuler, text: str, max_width: float) -> None:
    cut = fitted(text, ruler, Face(10.0, bold=True), max_width=max_width)
    assert cut.endswith("…")
    assert cut.isprintable()
    assert ruler.width(cut, 10.0, bold=True) <= max_width


def test_where_not_even_one_character_fits_there_is_no_text(ruler: FontRuler) -> None:
    assert fitted("cosine", ruler, Face(10.0), max_width=3.0) == ""


def test_control_characters_are_shown_as_escapes(ruler: FontRuler) -> None:
    assert fitted("a\nb\x1b[31m", ruler, Face(10.0), max_width=500.0) == "a\\nb\\x1b[31m"


def test_text_is_set_smaller_before_it_is_cut(ruler: FontRuler) -> None:
    width = ruler.width("cosine", 10.0)
    assert shrunk("cosine", ruler, Face(10.0), max_width=width, min_scale=0.7) == Face(10.0)
    assert shrunk("cosine", ruler, Face(10.0), max_width=0.8 * width, min_scale=0.7).size == pytest.approx(8.0)
    assert shrunk("cosine", ruler, Face(10.0), max_width=1.0, min_scale=0.7).size == pytest.approx(7.0)


def test_extent_of_text_by_its_alignment(ruler: FontRuler) -> None:
    width = ruler.width("100", 10.0)
    assert extent(Text(50.0, 20.0, "100", 10.0, "k"), ruler)[::2] == (50.0, 50.0 + width)
    assert extent(Text(50.0, 20.0, "100", 10.0, "k", align="right"), ruler)[::2] == (50.0 - width, 50.0)
    assert extent(Text(50.0, 20.0, "100", 10.0, "k", align="center"), ruler).left == pytest.approx(50.0 - width / 2)


def test_characters_that_the_font_lacks_are_told_once_each() -> None:
    assert missing("cosine é × …") == ""
    assert missing("漢字漢 a") == "漢字"
