"""Formulas as text."""

from __future__ import annotations

import pytest

from cosine_cli.render.formula import ASCII, FormulaLine, formula_lines, inline

WRITTEN = [
    (r"\eta_0", "η₀", "eta_0"),
    (r"b_{i+1}", "bᵢ₊₁", "b_(i+1)"),
    (r"x^2", "x²", "x^2"),
    (r"k^{-i}", "k⁻ⁱ", "k^-i"),
    (r"\gamma^{t / p}", "γ^(t / p)", "gamma^(t / p)"),
    (r"\gamma^{\lfloor t / s \rfloor}", "γ^⌊t / s⌋", "gamma^floor(t / s)"),
    (r"\gamma^{|\{i : m_i \le t\}|}", "γ^|{i : mᵢ ≤ t}|", "gamma^|{i : m_i <= t}|"),
    (r"d_{\text{model}}", "d_model", "d_model"),
    (r"(1 - u)^p", "(1 − u)ᵖ", "(1 - u)^p"),
    (r"\tfrac12 (a - b)", "½ (a − b)", "1/2 (a - b)"),
    (r"\frac{1}{8}", "1/8", "1/8"),
    (r"\frac{a}{b}", "a / b", "a / b"),
    (r"\frac{a + 1}{b\,c}", "(a + 1) / (b c)", "(a + 1) / (b c)"),
    (r"\frac{a\,b}{c}", "a b / c", "a b / c"),
    (r"\frac{a}{b}\,c", "(a / b) c", "(a / b) c"),
    (r"\frac{a}{b} + c", "a / b + c", "a / b + c"),
    (r"\left(\frac{a}{b}\right)^2", "(a / b)²", "(a / b)^2"),
    (r"\frac{\frac{a}{b}}{c}", "a / b / c", "a / b / c"),
    (r"\sqrt{u}", "√u", "sqrt(u)"),
    (r"\sqrt{1 + t / \tau}", "√(1 + t / τ)", "sqrt(1 + t / tau)"),
    (r"\cos(\pi \min(t, T) / T)", "cos(π min(t, T) / T)", "cos(pi min(t, T) / T)"),
    (r"1 + k + \dots + k^{i-1}", "1 + k + … + kⁱ⁻¹", "1 + k + ... + k^(i-1)"),
    (r"n t / T \bmod 1", "n t / T mod 1", "n t / T mod 1"),
    (r"e^{-k\,t}", "e⁻ᵏᵗ", "e^(-k t)"),
]


@pytest.mark.parametrize(("latex", "unicode", "ascii_only"), WRITTEN, ids=[latex for latex, _, _ in WRITTEN])
def test_how_a_formula_is_written(latex: str, unicode: str, ascii_only: str) -> None:
    assert inline(latex) == unicode
    assert inline(latex, ASCII) == ascii_only


CASES = [FormulaLine("f(t) = a", "for t < W"), FormulaLine("b", "until W + S"), FormulaLine("c")]


@pytest.mark.parametrize(
    "latex",
    [
        r"f(t) = a \text{ for } t < W, \quad b \text{ until } W + S, \quad c",
        r"f(t) = \begin{cases} a & \text{for } t < W \\ b & \text{until } W + S \\ c \end{cases}",
    ],
    ids=["one after the other", "cases"],
)
def test_cases_have_a_line_each(latex: str) -> None:
    assert formula_lines(latex) == CASES


def test_a_text_inside_of_a_group_begins_no_condition() -> None:
    assert formula_lines(r"f(t) = \sqrt{a \text{ and } b}") == [FormulaLine("f(t) = √(a and b)")]


def test_a_command_that_is_none_of_ours_is_never_left_out() -> None:
    with pytest.raises(ValueError, match=r"^formula: no sign for \\oint$"):
        formula_lines(r"\oint f")
