"""Formulas as trees: what a schedule's formula becomes when it is given a symbol in the place of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Node:
    """One operation and what it is done to; numbers among ``args`` are constants.

    Nodes are told apart by identity: one that is used twice is one node.
    """

    op: str
    args: tuple[Any, ...] = ()
    name: str = ""

    def __add__(self, other: Any) -> Any:
        return self if _is(other, 0.0) else Node("+", (self, other))

    def __radd__(self, other: Any) -> Any:
        return self if _is(other, 0.0) else Node("+", (other, self))

    def __sub__(self, other: Any) -> Any:
        return self if _is(other, 0.0) else Node("-", (self, other))

    def __rsub__(self, other: Any) -> Any:
        return Node("-", (other, self))

    def __mul__(self, other: Any) -> Any:
        return self if _is(other, 1.0) else Node("*", (self, other))

    def __rmul__(self, other: Any) -> Any:
        return self if _is(other, 1.0) else Node("*", (other, self))

    def __truediv__(self, other: Any) -> Any:
        return self if _is(other, 1.0) else Node("/", (self, other))

    def __rtruediv__(self, other: Any) -> Any:
        return Node("/", (other, self))

    def __pow__(self, other: Any) -> Any:
        return self if _is(other, 1.0) else Node("**", (self, other))

    def __rpow__(self, other: Any) -> Any:
        return Node("**", (other, self))

    def __neg__(self) -> Node:
        return Node("-", (0.0, self))

    def __lt__(self, other: Any) -> Node:
        return Node("<", (self, other))

    def __le__(self, other: Any) -> Node:
        return Node("<=", (self, other))

    def __gt__(self, other: Any) -> Node:
        return Node(">", (self, other))

    def __ge__(self, other: Any) -> Node:
        return Node(">=", (self, other))


TIME = Node("name", name="t")
"""The time, in updates."""


def _is(value: Any, number: float) -> bool:
    return isinstance(value, int | float) and value == number


def call(function: str, *args: Any) -> Any:
    """Return a call of a function."""
    return Node(function, args)


class Symbolic:
    """The operations of formulas, as nodes."""

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller of two."""
        return call("minimum", x, y)

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger of two."""
        return call("maximum", x, y)

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        """Return ``x`` where the condition holds, else ``y``."""
        return call("where", condition, x, y)

    def floor(self, x: Any) -> Any:
        """Return the whole number at or below ``x``."""
        return call("floor", x)

    def sqrt(self, x: Any) -> Any:
        """Return the square root."""
        return call("sqrt", x)

    def exp(self, x: Any) -> Any:
        """Return the exponential."""
        return call("exp", x)

    def sin(self, x: Any) -> Any:
        """Return the sine."""
        return call("sin", x)

    def cos(self, x: Any) -> Any:
        """Return the cosine."""
        return call("cos", x)

    def tanh(self, x: Any) -> Any:
        """Return the hyperbolic tangent."""
        return call("tanh", x)

    def cycles(self, t: Any, length: float) -> Any:
        """Return how many whole cycles of ``length`` lie before ``t``."""
        return call("//", t, length)

    def count(self, edges: Sequence[float], t: Any) -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        return call("count", tuple(edges), t)

    def take(self, values: Sequence[float], index: Any) -> Any:
        """Return the value at each index."""
        return call("take", tuple(values), index)

    def mix(self, high: Any, low: Any, s: Any) -> Any:
        """Return what lies the share ``s`` of the way from ``low`` up to ``high``."""
        if _is(low, 0.0):
            return high * s
        return low + Node("-", (high, low)) * s

    def let(self, name: str, x: Any) -> Any:
        """Return ``x`` under a name."""
        return Node("let", (x,), name) if isinstance(x, Node) else x
