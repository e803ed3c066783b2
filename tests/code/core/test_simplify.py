"""Trees without what is idle in them, and with one case after the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from cosine_cli.code.core import python_functions
from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.emit import function
from cosine_cli.code.core.lowering import LoweringOptions, lower
from cosine_cli.code.core.simplify import divide, simplify
from cosine_cli.code.core.symbols import TIME, Symbolic, TreeNode, nodes

M = Symbolic()
T: Any = TIME


def text(tree: Any, *, last: float = 1000.0, branches: bool = True) -> list[str]:
    found = simplify(tree, last, branches=branches)
    return list(function(lower(found, last, LoweringOptions("quotient")), python_functions.LANGUAGE).lines)


def late(time: float) -> Any:
    return M.maximum(T - time, 0.0)


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        (M.minimum(T / 1001.0, 1.0), ["return t / 1001"]),
        (M.minimum(T / 999.0, 1.0), ["return min(t / 999, 1)"]),
        (M.maximum(T, 0.0), ["return t"]),
        (T + 0.0, ["return t"]),
        ((T - 5.0) - 3.0, ["return t - 8"]),
        ((T + 5.0) - 3.0, ["return t + 2"]),
        (T / 4.0 / 5.0, ["return t / 20"]),
        (0.0 * T + 0.1, ["return 0.1"]),
        (M.where(T < 2000.0, T, 0.0), ["return t"]),
        (M.where(T >= 0.0, T, 0.0), ["return t"]),
        (M.where(T < 5.0, T, T), ["return t"]),
        (M.named("local", T) * 2.0, ["return t * 2"]),
        (M.cycles(T, 1.0), ["return t"]),
        (M.cycles(T, 2000.0) + T, ["return t"]),
        (M.tanh(3.0) - M.tanh(3.0) + 0.5, ["return 0.5"]),
        (M.count((2000.0,), T) + T, ["return t"]),
    ],
    ids=[
        *("a cap beyond the run", "a cap in the run", "a floor", "plus 0", "two shifts", "back and forth"),
        *("two quotients", "a constant", "a case beyond the run", "a case that always holds", "one for both"),
        *("a name", "cycles of 1", "one cycle", "a difference of one thing", "an edge beyond the run"),
    ],
)
def test_what_is_idle_is_left_out(tree: Any, lines: list[str]) -> None:
    assert text(tree) == lines


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        (
            M.where(T < 5.0, M.minimum(T / 5.0, 1.0), 1.0 - late(5.0) / 2000.0),
            ["if t < 5:", "    return t / 5", "return 1 - (t - 5) / 2000"],
        ),
        (M.where(T < 4.2, 1.0, 2.0), ["if t < 5:", "    return 1", "return 2"]),
        (M.where(T > 4.0, 2.0, 1.0), ["if t < 5:", "    return 1", "return 2"]),
        (M.where(TreeNode("<", (10.0, T)), 2.0, 1.0), ["if t < 11:", "    return 1", "return 2"]),
        (M.where(late(5.0) / 2.0 < 3.0, 1.0, 2.0), ["if t < 11:", "    return 1", "return 2"]),
        (M.where(M.cycles(T, 7.0) * 7.0 < 20.0, 1.0, 2.0), ["if t < 21:", "    return 1", "return 2"]),
        (
            2.0 * M.where(T < 5.0, 1.0, M.where(T < 9.0, 2.0, 3.0)),
            ["if t < 5:", "    return 2", "if t < 9:", "    return 4", "return 6"],
        ),
        (M.where(T < 5.0, 1.0, 2.0) + M.where(T < 5.0, 1.0, 0.0), ["return 2"]),
        (
            M.gather((1.0, 2.0, 3.0), M.count((3.0, 9.5), T)),
            ["if t < 3:", "    return 1", "if t < 10:", "    return 2", "return 3"],
        ),
        (
            M.where(M.cycles(T, 9.0) < 3.0, M.minimum(M.cycles(T, 9.0), 4.0), 7.0),
            ["if t < 27:", "    return t // 9", "return 7"],
        ),
    ],
    ids=[
        *("a climb", "no whole number", "from the other side", "mirrored", "of another clock", "of stairs"),
        *("two cases", "cases that make up for each other", "a table", "of cycles"),
    ],
)
def test_cases_come_first(tree: Any, lines: list[str]) -> None:
    assert text(tree) == lines


def test_a_case_that_the_time_does_not_tell_knows_its_bounds() -> None:
    local = M.named("local", T - M.cycles(T, 9.0) * 9.0)
    tree = M.where(local < 3.0, M.minimum(local / 3.0, 1.0), M.maximum(local - 3.0, 0.0))
    assert text(tree) == ["local = t % 9", "if local < 3:", "    return local / 3", "return local - 3"]


def test_where_all_cases_are_computed_each_keeps_what_guards_it() -> None:
    tree = M.where(T < 5.0, 1.0, M.sqrt(late(5.0)))
    times, all_at_once = np.arange(10.0), Arithmetic()

    def safe(case: Any) -> bool:
        try:
            evaluate_tree(case, times, all_at_once)
        except FloatingPointError:
            return False
        return True

    bare = simplify(tree, 9.0, branches=False)
    with pytest.raises(FloatingPointError):
        evaluate_tree(bare, times, all_at_once)
    guarded = simplify(tree, 9.0, branches=False, safe=safe)
    assert evaluate_tree(guarded, times, all_at_once).tolist() == pytest.approx(
        [1.0] * 5 + [math.sqrt(i) for i in range(5)]
    )


def test_equal_parts_are_one() -> None:
    tree = simplify((T + 1.0) * (T + 1.0), 9.0, branches=True)
    assert tree.args[0] is tree.args[1]
    assert len(list(nodes(tree))) == 3


RATE = M.lerp(0.1, 0.02, M.named("left", M.maximum(0.0, 1.0 - T / 90.0)))


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        (RATE, ["return 0.2 + (1 - 0.2) * max(0, 1 - t / 90)"]),
        (0.1 * M.cos(T), ["return math.cos(t)"]),
        (0.3 * M.cos(T) / 7.0, ["return 3 * math.cos(t) / 7"]),
        (M.where(T < 5.0, 0.1, 0.01), ["if t < 5:", "    return 1", "return 0.1"]),
        (M.gather((0.1, 0.01), M.count((3.0,), T)), ["if t < 3:", "    return 1", "return 0.1"]),
        (M.exp(T), ["return math.exp(t) / 0.1"]),
        (M.maximum(0.1 * 0.5**T, 0.001), ["return max(0.5**t, 0.01)"]),
        (0.02, ["return 0.2"]),
    ],
    ids=["between two rates", "a rate", "a multiple", "cases", "a table", "of something else", "a floor", "a constant"],
)
def test_rates_are_divided_where_they_stand(tree: Any, lines: list[str]) -> None:
    assert text(divide(tree, 0.1)) == lines


def test_the_rounding_of_a_quotient_is_left_out() -> None:
    assert 0.3 / 0.1 != 3.0
    assert divide(0.3, 0.1) == 3.0
