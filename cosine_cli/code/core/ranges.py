"""Between which values the nodes of a tree lie, while the time lies between two."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cosine_cli.code.core.algebra import same
from cosine_cli.code.core.symbols import TIME, TreeNode, bare


class Range(NamedTuple):
    """The lowest and the highest value."""

    low: float
    high: float


_ANY = Range(-math.inf, math.inf)
_ROUNDED = 1.0 + 2.0**-48


class Ranges:
    """The bounds of nodes for times from ``low`` to ``high``; those of some values are ``known``."""

    def __init__(self, low: float, high: float, known: Sequence[tuple[Any, Range]] = ()) -> None:
        self._time = Range(low, high)
        self._known = known
        self._found: dict[int, tuple[TreeNode, Range]] = {}  # a node must outlive its id

    def of(self, value: Any) -> Range:
        """Return the bounds of a node, or of a number."""
        if not isinstance(value, TreeNode):
            return Range(value, value)
        if id(value) not in self._found:
            self._found[id(value)] = value, self._computed(value)
        return self._found[id(value)][1]

    def _computed(self, node: TreeNode) -> Range:
        if node.op == "name":
            return self._time
        if known := next((bounds for value, bounds in self._known if same(value, node)), None):
            return known
        if node.op == "/" and self._is_share_of_row(*node.args):
            return Range(0.0, 1.0)
        if node.op not in _RULES:
            return _ANY
        skipped = _SKIPPED.get(node.op, 0)
        found = _RULES[node.op](*node.args[:skipped], *map(self.of, node.args[skipped:]))
        return _ANY if math.isnan(found.low) or math.isnan(found.high) else found

    def _is_share_of_row(self, passed: Any, length: Any) -> bool:
        """Return whether a quotient is the elapsed share of one of several consecutive intervals."""
        if not isinstance(passed, TreeNode) or passed.op != "-" or passed.args[0] is not TIME:
            return False
        start = passed.args[1]
        if not all(isinstance(part, TreeNode) and part.op == "gather" for part in (start, length)):
            return False
        index, starts = bare(start.args[1]), start.args[0]
        searched = TreeNode("-", (TreeNode("count", (starts, TIME)), 1.0))
        if not same(index, searched) or not same(length.args[1], searched):
            return False
        ends = (*starts[1:], self._time.high)
        return all(b - a <= lasts * _ROUNDED for a, b, lasts in zip(starts, ends, length.args[0], strict=False))


def _of(values: Sequence[float]) -> Range:
    return _ANY if any(map(math.isnan, values)) else Range(min(values), max(values))


def _corners(operation: Callable[[float, float], float]) -> Callable[[Range, Range], Range]:
    def rule(x: Range, y: Range) -> Range:
        try:
            return _of([operation(a, b) for a in x for b in y])
        except ArithmeticError:
            return _ANY

    return rule


def _quotient(x: Range, y: Range) -> Range:
    return _ANY if y.low <= 0.0 <= y.high else _corners(lambda a, b: a / b)(x, y)


def _power(x: Range, y: Range) -> Range:
    return _corners(lambda a, b: a**b)(x, y) if x.low > 0.0 or (x.low == 0.0 and y.low > 0.0) else _ANY


def _floor(value: float) -> float:
    return math.floor(value) if math.isfinite(value) else value


def _whole(x: Range, length: Range) -> Range:
    return Range(_floor(x.low / length.low) - 1.0, _floor(x.high / length.low) + 1.0)


def _rest(x: Range, length: Range) -> Range:
    return Range(0.0, min(x.high, length.high)) if x.low >= 0.0 else Range(0.0, length.high)


def _rising(function: Callable[[float], float]) -> Callable[[Range], Range]:
    def rule(x: Range) -> Range:
        try:
            return Range(function(x.low), function(x.high))
        except (ArithmeticError, ValueError):
            return _ANY

    return rule


_SKIPPED = {"where": 1, "count": 1, "gather": 1}
"""Operands that are no values."""

_RULES: dict[str, Callable[..., Range]] = {
    "named": lambda x: x,
    "where": lambda _, x, y: _of(x + y),
    "gather": lambda values, _: _of(values),
    "count": lambda edges, _: Range(0.0, float(len(edges))),
    "+": _corners(lambda a, b: a + b),
    "-": _corners(lambda a, b: a - b),
    "*": _corners(lambda a, b: a * b),
    "/": _quotient,
    "**": _power,
    "minimum": lambda x, y: Range(min(x.low, y.low), min(x.high, y.high)),
    "maximum": lambda x, y: Range(max(x.low, y.low), max(x.high, y.high)),
    "cycles": _whole,
    "mod": _rest,
    "floor": _rising(_floor),
    "sqrt": _rising(math.sqrt),
    "exp": _rising(math.exp),
    "tanh": _rising(math.tanh),
    "sin": lambda _: Range(-1.0, 1.0),
    "cos": lambda _: Range(-1.0, 1.0),
}
