"""Text in lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.render.ansi import BOLD, DIM, Cell
from cosine_cli.render.explain.flow import JOINED, Span, beside, cells, flowed


def text(lines: list[list[Cell]]) -> list[str]:
    return ["".join(cell.text for cell in line) for line in lines]


def test_lines_are_broken_at_blanks_and_indented() -> None:
    assert text(flowed([Span("one two three four")], 9)) == ["one two", "three", "four"]
    assert text(flowed([Span("one two three four")], 11, first=2, then=4)) == ["  one two", "    three", "    four"]


def test_what_belongs_together_is_not_broken() -> None:
    assert text(flowed([Span(f"a b{JOINED}={JOINED}c d")], 5)) == ["a", "b = c", "d"]


def test_a_word_in_two_inks_is_one_word() -> None:
    assert flowed([Span("a lr", BOLD), Span(", b", DIM)], 4) == [
        [Cell("a", BOLD)],
        [Cell("l", BOLD), Cell("r", BOLD), Cell(",", DIM)],
        [Cell("b", DIM)],
    ]


def test_a_word_that_no_line_holds_is_cut() -> None:
    assert text(flowed([Span("abcdefgh ij")], 5, then=2)) == ["abcde", "  fgh", "  ij"]


def test_nothing_is_one_empty_line() -> None:
    assert flowed([], 10) == [[]]


@given(st.text(alphabet="abc ", max_size=80), st.integers(1, 30), st.integers(0, 8))
def test_no_line_is_too_wide_and_no_letter_is_lost(words: str, width: int, indent: int) -> None:
    lines = text(flowed([Span(words)], width + indent, first=indent, then=indent))
    assert max(map(len, lines)) <= width + indent
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")


def test_blocks_beside_each_other() -> None:
    left, right = [cells([Span("a")])], [cells([Span("bb")]), cells([Span("c")])]
    assert [line.rstrip() for line in text(beside([left, right], [2, 2], gap=1))] == ["a  bb", "   c"]
