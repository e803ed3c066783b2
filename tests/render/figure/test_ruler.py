from __future__ import annotations

import pytest

from cosine_cli.render.figure.mpl.fonts import DEFAULT, FontRuler, missing
from cosine_cli.render.figure.primitives import Text
from cosine_cli.render.figure.ruler import Face, extent, shrunk, wrapped
from cosine_cli.text import visible


def test_widths_grow_with_the_size_and_with_the_weight(ruler: FontRuler) -> None:
    assert ruler.width("cosine", 20.0) == pytest.approx(2 * ruler.width("cosine", 10.0))
    assert ruler.width("cosine", 10.0, bold=True) > ruler.width("cosine", 10.0)
    assert ruler.width("", 10.0) == 0.0


def test_what_fits_is_left_alone(ruler: FontRuler) -> None:
    assert wrapped("cosine", ruler, Face(10.0), max_width=100.0, most=1) == ("cosine",)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200,
        "line\n" * 20,
        "漢字" * 40,
        "$x^2$" * 30,
        "a label of many words, with lr=1e-5 and 1,000 steps",
        "runs/2024_imagenet_resnet50-baseline/lr.yaml",
    ],
)
@pytest.mark.parametrize("max_width", [70.0, 100.0, 500.0])
def test_long_text_is_wrapped_and_nothing_is_lost(ruler: FontRuler, text: str, max_width: float) -> None:
    lines = wrapped(text, ruler, Face(10.0, bold=True), max_width=max_width, most=200)
    assert lines is not None
    assert all(line and line.isprintable() for line in lines)
    assert all(ruler.width(line, 10.0, bold=True) <= max_width + 1e-6 for line in lines)
    assert "".join(lines).replace(" ", "") == visible(text).replace(" ", "")


def test_lines_break_between_words_after_signs_and_within_a_word_only_if_it_is_too_long(ruler: FontRuler) -> None:
    def lines(text: str, like: str) -> tuple[str, ...] | None:
        return wrapped(text, ruler, Face(10.0), max_width=ruler.width(like, 10.0), most=9)

    assert lines("cosine with warmup", "cosine with") == ("cosine with", "warmup")
    assert lines("cosine_annealing", "annealing") == ("cosine_", "annealing")
    assert lines("lr 1e-5", "lr 1e-") == ("lr", "1e-5")
    assert lines("step 160 000, down", "step 160 ") == ("step", "160 000,", "down")
    assert lines("i" * 24, "i" * 12) == ("i" * 12, "i" * 12)
    assert lines("annealing", "anneal") is None


def test_lines_are_equally_long(ruler: FontRuler) -> None:
    lines = wrapped("aaa aaa aaa aaa", ruler, Face(10.0), max_width=ruler.width("aaa aaa aaa", 10.0), most=2)
    assert lines == ("aaa aaa", "aaa aaa")


def test_text_that_needs_too_many_lines_is_not_wrapped(ruler: FontRuler) -> None:
    assert wrapped("cosine", ruler, Face(10.0), max_width=3.0, most=20) is None
    assert wrapped("one two three", ruler, Face(10.0), max_width=30.0, most=2) is None
    assert wrapped("x" * 100_000, ruler, Face(10.0), max_width=500.0, most=10**6) is None


def test_control_characters_are_shown_as_escapes(ruler: FontRuler) -> None:
    assert wrapped("a\nb\x1b[31m", ruler, Face(10.0), max_width=500.0, most=1) == ("a\\nb\\x1b[31m",)


def test_text_is_set_smaller_but_not_below_a_share(ruler: FontRuler) -> None:
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
    assert missing(["cosine", "é × …"], DEFAULT) == ""
    assert missing(["漢字漢", "a"], DEFAULT) == "漢字"
