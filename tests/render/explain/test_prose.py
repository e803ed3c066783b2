"""Docstrings as text."""

from __future__ import annotations

import pytest

from cosine_cli.render.ansi import PLAIN
from cosine_cli.render.explain.flow import JOINED, Span
from cosine_cli.render.explain.prose import NAME, formula, plain, spans
from cosine_cli.render.formula import ASCII, UNICODE

WHERE = r"with :math:`\eta_0` = ``lr``, or :math:`(1 + \cos(\pi u)) / 2 + \eta_0 + \eta_1`."


def test_symbols_are_readable_and_stay_with_what_they_are() -> None:
    assert list(spans(WHERE, UNICODE)) == [
        Span("with "),
        Span("η₀"),
        Span(f"{JOINED}={JOINED}"),
        Span("lr", NAME),
        Span(", or "),
        Span("(1 + cos(π u)) / 2 + η₀ + η₁", PLAIN),  # too long to be kept on one line
        Span("."),
    ]


def test_without_marks() -> None:
    assert plain(WHERE) == "with η₀ = lr, or (1 + cos(π u)) / 2 + η₀ + η₁."
    assert plain(WHERE, ASCII) == "with eta_0 = lr, or (1 + cos(pi u)) / 2 + eta_0 + eta_1."


CASES = r"f(t) = a\,u \text{ for } t < W, \quad b \text{ from } W, \quad g = c, \quad d \text{ at } 1"


def test_cases_stand_under_the_right_side_of_their_equation() -> None:
    assert formula(CASES) == ["f(t) = a u   for t < W", "       b     from W", "g = c", "    d        at 1"]


@pytest.mark.parametrize("width", [12, 16, 20])
def test_no_line_of_a_formula_is_wider_than_the_screen(width: int) -> None:
    lines = formula(CASES, UNICODE, width)
    assert max(map(len, lines)) <= width
    assert "".join("".join(lines).split()) == "f(t)=aufort<WbfromWg=cdat1"
