"""Simplified trees: cases in order, each without the operations that have no effect in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from cosine_cli.code.core.algebra import OPERATIONS, combined, is_whole, like, rises, same
from cosine_cli.code.core.arithmetic import Arithmetic, evaluate_tree
from cosine_cli.code.core.ranges import Range, Ranges
from cosine_cli.code.core.symbols import TIME, TreeNode, bare, call, is_number, nodes

_MOST_CASES = 8
_MOST_LOOKED_UP = 6
"""A table of more values is looked up; one of fewer is written as a case for each."""

_AS_CORE = Arithmetic(strict=False)
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_FOLDED = ("floor", "sqrt", "exp", "sin", "cos")


def simplified(tree: Any, last: float, *, branches: bool, safe: Callable[[Any], bool] | None = None) -> Any:
    """Return a tree of the same values for whole times from 0 to ``last``.

    ``branches``: cases are cheap to write. If a language computes all cases at all times, ``safe`` returns whether one
    can be; another keeps its guards.
    """
    whole = _case(tree, (0.0, last), safe)
    cuts = sorted({*_cuts(whole, branches=branches)})
    if not cuts or len(cuts) >= _MOST_CASES:
        return _shared(whole)
    edges = itertools.pairwise([0.0, *cuts, last + 1.0])
    cases = [_case(tree, (start, end - 1.0), safe) for start, end in edges]
    found = cases[-1]
    for end, case in reversed(list(zip(cuts, cases[:-1], strict=True))):
        found = case if same(case, found) else TreeNode("where", (TreeNode("<", (TIME, end)), case, found))
    return _shared(found)


def _case(tree: Any, taken: tuple[float, float], safe: Callable[[Any], bool] | None) -> Any:
    """Return a tree for some of the times, with guards for the others if it is not safe there."""
    found = _Simplifier(taken).of(tree)
    if all(node is not TIME for node in nodes(found)):
        return float(evaluate_tree(found, np.zeros(1), _AS_CORE)[0])
    return found if safe is None or safe(found) else _Guarded(taken).of(tree)


def _cuts(tree: Any, *, branches: bool) -> Iterator[float]:
    """Yield the times at which a case ends."""
    for node in nodes(tree):
        if node.op == "<" and node.args[0] is TIME:
            yield node.args[1]
        if branches and node.op == "gather" and 1 < len(node.args[0]) <= _MOST_LOOKED_UP:
            index = bare(node.args[1])
            if isinstance(index, TreeNode) and index.op == "count" and index.args[1] is TIME:
                yield from (math.ceil(edge) for edge in index.args[0])


def _shared(tree: Any) -> Any:
    """Return a tree in which equal nodes are one."""
    known: dict[tuple[Any, ...], TreeNode] = {}
    found: dict[int, TreeNode] = {}
    for node in nodes(tree):
        parts = tuple(found.get(id(part), part) for part in node.args)
        key = (node.op, node.name, *(id(part) if isinstance(part, TreeNode) else part for part in parts))
        found[id(node)] = known.setdefault(key, like(node, *parts))
    return found.get(id(tree), tree)


class _Simplifier:
    """Rebuilds trees for times between two, from the operands up.

    ``known`` are the ranges of values that do not follow from the time, in one case.
    """

    def __init__(self, taken: tuple[float, float], known: tuple[tuple[Any, Range], ...] = ()) -> None:
        self._taken, self._known = taken, known
        self._bounded = Ranges(*taken, known)
        self._found: dict[int, tuple[TreeNode, Any]] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return value
        if id(value) not in self._found:
            self._found[id(value)] = value, self._rebuilt(value)
        return self._found[id(value)][1]

    def _rebuilt(self, node: TreeNode) -> Any:
        if node.op == "where":
            return self._case(*node.args)
        parts = tuple(self.of(part) for part in node.args)
        if node.op in OPERATIONS:
            return self._arithmetic(node, *parts)
        if node.op in self._rules:
            return self._rules[node.op](self, node, *parts)
        return call(node.op, *parts) if node.op in _FOLDED and all(map(is_number, parts)) else like(node, *parts)

    def _arithmetic(self, node: TreeNode, x: Any, y: Any) -> Any:
        found = combined(node, x, y)
        return self._rest(found, *found.args) if isinstance(found, TreeNode) and found.op == "mod" else found

    def _named(self, node: TreeNode, value: Any) -> Any:
        return value if not isinstance(value, TreeNode) or value.op in ("name", "named") else like(node, value)

    # --- Cases

    def _case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        decided = self._decided(condition)
        if isinstance(decided, bool):
            return self.of(then if decided else otherwise)
        if decided.op == ">=" and decided.args[0] is TIME:
            decided, then, otherwise = TreeNode("<", decided.args), otherwise, then
        then, otherwise = self._inside(decided, then), self._inside(decided, otherwise, holds=False)
        return then if same(then, otherwise) else TreeNode("where", (decided, then, otherwise))

    def _inside(self, condition: TreeNode, value: Any, *, holds: bool = True) -> Any:
        """Return one side of a case that the time does not decide, given its condition."""
        x, edge = condition.args
        if x is TIME or not is_number(edge) or condition.op not in ("<", ">="):
            return self.of(value)
        bounds = self._bounded.of(x)
        under = math.nextafter(edge, -math.inf)
        below = Range(bounds.low, min(bounds.high, under)), Range(max(bounds.low, edge), bounds.high)
        known = (bare(x), below[0 if holds == (condition.op == "<") else 1])
        return _Simplifier(self._taken, (known, *self._known)).of(value)

    def _decided(self, condition: Any) -> Any:
        """Return True or False if a condition is constant, otherwise a condition on the time if it depends on it."""
        if not isinstance(condition, TreeNode):
            return bool(condition)
        op, (x, y) = condition.op, map(self.of, condition.args)
        if is_number(x) and is_number(y):
            return bool(evaluate_tree(TreeNode(op, (x, y)), np.zeros(1), _AS_CORE)[0])
        if is_number(x):
            op, x, y = _MIRRORED[op], y, x
        if not is_number(y) or not rises(x):
            return self._bounded_decision(op, x, y)
        first = self._first(x, y if op in ("<", ">=") else math.nextafter(y, math.inf))
        low, high = self._taken
        below = True if high < first else False if low >= first else TreeNode("<", (TIME, first))
        if op in ("<", "<="):
            return below
        return not below if isinstance(below, bool) else TreeNode(">=", (TIME, first))

    def _bounded_decision(self, op: str, x: Any, y: Any) -> Any:
        """Return True or False if the ranges of both sides decide a condition."""
        a, b = self._bounded.of(x), self._bounded.of(y)
        if op in ("<", ">=") and (a.high < b.low or a.low >= b.high):
            return (a.high < b.low) == (op == "<")
        return TreeNode(op, (x, y))

    def _first(self, x: Any, edge: float) -> float:
        """Return the first whole time up to the last at which a rising value is at the edge, infinite if there is none.

        Computed as by the core, which decides the start of a case.
        """
        if x is TIME:
            return float(math.ceil(edge)) if math.isfinite(edge) else edge
        low, high = self._taken[0] - 1.0, self._taken[1] + 1.0
        while high - low > 1.0:
            middle = math.floor((low + high) / 2.0)
            low, high = (low, middle) if self._value(x, middle) >= edge else (middle, high)
        return high if high <= self._taken[1] else math.inf

    @staticmethod
    def _value(x: Any, time: float) -> float:
        return float(evaluate_tree(x, np.array([float(time)]), _AS_CORE)[0])

    def _at_both_ends(self, x: Any) -> float | None:
        """Return the common value of a rising tree at the first and the last time, None if they differ."""
        first, last = (self._value(x, time) for time in self._taken)
        return first if first == last else None

    def _smaller(self, node: TreeNode, x: Any, y: Any) -> Any:
        a, b = self._bounded.of(x), self._bounded.of(y)
        return x if a.high <= b.low else y if b.high <= a.low else like(node, x, y)

    def _larger(self, node: TreeNode, x: Any, y: Any) -> Any:
        a, b = self._bounded.of(x), self._bounded.of(y)
        return x if a.low >= b.high else y if b.low >= a.high else like(node, x, y)

    # --- Cycles and tables

    def _cycles(self, node: TreeNode, x: Any, length: float) -> Any:
        if is_number(x):
            return call("cycles", x, length)
        if length == 1.0 and is_whole(x):
            return x
        found = like(node, x, length)
        index = self._at_both_ends(found) if rises(x) else None
        return found if index is None else index

    def _rest(self, node: TreeNode, x: Any, length: float) -> Any:
        whole = rises(x) and self._at_both_ends(TreeNode("cycles", (x, length))) == 0.0
        return x if whole else like(node, x, length)

    def _count(self, node: TreeNode, edges: tuple[float, ...], x: Any) -> Any:
        if is_number(x):
            return float(sum(edge <= x for edge in edges))
        found = like(node, edges, x)
        if not rises(x):
            return found
        if (count := self._at_both_ends(found)) is not None:
            return count
        if x is TIME:
            return found
        firsts = (self._first(x, edge) for edge in edges)
        return TreeNode("count", (tuple(filter(math.isfinite, firsts)), TIME), node.name)

    def _gather(self, node: TreeNode, values: tuple[float, ...], index: Any) -> Any:
        return values[int(index)] if is_number(index) else like(node, values, index)

    _rules: ClassVar[dict[str, Callable[..., Any]]] = {
        "named": _named,
        "minimum": _smaller,
        "maximum": _larger,
        "cycles": _cycles,
        "mod": _rest,
        "count": _count,
        "gather": _gather,
    }


class _Guarded(_Simplifier):
    """Rebuilds trees whose cases are all computed at all times: only what has no effect at any time is removed."""

    def __init__(self, taken: tuple[float, float]) -> None:
        super().__init__(taken)
        self._bounded = Ranges(0.0, math.inf)

    def _inside(self, condition: TreeNode, value: Any, *, holds: bool = True) -> Any:
        del condition, holds
        return self.of(value)


def cases_first(tree: Any, *, most: int = _MOST_CASES) -> Any:
    """Return a tree of which no case lies inside an operation, but all around it; with more than ``most``, itself."""
    if not isinstance(tree, TreeNode):
        return tree
    if tree.op == "where":
        condition, *branches = tree.args
        return like(tree, condition, *(cases_first(branch, most=most) for branch in branches))
    conditions = [node.args[0] for node in nodes(tree) if node.op == "where"]
    if not conditions or most < 1:
        return tree
    condition = max(conditions, key=lambda one: sum(same(one, other) for other in conditions))
    decided = (_decided(tree, condition, holds=holds) for holds in (True, False))
    return TreeNode("where", (condition, *(cases_first(branch, most=most // 2) for branch in decided)))


def _decided(tree: Any, condition: TreeNode, *, holds: bool) -> Any:
    """Return a tree under a condition or its opposite; parts that do not depend on it are unchanged."""
    found: dict[int, Any] = {}
    for node in nodes(tree):
        parts = [found.get(id(part), part) for part in node.args]
        chosen = node.op == "where" and same(node.args[0], condition)
        found[id(node)] = parts[1 if holds else 2] if chosen else like(node, *parts)
    return found.get(id(tree), tree)


def divided(tree: Any, by: float) -> Any:
    """Return a tree of values divided by a number above 0, by dividing its constants if that is equal."""
    found: dict[int, Any] = {}

    def of(value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return float(f"{value / by:.15g}")  # without the rounding of the quotient
        if id(value) not in found:
            found[id(value)] = rules.get(value.op, whole)(value)
        return found[id(value)]

    def each(node: TreeNode) -> Any:
        return TreeNode(node.op, tuple(map(of, node.args)), node.name)

    def branches(node: TreeNode) -> Any:
        return TreeNode("where", (node.args[0], *map(of, node.args[1:])))

    def table(node: TreeNode) -> Any:
        return TreeNode("gather", (tuple(map(of, node.args[0])), node.args[1]), node.name)

    def product(node: TreeNode) -> Any:
        x, y = node.args
        x, y = (x, of(y)) if is_number(y) else (of(x), y)
        return y if is_number(x, 1.0) else TreeNode("*", (x, y))

    def quotient(node: TreeNode) -> Any:
        return TreeNode("/", (of(node.args[0]), node.args[1]))

    def whole(node: TreeNode) -> Any:
        return TreeNode("/", (node, by))

    rules: dict[str, Callable[[TreeNode], Any]] = {
        **dict.fromkeys(("named", "minimum", "maximum", "+", "-"), each),
        "where": branches,
        "gather": table,
        "*": product,
        "/": quotient,
    }
    return of(tree)
