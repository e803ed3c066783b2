"""Text of messages: escaped, shortened and matched; formatted numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.text import closest, did_you_mean, either, number, quote, shorten, thousands, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本", "plain é 日本"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x1b]52;c;eA==\x07", r"\x1b]52;c;eA==\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\r\n\tb\x08", r"a\r\n\tb\x08"),
        ("\u202eb", r"\u202eb"),
        ("\u200b\ufeff", r"\u200b\ufeff"),
        ("\x00\x7f\x85", r"\x00\x7f\x85"),
        ("\udcff\udc80", r"\xff\x80"),
        ("\ud800", r"\ud800"),
        ("\U000e0001", r"\U000e0001"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_shown(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    shown.encode("utf-8")
    assert visible(shown) == shown


@pytest.mark.parametrize(("text", "width", "cut"), [("abcd", 4, "abcd"), ("abcde", 4, "abc…"), ("", 4, "")])
def test_shortened(text: str, width: int, cut: str) -> None:
    assert shorten(text, width=width) == cut


def test_a_quoted_text_is_cut_before_it_is_escaped() -> None:
    assert quote("x" * 60) == f"'{'x' * 60}'"
    assert quote("x" * 61) == f"'{'x' * 59}…'"
    assert quote("\x1b" * 100_000) == "'" + r"\x1b" * 59 + "…'"


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("cosin", ["cosine", "step"], "cosine"),
        ("COSINE", ["cosine", "step"], "cosine"),
        ("t_MAX", ["T_max"], "T_max"),
        ("xyz", ["cosine", "step"], None),
        ("", ["cosine"], None),
        ("cosine", [], None),
    ],
)
def test_the_closest_name(name: str, known: list[str], found: str | None) -> None:
    assert closest(name, known) == found
    assert did_you_mean(name, known) == (found and f"did you mean {found}?")


def test_a_long_name_is_compared_in_bounded_time() -> None:
    assert closest("x" * 10**7, ["cosine"] * 10) is None


@pytest.mark.parametrize(
    ("names", "last", "words"),
    [(["a"], "or", "a"), (["a", "b"], "or", "a or b"), (["a", "b", "c"], "and", "a, b and c")],
)
def test_names_in_a_sentence(names: list[str], last: str, words: str) -> None:
    assert either(names, last=last) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.1, "0.1"),
        (0.954992, "0.955"),
        (0.001, "0.001"),
        (0.0009, "9e-4"),
        (3e-4, "3e-4"),
        (1.25e-5, "1.25e-5"),
        (1.0, "1"),
        (2.5, "2.5"),
        (15.051, "15.1"),
        (99.99, "100"),
        (120.4, "120"),
        (999.6, "1000"),
        (1000.4, "1000"),
        (12345.6, "12346"),
        (100.0, "100"),
        (1e15, "1000000000000000"),
        (1e16, "1e16"),
        (3e300, "3e300"),
        (-0.25, "-0.25"),
        (0.99999, "1"),
    ],
)
def test_numbers_as_people_write_them(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15.051, "15.05"),
        (0.75261, "0.7526"),
        (30.0, "30"),
        (120.44, "120.4"),
        (9999.0, "9999"),
        (10_000.0, "10k"),
        (12_345.0, "12.345k"),
        (450_450.0, "450.45k"),
        (450_450.3, "450.5k"),
        (-450_450.0, "-450.45k"),
        (1_234_567.0, "1.234567M"),
        (391_000.0, "391k"),
        (2_500_000.0, "2.5M"),
        (1e9, "1G"),
        (1e12, "1T"),
        (2.0**53, "9007.199254740992T"),
        (1e300, "1e300"),
    ],
)
def test_counts_and_times_as_people_write_them(value: float, text: str) -> None:
    assert thousands(value) == text


@given(st.floats(1e-12, 1e15), st.integers(2, 8))
def test_a_number_is_off_by_less_than_its_last_digit(value: float, digits: int) -> None:
    assert float(number(value, digits=digits)) == pytest.approx(value, rel=0.5001 * 10.0 ** (1 - digits))
