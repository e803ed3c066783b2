"""Simplification of trees: splits them into cases by time and removes operations that have no effect in a case."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from cosine_cli.code.core.algebra import OPERATIONS, combine, is_whole, like, rises, same
from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.ranges import Range, Ranges
from cosine_cli.code.core.symbols import TIME, TreeNode, bare, call, is_number, nodes

_MAX_CASES = 8
_MAX_TABLE_CASES = 6
"""A table of more values is looked up; one of fewer is written as a case for each."""

_CORE_ARITHMETIC = Arithmetic(strict=False)
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_FOLDED = ("floor", "sqrt", "exp", "log", "sin", "cos")


def simplify(tree: Any, last: float, *, branches: bool, safe: Callable[[Any], bool] | None = None) -> Any:
    """Return a tree of the same values for whole times from 0 to ``last``.

    ``branches``: cases are cheap to write. If a language computes all cases at all times, ``safe`` returns whether one
    can be; another keeps its guards.
    """
    simplified = _simplify_case(tree, (0.0, last), safe)
    boundaries = sorted({*_cuts(simplified, branches=branches)})
    if not boundaries or len(boundaries) >= _MAX_CASES:
        return _merge_equal(simplified)
    edges = itertools.pairwise([0.0, *boundaries, last + 1.0])
    cases = [_simplify_case(tree, (start, end - 1.0), safe) for start, end in edges]
    result = cases[-1]
    for end, case in reversed(list(zip(boundaries, cases[:-1], strict=True))):
        result = case if same(case, result) else TreeNode("where", (TreeNode("<", (TIME, end)), case, result))
    return _merge_equal(result)


def _simplify_case(tree: Any, times: tuple[float, float], safe: Callable[[Any], bool] | None) -> Any:
    """Return a tree for some of the times, with guards for the others if it is not safe there."""
    simplified = _Simplifier(times).of(tree)
    if all(node is not TIME for node in nodes(simplified)):
        return float(evaluate_tree(simplified, np.zeros(1), _CORE_ARITHMETIC)[0])
    return simplified if safe is None or safe(simplified) else _UnconditionalSimplifier(times).of(tree)


def _cuts(tree: Any, *, branches: bool) -> Iterator[float]:
    """Yield the times at which a case ends."""
    for node in nodes(tree):
        if node.op == "<" and node.args[0] is TIME:
            yield node.args[1]
        if branches and node.op == "gather" and 1 < len(node.args[0]) <= _MAX_TABLE_CASES:
            index = bare(node.args[1])
            if isinstance(index, TreeNode) and index.op == "count" and index.args[1] is TIME:
                yield from (math.ceil(edge) for edge in index.args[0])


def _merge_equal(tree: Any) -> Any:
    """Return a tree in which equal nodes are one."""
    unique: dict[tuple[Any, ...], TreeNode] = {}
    merged: dict[int, TreeNode] = {}
    for node in nodes(tree):
        operands = tuple(merged.get(id(operand), operand) for operand in node.args)
        key = (node.op, node.name, *(id(operand) if isinstance(operand, TreeNode) else operand for operand in operands))
        merged[id(node)] = unique.setdefault(key, like(node, *operands))
    return merged.get(id(tree), tree)


class _Simplifier:
    """Rebuilds trees for times between two, from the operands up.

    ``known_ranges``: ranges of values that follow from the conditions of a case, not from the time.
    """

    def __init__(self, times: tuple[float, float], known_ranges: tuple[tuple[Any, Range], ...] = ()) -> None:
        self._times, self._known_ranges = times, known_ranges
        self._ranges = Ranges(*times, known_ranges)
        self._simplified: dict[int, tuple[TreeNode, Any]] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return value
        if id(value) not in self._simplified:
            self._simplified[id(value)] = value, self._rebuilt(value)
        return self._simplified[id(value)][1]

    def _rebuilt(self, node: TreeNode) -> Any:
        if node.op == "where":
            return self._simplify_case(*node.args)
        operands = tuple(self.of(operand) for operand in node.args)
        if node.op in OPERATIONS:
            return self._arithmetic(node, *operands)
        if node.op in self._by_operation:
            return self._by_operation[node.op](self, node, *operands)
        return (
            call(node.op, *operands) if node.op in _FOLDED and all(map(is_number, operands)) else like(node, *operands)
        )

    def _arithmetic(self, node: TreeNode, x: Any, y: Any) -> Any:
        result = combine(node, x, y)
        return self._rest(result, *result.args) if isinstance(result, TreeNode) and result.op == "mod" else result

    def _named(self, node: TreeNode, value: Any) -> Any:
        return value if not isinstance(value, TreeNode) or value.op in ("name", "named") else like(node, value)

    # --- Cases

    def _simplify_case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        decided = self._decide(condition)
        if isinstance(decided, bool):
            return self.of(then if decided else otherwise)
        if decided.op == ">=" and decided.args[0] is TIME:
            decided, then, otherwise = TreeNode("<", decided.args), otherwise, then
        then, otherwise = self._branch(decided, then), self._branch(decided, otherwise, holds=False)
        return then if same(then, otherwise) else TreeNode("where", (decided, then, otherwise))

    def _branch(self, condition: TreeNode, value: Any, *, holds: bool = True) -> Any:
        """Return one side of a case that the time does not decide, given its condition."""
        x, edge = condition.args
        if x is TIME or not is_number(edge) or condition.op not in ("<", ">="):
            return self.of(value)
        bounds = self._ranges.of(x)
        under = math.nextafter(edge, -math.inf)
        ranges = Range(bounds.low, min(bounds.high, under)), Range(max(bounds.low, edge), bounds.high)
        bounds_here = (bare(x), ranges[0 if holds == (condition.op == "<") else 1])
        return _Simplifier(self._times, (bounds_here, *self._known_ranges)).of(value)

    def _decide(self, condition: Any) -> Any:
        """Return True or False if a condition is constant, otherwise a condition on the time if it depends on it."""
        if not isinstance(condition, TreeNode):
            return bool(condition)
        op, (x, y) = condition.op, map(self.of, condition.args)
        if is_number(x) and is_number(y):
            return bool(evaluate_tree(TreeNode(op, (x, y)), np.zeros(1), _CORE_ARITHMETIC)[0])
        if is_number(x):
            op, x, y = _MIRRORED[op], y, x
        if not is_number(y) or not rises(x):
            return self._decide_by_ranges(op, x, y)
        first = self._first_reaching(x, y if op in ("<", ">=") else math.nextafter(y, math.inf))
        low, high = self._times
        below = True if high < first else False if low >= first else TreeNode("<", (TIME, first))
        if op in ("<", "<="):
            return below
        return not below if isinstance(below, bool) else TreeNode(">=", (TIME, first))

    def _decide_by_ranges(self, op: str, x: Any, y: Any) -> Any:
        """Return True or False if the ranges of both sides decide a condition."""
        a, b = self._ranges.of(x), self._ranges.of(y)
        if op in ("<", ">=") and (a.high < b.low or a.low >= b.high):
            return (a.high < b.low) == (op == "<")
        return TreeNode(op, (x, y))

    def _first_reaching(self, x: Any, edge: float) -> float:
        """Return the first whole time up to the last at which a rising value is at the edge, infinite if there is none.

        Computed as by the core, which decides the start of a case.
        """
        if x is TIME:
            return float(math.ceil(edge)) if math.isfinite(edge) else edge
        low, high = self._times[0] - 1.0, self._times[1] + 1.0
        while high - low > 1.0:
            middle = math.floor((low + high) / 2.0)
            low, high = (low, middle) if self._value(x, middle) >= edge else (middle, high)
        return high if high <= self._times[1] else math.inf

    @staticmethod
    def _value(x: Any, time: float) -> float:
        return float(evaluate_tree(x, np.array([float(time)]), _CORE_ARITHMETIC)[0])

    def _constant_value(self, x: Any) -> float | None:
        """Return the common value of a rising tree at the first and the last time, None if they differ."""
        first, last = (self._value(x, time) for time in self._times)
        return first if first == last else None

    def _minimum(self, node: TreeNode, x: Any, y: Any) -> Any:
        a, b = self._ranges.of(x), self._ranges.of(y)
        return x if a.high <= b.low else y if b.high <= a.low else like(node, x, y)

    def _maximum(self, node: TreeNode, x: Any, y: Any) -> Any:
        a, b = self._ranges.of(x), self._ranges.of(y)
        return x if a.low >= b.high else y if b.low >= a.high else like(node, x, y)

    # --- Cycles and tables

    def _cycles(self, node: TreeNode, x: Any, length: float) -> Any:
        if is_number(x):
            return call("cycles", x, length)
        if length == 1.0 and is_whole(x):
            return x
        rebuilt = like(node, x, length)
        index = self._constant_value(rebuilt) if rises(x) else None
        return rebuilt if index is None else index

    def _rest(self, node: TreeNode, x: Any, length: float) -> Any:
        whole = rises(x) and self._constant_value(TreeNode("cycles", (x, length))) == 0.0
        return x if whole else like(node, x, length)

    def _count(self, node: TreeNode, edges: tuple[float, ...], x: Any) -> Any:
        if is_number(x):
            return float(sum(edge <= x for edge in edges))
        rebuilt = like(node, edges, x)
        if not rises(x):
            return rebuilt
        if (count := self._constant_value(rebuilt)) is not None:
            return count
        if x is TIME:
            return rebuilt
        firsts = (self._first_reaching(x, edge) for edge in edges)
        return TreeNode("count", (tuple(filter(math.isfinite, firsts)), TIME), node.name)

    def _gather(self, node: TreeNode, values: tuple[float, ...], index: Any) -> Any:
        return values[int(index)] if is_number(index) else like(node, values, index)

    _by_operation: ClassVar[dict[str, Callable[..., Any]]] = {
        "named": _named,
        "minimum": _minimum,
        "maximum": _maximum,
        "cycles": _cycles,
        "mod": _rest,
        "count": _count,
        "gather": _gather,
    }


class _UnconditionalSimplifier(_Simplifier):
    """Rebuilds trees whose cases are all computed at all times: only what has no effect at any time is removed."""

    def __init__(self, times: tuple[float, float]) -> None:
        super().__init__(times)
        self._ranges = Ranges(0.0, math.inf)

    def _branch(self, condition: TreeNode, value: Any, *, holds: bool = True) -> Any:
        del condition, holds
        return self.of(value)


def hoist_cases(tree: Any, *, max_cases: int = _MAX_CASES) -> Any:
    """Move cases out of operations; return the tree unchanged if there are more than ``max_cases``."""
    if not isinstance(tree, TreeNode):
        return tree
    if tree.op == "where":
        condition, *branches = tree.args
        return like(tree, condition, *(hoist_cases(branch, max_cases=max_cases) for branch in branches))
    conditions = [node.args[0] for node in nodes(tree) if node.op == "where"]
    if not conditions or max_cases < 1:
        return tree
    condition = max(conditions, key=lambda candidate: sum(same(candidate, other) for other in conditions))
    assumed = (_assume(tree, condition, holds=holds) for holds in (True, False))
    return TreeNode("where", (condition, *(hoist_cases(branch, max_cases=max_cases // 2) for branch in assumed)))


def _assume(tree: Any, condition: TreeNode, *, holds: bool) -> Any:
    """Return a tree under a condition or its opposite; parts that do not depend on it are unchanged."""
    replaced: dict[int, Any] = {}
    for node in nodes(tree):
        parts = [replaced.get(id(part), part) for part in node.args]
        chosen = node.op == "where" and same(node.args[0], condition)
        replaced[id(node)] = parts[1 if holds else 2] if chosen else like(node, *parts)
    return replaced.get(id(tree), tree)


def divide(tree: Any, by: float) -> Any:
    """Return a tree of values divided by a number above 0, by dividing its constants if that is equal."""
    return _Division(by).of(tree)


_ALL = slice(None)
_PROPORTIONAL = {
    **dict.fromkeys(("named", "minimum", "maximum", "+", "-"), _ALL),
    "where": slice(1, None),
    "/": slice(1),
}
"""The operands to divide if the value of an operation is divided."""


class _Division:
    """Divides trees by a number; a part that occurs several times is divided once."""

    def __init__(self, by: float) -> None:
        self._by = by
        self._divided: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return float(f"{value / self._by:.15g}")  # without the rounding of the quotient
        if id(value) not in self._divided:
            self._divided[id(value)] = self._node(value)
        return self._divided[id(value)]

    def _node(self, node: TreeNode) -> Any:
        if node.op == "*":
            return self._product(*node.args)
        if node.op == "gather":
            values, index = node.args
            return TreeNode("gather", (tuple(map(self.of, values)), index), node.name)
        if node.op not in _PROPORTIONAL:
            return TreeNode("/", (node, self._by))
        operands, divided = list(node.args), _PROPORTIONAL[node.op]
        operands[divided] = map(self.of, operands[divided])
        return TreeNode(node.op, tuple(operands), node.name)

    def _product(self, x: Any, y: Any) -> Any:
        x, y = (x, self.of(y)) if is_number(y) else (self.of(x), y)
        return y if is_number(x, 1.0) else TreeNode("*", (x, y))
