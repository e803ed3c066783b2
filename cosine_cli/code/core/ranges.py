"""Interval arithmetic on trees: the bounds of each node over an interval of time."""

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
_ROUNDING = 1.0 + 2.0**-48


class Ranges:
    """The bounds of nodes for times from ``low`` to ``high``; those of some values are ``known``."""

    def __init__(self, low: float, high: float, known: Sequence[tuple[Any, Range]] = ()) -> None:
        self._time = Range(low, high)
        self._known = known
        self._ranges: dict[int, tuple[TreeNode, Range]] = {}  # a node must outlive its id

    def of(self, value: Any) -> Range:
        """Return the bounds of a node, or of a number."""
        if not isinstance(value, TreeNode):
            return Range(value, value)
        if id(value) not in self._ranges:
            self._ranges[id(value)] = value, self._computed(value)
        return self._ranges[id(value)][1]

    def _computed(self, node: TreeNode) -> Range:
        if node.op == "name":
            return self._time
        if known := next((bounds for value, bounds in self._known if same(value, node)), None):
            return known
        if node.op == "/" and self._is_elapsed_share(*node.args):
            return Range(0.0, 1.0)
        if node.op not in _BY_OPERATION:
            return _ANY
        skipped = _NON_VALUE_OPERANDS.get(node.op, 0)
        result = _BY_OPERATION[node.op](*node.args[:skipped], *map(self.of, node.args[skipped:]))
        return _ANY if math.isnan(result.low) or math.isnan(result.high) else result

    def _is_elapsed_share(self, elapsed: Any, length: Any) -> bool:
        """Return whether a quotient is the elapsed share of one of several consecutive intervals."""
        if not isinstance(elapsed, TreeNode) or elapsed.op != "-" or elapsed.args[0] is not TIME:
            return False
        start = elapsed.args[1]
        if not all(isinstance(part, TreeNode) and part.op == "gather" for part in (start, length)):
            return False
        index, starts = bare(start.args[1]), start.args[0]
        expected_index = TreeNode("-", (TreeNode("count", (starts, TIME)), 1.0))
        if not same(index, expected_index) or not same(length.args[1], expected_index):
            return False
        ends = (*starts[1:], self._time.high)
        return all(b - a <= duration * _ROUNDING for a, b, duration in zip(starts, ends, length.args[0], strict=False))


def _hull(values: Sequence[float]) -> Range:
    return _ANY if any(map(math.isnan, values)) else Range(min(values), max(values))


def _corners(operation: Callable[[float, float], float]) -> Callable[[Range, Range], Range]:
    def rule(x: Range, y: Range) -> Range:
        try:
            return _hull([operation(a, b) for a in x for b in y])
        except ArithmeticError:
            return _ANY

    return rule


def _quotient(x: Range, y: Range) -> Range:
    return _ANY if y.low <= 0.0 <= y.high else _corners(lambda a, b: a / b)(x, y)


def _power(x: Range, y: Range) -> Range:
    return _corners(lambda a, b: a**b)(x, y) if x.low > 0.0 or (x.low == 0.0 and y.low > 0.0) else _ANY


def _floor(value: float) -> float:
    return math.floor(value) if math.isfinite(value) else value


def _cycles(x: Range, length: Range) -> Range:
    return Range(_floor(x.low / length.low) - 1.0, _floor(x.high / length.low) + 1.0)


def _mod(x: Range, length: Range) -> Range:
    return Range(0.0, min(x.high, length.high)) if x.low >= 0.0 else Range(0.0, length.high)


def _monotonic(function: Callable[[float], float]) -> Callable[[Range], Range]:
    def rule(x: Range) -> Range:
        try:
            return Range(function(x.low), function(x.high))
        except (ArithmeticError, ValueError):
            return _ANY

    return rule


_NON_VALUE_OPERANDS = {"where": 1, "count": 1, "gather": 1}
"""The number of leading operands that are not values."""

_BY_OPERATION: dict[str, Callable[..., Range]] = {
    "named": lambda x: x,
    "where": lambda _, x, y: _hull(x + y),
    "gather": lambda values, _: _hull(values),
    "count": lambda edges, _: Range(0.0, float(len(edges))),
    "+": _corners(lambda a, b: a + b),
    "-": _corners(lambda a, b: a - b),
    "*": _corners(lambda a, b: a * b),
    "/": _quotient,
    "**": _power,
    "minimum": lambda x, y: Range(min(x.low, y.low), min(x.high, y.high)),
    "maximum": lambda x, y: Range(max(x.low, y.low), max(x.high, y.high)),
    "cycles": _cycles,
    "mod": _mod,
    "floor": _monotonic(_floor),
    "sqrt": _monotonic(math.sqrt),
    "exp": _monotonic(math.exp),
    "log": _monotonic(math.log),
    "tanh": _monotonic(math.tanh),
    "sin": lambda _: Range(-1.0, 1.0),
    "cos": lambda _: Range(-1.0, 1.0),
}
