"""Formulas as trees: the result of a schedule's formula for a symbol instead of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cosine_cli.schedules.core.ops import NUMPY


@dataclass(frozen=True, eq=False)
class TreeNode:
    """One operation and its operands; numbers among ``args`` are constants.

    Nodes are compared by identity: one that is used twice is one node.
    """

    op: str
    args: tuple[Any, ...] = ()
    name: str = ""

    def __add__(self, other: Any) -> Any:
        return self if is_number(other, 0.0) else TreeNode("+", (self, other))

    def __radd__(self, other: Any) -> Any:
        return self if is_number(other, 0.0) else TreeNode("+", (other, self))

    def __sub__(self, other: Any) -> Any:
        return self if is_number(other, 0.0) else TreeNode("-", (self, other))

    def __rsub__(self, other: Any) -> Any:
        return TreeNode("-", (other, self))

    def __mul__(self, other: Any) -> Any:
        return self if is_number(other, 1.0) else TreeNode("*", (self, other))

    def __rmul__(self, other: Any) -> Any:
        return self if is_number(other, 1.0) else TreeNode("*", (other, self))

    def __truediv__(self, other: Any) -> Any:
        return self if is_number(other, 1.0) else TreeNode("/", (self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return TreeNode("/", (other, self))

    def __pow__(self, other: Any) -> Any:
        return self if is_number(other, 1.0) else TreeNode("**", (self, other))

    def __rpow__(self, other: Any) -> Any:
        return TreeNode("**", (other, self))

    def __neg__(self) -> TreeNode:
        return TreeNode("-", (0.0, self))

    def __lt__(self, other: Any) -> TreeNode:
        return TreeNode("<", (self, other))

    def __le__(self, other: Any) -> TreeNode:
        return TreeNode("<=", (self, other))

    def __gt__(self, other: Any) -> TreeNode:
        return TreeNode(">", (self, other))

    def __ge__(self, other: Any) -> TreeNode:
        return TreeNode(">=", (self, other))


SPAN = "span"
"""The name of a difference of two rates, which is written as one though both are numbers."""

TIME = TreeNode("name", name="t")
"""The time, in calls: a whole number of at least 0."""


def is_number(value: Any, number: float | None = None) -> bool:
    """Return whether a value is a number, or this number."""
    return isinstance(value, int | float) and (number is None or value == number)


def bare(value: Any) -> Any:
    """Return a value without its name."""
    return bare(value.args[0]) if isinstance(value, TreeNode) and value.op == "named" else value


def nodes(tree: Any) -> Iterator[TreeNode]:
    """Yield every node of a tree once, its operands first."""
    seen: set[int] = set()

    def walk(value: Any) -> Iterator[TreeNode]:
        if isinstance(value, TreeNode) and id(value) not in seen:
            seen.add(id(value))
            for part in value.args:
                yield from walk(part)
            yield value

    return walk(tree)


def uses(tree: Any) -> dict[int, int]:
    """Return how often each node of a tree is an operand."""
    counted: dict[int, int] = {}
    for node in nodes(tree):
        for part in node.args:
            if isinstance(part, TreeNode):
                counted[id(part)] = counted.get(id(part), 0) + 1
    return counted


def call(op: str, *args: Any) -> Any:
    """Return a call of a function: its value if all arguments are numbers."""
    if all(map(is_number, args)):
        with np.errstate(all="ignore"):
            return float(getattr(NUMPY, op)(*args))
    return TreeNode(op, args)


class Symbolic:
    """The operations of formulas, as nodes.

    ``plain`` selects one of two formulas if a schedule has two; ``chose`` is whether it has.
    """

    def __init__(self, *, plain: bool = True) -> None:
        self.plain = plain
        self.chose = False

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller of two."""
        return call("minimum", x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger of two."""
        return call("maximum", x, y)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        """Return ``x`` where the condition holds, else ``y``."""
        if not isinstance(condition, TreeNode):
            return x if condition else y
        return TreeNode("where", (condition, x, y))

    def floor(self, x: Any) -> Any:
        """Return the whole number at or below ``x``."""
        return call("floor", x)

    def sqrt(self, x: Any) -> Any:
        """Return the square root."""
        return call("sqrt", x)

    def exp(self, x: Any) -> Any:
        """Return the exponential."""
        return call("exp", x)

    def log(self, x: Any) -> Any:
        """Return the natural logarithm."""
        return call("log", x)

    def sin(self, x: Any) -> Any:
        """Return the sine."""
        return call("sin", x)

    def cos(self, x: Any) -> Any:
        """Return the cosine."""
        return call("cos", x)

    def tanh(self, x: Any) -> Any:
        """Return the hyperbolic tangent; of a number it stays a call, which is clearer than its value."""
        return TreeNode("tanh", (x,))

    def cycles(self, t: Any, length: float) -> Any:
        """Return how many whole cycles of ``length`` lie before ``t``."""
        return call("cycles", t, length)

    def count(self, edges: Sequence[float], t: Any, name: str = "edges") -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        if is_number(t):
            return float(sum(edge <= t for edge in edges))
        return TreeNode("count", (tuple(map(float, edges)), t), name)

    def gather(self, values: Sequence[float], index: Any, name: str = "values") -> Any:
        """Return the value at each index."""
        return (
            float(values[int(index)])
            if is_number(index)
            else TreeNode("gather", (tuple(map(float, values)), index), name)
        )

    def lerp(self, high: Any, low: Any, s: Any) -> Any:
        """Return the value at the share ``s`` between ``low`` and ``high``."""
        if is_number(low, 0.0) or is_number(s, 1.0):
            return high * s
        if is_number(s, 0.0):
            return low
        if is_number(high, 0.0):
            return low * (1.0 - s)
        return low + TreeNode("-", (high, low), SPAN) * s

    def named(self, name: str, x: Any) -> Any:
        """Return ``x`` under a name."""
        return TreeNode("named", (x,), name) if isinstance(x, TreeNode) else x

    def form(self, exact: Callable[[], Any], plain: Callable[[], Any]) -> Any:
        """Return one of two formulas."""
        self.chose = True
        return plain() if self.plain else exact()
