"""Text by the columns that it takes."""

from __future__ import annotations

import pytest

from cosine_cli.render.chart.cells import columns, cut


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ab", ["a", "b"], id="ASCII"),
        pytest.param("日本", ["日", "", "本", ""], id="wide"),
        pytest.param("e\u0301x", ["e\u0301", "x"], id="a-mark"),
        pytest.param("日\u0301x", ["日\u0301", "", "x"], id="a-mark-on-a-wide-one"),
        pytest.param("\u0301x", ["x"], id="a-mark-on-nothing"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_columns(text: str, found: list[str]) -> None:
    assert columns(text) == found


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [
        ("cosine", 6, "cosine"),
        ("cosine", 5, "cosi…"),
        ("cosine", 1, "…"),
        ("cosine", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
    ],
)
def test_a_text_is_cut_to_a_width_and_never_through_a_character(text: str, width: int, found: str) -> None:
    assert "".join(cut(text, width, "…")) == found


def test_an_ellipsis_of_two_characters_fits_too() -> None:
    assert ["".join(cut("cosine", width, "..")) for width in (5, 2, 1)] == ["cos..", "..", "."]
