"""What trees give in a language's arithmetic."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.symbols import TIME, Symbolic, TreeNode

M = Symbolic()
T: Any = TIME
TIMES = np.array([0.0, 1.0, 2.0, 11.0])


def values(tree: Any, times: Any = TIMES, **arithmetic: bool) -> list[float]:
    return evaluate_tree(tree, np.asarray(times, dtype=np.float64), Arithmetic(**arithmetic)).tolist()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (2.0 * T + 1.0, [1.0, 3.0, 5.0, 23.0]),
        (TreeNode("//", (T, 2.0)), [0.0, 0.0, 1.0, 5.0]),
        (TreeNode("%", (10.0 * T, 11.0)), [0.0, 10.0, 9.0, 0.0]),
        (M.cycles(T, 1.1), [0.0, 0.0, 1.0, 10.0]),
        (TreeNode("//", (T, 1.1)), [0.0, 0.0, 1.0, 9.0]),
        (M.count((1.0, 2.5), T), [0.0, 1.0, 1.0, 2.0]),
        (M.gather((7.0, 8.0, 9.0), M.count((1.0, 2.5), T)), [7.0, 8.0, 8.0, 9.0]),
        (M.where(T < 2.0, T, -1.0), [0.0, 1.0, -1.0, -1.0]),
        (TreeNode("neg", (M.named("name", T),)), [-0.0, -1.0, -2.0, -11.0]),
        (0.25, [0.25] * 4),
    ],
    ids=["sum", "quotient", "rest", "cycles of the core", "of Python", "count", "table", "case", "minus", "constant"],
)
def test_operations(tree: Any, expected: list[float]) -> None:
    assert values(tree) == expected


def test_python_computes_only_the_branch_that_is_taken() -> None:
    root = M.where(T < 2.0, 0.0, M.sqrt(T - 2.0))
    assert values(root, lazy=True) == [0.0, 0.0, 0.0, 3.0]
    with pytest.raises(FloatingPointError):
        values(root)
    assert values(root, strict=False) == [0.0, 0.0, 0.0, 3.0]


@pytest.mark.parametrize(
    "tree",
    [2.0 ** (1000.0 * T), M.sqrt(T - 1.0), 1.0 / T, (T - 1.0) ** 0.5, M.exp(100.0 * T)],
    ids=["overflow", "root", "division by 0", "fraction of a power", "exponential"],
)
def test_what_raises_in_python_raises(tree: Any) -> None:
    with pytest.raises(FloatingPointError):
        values(tree, lazy=True)


def test_an_index_beyond_a_table_is_never_let_pass() -> None:
    for strict in (True, False):
        with pytest.raises(FloatingPointError):
            values(M.gather((1.0, 2.0), T - 1.0), strict=strict)


def test_32_bits() -> None:
    assert values(0.1 + 0.0 * T, float32=True) == [float(np.float32(0.1))] * 4
    assert values(TreeNode("//", (T, 2.4)), [12.0], float32=True) == [4.0]
    assert values(TreeNode("//", (5.0 * T, 12.0)), [12.0], float32=True) == [5.0]


def test_compiled_a_division_is_a_product_and_a_sum_is_rounded_once() -> None:
    # 3 times the 32-bit float nearest to 1 / 3 rounds to 1 by itself, and is a little more than that.
    inverse = np.float32(1.0) / np.float32(3.0)
    assert np.float32(3.0) * inverse == np.float32(1.0)
    exact = 3.0 * float(inverse)
    assert exact != 1.0
    left = 1.0 - T / 3.0
    assert values(left, [3.0], float32=True) == [0.0]
    assert values(left, [3.0], float32=True, compiled=True) == [float(np.float32(1.0 - exact))]
    assert values((3.0 - T) / 3.0, [3.0], float32=True, compiled=True) == [0.0]
    assert values(5.0 * T - 1.0, [3.0], float32=True, compiled=True) == [14.0]


def test_numbers_are_computed_in_64_bits() -> None:
    assert values(TreeNode("-", (0.1, 1e-5)) * T, [1.0]) == [0.1 - 1e-5]
    assert values(M.tanh(3.0)) == [math.tanh(3.0)] * 4
