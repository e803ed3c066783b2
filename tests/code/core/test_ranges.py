"""Bounds of trees: every value lies within them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.ranges import Range, Ranges
from cosine_cli.code.core.symbols import TIME, Symbolic, TreeNode

M = Symbolic()
T: Any = TIME


@pytest.mark.parametrize(
    ("tree", "low", "high"),
    [
        (T, 0.0, 10.0),
        (T / 10.0, 0.0, 1.0),
        (1.0 - T / 10.0, 0.0, 1.0),
        (M.cos(T), -1.0, 1.0),
        (0.5**T, 0.5**10, 1.0),
        (M.gather((3.0, 1.0, 2.0), T), 1.0, 3.0),
        (M.where(T < 5.0, 1.0, T), 0.0, 10.0),
        (TreeNode("mod", (T, 4.0)), 0.0, 4.0),
        (TreeNode("mod", (T, 40.0)), 0.0, 10.0),
        (1.0 / T, -math.inf, math.inf),
        ((T - 20.0) ** 0.5, -math.inf, math.inf),
    ],
    ids=["time", "share", "left", "wave", "power", "table", "case", "rest", "whole", "through 0", "no number"],
)
def test_bounds(tree: Any, low: float, high: float) -> None:
    assert Ranges(0.0, 10.0).of(tree) == Range(low, high)


def test_what_is_known_is_taken() -> None:
    local = TreeNode("mod", (T, 9.0))
    assert Ranges(0.0, 100.0, [(local, Range(0.0, 3.0))]).of(M.named("local", TreeNode("mod", (T, 9.0))) / 3.0) == (
        0.0,
        1.0,
    )


def row(lengths: tuple[float, ...], **changed: Any) -> Any:
    starts = (0.0, 5.0, 15.0)
    index = M.named("cycle", M.count(changed.get("counted", starts), T, "starts") - 1.0)
    return (T - M.gather(starts, index, "starts")) / M.gather(lengths, index, "lengths")


def test_the_share_of_one_of_several_stretches_in_a_row() -> None:
    assert Ranges(0.0, 35.0).of(row((5.0, 10.0, 20.0))) == (0.0, 1.0)
    assert Ranges(0.0, 36.0).of(row((5.0, 10.0, 20.0))).high > 1.0
    assert Ranges(0.0, 35.0).of(row((5.0, 9.0, 20.0))).high > 1.0
    assert Ranges(0.0, 35.0).of(row((5.0, 10.0, 20.0), counted=(0.0, 6.0, 15.0))).high > 1.0


numbers = st.sampled_from([-2.0, -0.5, 0.0, 0.3, 1.0, 7.0])


def grown(trees: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    twos = st.sampled_from(["+", "-", "*", "/", "**", "minimum", "maximum"])
    return st.one_of(
        st.builds(lambda op, x, y: TreeNode(op, (x, y)), twos, trees, trees | numbers),
        st.builds(lambda x: TreeNode("floor", (x,)), trees),
        st.builds(lambda x: M.named("name", x), trees),
        st.builds(lambda x, length: TreeNode("cycles", (x, length)), trees, st.sampled_from([0.7, 1.0, 3.0])),
        st.builds(lambda x, y: M.where(T < 4.0, x, y), trees, trees),
        st.builds(M.tanh, trees),
        st.builds(lambda x: TreeNode("sqrt", (x,)), trees),
    )


@given(tree=st.recursive(st.just(T), grown, max_leaves=8), low=st.integers(0, 6), width=st.integers(0, 9))
def test_every_value_lies_within(tree: Any, low: int, width: int) -> None:
    times = np.arange(float(low), low + width + 1.0)
    found = Ranges(float(low), float(low + width)).of(tree)
    values = evaluate_tree(tree, times, Arithmetic(strict=False))
    numbers_only = values[~np.isnan(values)]
    assert (numbers_only >= found.low - 1e-9 * abs(found.low)).all()
    assert (numbers_only <= found.high + 1e-9 * abs(found.high)).all()
