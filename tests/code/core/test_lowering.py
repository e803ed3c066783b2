"""Whole cycles in every arithmetic, powers that keep their digits, and terms in the order people write."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from cosine_cli.code.core import python_functions
from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.emit import function
from cosine_cli.code.core.lowering import CycleCount, LoweringOptions, as_fraction, is_binary, lower
from cosine_cli.code.core.symbols import TIME, Symbolic, TreeNode

M = Symbolic()
T: Any = TIME
LAST = 100.0


def text(tree: Any, cycles: CycleCount = "quotient", **options: Any) -> list[str]:
    found = lower(tree, LAST, LoweringOptions(cycles, **options))
    return list(function(found, python_functions.LANGUAGE).lines)


@pytest.mark.parametrize(
    ("length", "fraction", "binary"),
    [
        (22.0, Fraction(22), True),
        (2.5, Fraction(5, 2), True),
        (1.1, Fraction(11, 10), False),
        (90 / 7, Fraction(90, 7), False),
        (math.pi, None, False),
        (math.inf, None, False),
    ],
    ids=["whole", "half", "tenths", "sevenths", "pi", "endless"],
)
def test_lengths_as_fractions(length: float, fraction: Fraction | None, *, binary: bool) -> None:
    assert as_fraction(length) == fraction
    assert is_binary(length) is binary


MOD = TreeNode("mod", (T, 1.1))


@pytest.mark.parametrize(
    ("cycles", "count", "rest", "share"),
    [
        ("quotient", "t // 1.1", "t % 1.1", "t % 1.1 / 1.1"),
        ("floor", "math.floor(t / 1.1)", "t / 1.1 % 1 * 1.1", "t / 1.1 % 1"),
        ("scaled", "10 * t // 11", "10 * t % 11 / 10", "10 * t % 11 / 11"),
    ],
)
def test_cycles_are_counted_alike_in_a_formula(cycles: CycleCount, count: str, rest: str, share: str) -> None:
    assert text(M.cycles(T, 1.1), cycles) == [f"return {count}"]
    assert text(MOD, cycles) == [f"return {rest}"]
    assert text(MOD / 1.1, cycles) == [f"return {share}"]


def test_binary_lengths_need_no_care() -> None:
    for cycles in ("quotient", "floor", "scaled", "starts", "rounded_product"):
        assert text(M.cycles(T, 2.5), cycles) == ["return t // 2.5"]


def test_a_length_that_is_no_fraction_is_not_scaled() -> None:
    assert text(M.cycles(T, math.e), "scaled") == [f"return t // {math.e!r}"]
    assert text(M.cycles(T / 3.0, 1.1), "scaled") == ["return t / 3 // 1.1"]


@pytest.mark.parametrize("cycles", ["starts", "rounded_product"])
@pytest.mark.parametrize("length", [1.1, 2.2, 0.7, 12.857142857142858, math.pi])
def test_two_ways_count_as_the_core_does(cycles: CycleCount, length: float) -> None:
    times = np.arange(LAST + 1.0)
    # The core lets the rounded product of number and length decide: so does counting up.
    expected = [next(n for n in range(10**6) if (n + 1) * length > t) for t in times]
    found = evaluate_tree(lower(M.cycles(T, length), LAST, LoweringOptions(cycles)), times, Arithmetic())
    assert found.tolist() == expected


def test_32_bits_search_among_whole_numbers() -> None:
    tree = lower(M.cycles(T, 1.1), LAST, LoweringOptions("starts", float32=True))
    found = evaluate_tree(tree, np.arange(54.0), Arithmetic(float32=True))
    assert found.tolist() == [10 * t // 11 for t in range(54)]
    assert text(MOD / 1.1, "starts", float32=True)[-1] == "return (10 * t - 11 * cycle) / 11"


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        (0.1 * (T / 5.0), ["return 0.1 * t / 5"]),
        (0.1 * (2.0 * T), ["return 0.1 * 2 * t"]),
        (T / -5.0, ["return -t / 5"]),
        (0.0 - T, ["return -t"]),
        (1.0 - M.minimum(T / 5.0, 1.0), ["return max(0, 1 - t / 5)"]),
        (M.named("local", T + 1.0) * 2.0, ["return (t + 1) * 2"]),
        (M.named("height", M.minimum(T, 3.0)) * 2.0, ["height = min(t, 3)", "return height * 2"]),
    ],
    ids=["product", "products", "minus", "less than 0", "what is left", "one use", "a line of its own"],
)
def test_terms_stand_as_people_write_them(tree: Any, lines: list[str]) -> None:
    assert text(tree) == lines


def test_a_name_that_is_used_twice_is_kept() -> None:
    passed = M.named("progress", M.minimum(T / 5.0, 1.0))
    assert text((1.0 - passed) * passed) == ["progress = min(t / 5, 1)", "return (1 - progress) * progress"]
    part = M.named("part", T + 1.0)
    assert text(part * part) == ["part = t + 1", "return part * part"]


def test_names_are_kept_where_that_is_asked_for() -> None:
    tree = 2.0 * M.named("progress", M.named("local", T + 1.0) / 5.0)
    assert text(tree) == ["return 2 * (t + 1) / 5"]
    assert text(tree, named=True) == ["progress = (t + 1) / 5", "return 2 * progress"]


def test_powers_by_e() -> None:
    assert text(0.5 ** (T / 7.0), by_e=True) == [f"return math.exp(-t / {-7.0 / math.log(0.5)!r})"]
    assert text(0.5**T, by_e=True) == [f"return math.exp(-t / {-1.0 / math.log(0.5)!r})"]


def test_growing_powers_are_capped_where_that_is_asked_for() -> None:
    tree = lower(2.0**T, LAST, LoweringOptions("quotient", capped=True))
    assert evaluate_tree(tree, np.array([3.0, 1e6]), Arithmetic()).tolist() == [
        8.0,
        pytest.approx(math.exp(700.0), rel=1e-2),
    ]
    assert text(0.5**T, capped=True) == ["return 0.5**t"]
