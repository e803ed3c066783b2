"""The last of a tree before it is text: its cycles in a language's arithmetic, its terms in the order people write."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar, Literal, NamedTuple

from cosine_cli.code.core.algebra import is_whole, like
from cosine_cli.code.core.symbols import TreeNode, bare, is_number, uses

Cycles = Literal["quotient", "floor", "scaled", "starts", "ruled"]
"""How whole cycles are counted.

- ``quotient``: ``t // 2.5``, which misses boundaries if the length is not a binary fraction.
- ``floor``: ``floor(t / 1.1)``, which misses some.
- ``scaled``: ``10 * t // 11``, in whole numbers.
- ``starts``: by a search among the starts of all cycles.
- ``ruled``: by the core's own rule, that the rounded product of length and number decides.
"""

MOST_STARTS = 10_000
"""How many starts of cycles are searched."""

_MOST_PARTS = 1000
"""The largest denominator of a length that is counted in whole numbers."""

_ROUNDED = 2.0**-50
_LARGEST_EXPONENT = 700.0
"""What ``exp`` takes without an overflow."""

_LINES_OF_THEIR_OWN = ("minimum", "maximum", "where", "gather", "count")
"""Values that keep a name though they are used once."""


class Spelling(NamedTuple):
    """How a tree is spelled.

    - ``cycles``: how whole cycles are counted.
    - ``float32``: whether the language computes in 32-bit floats.
    - ``by_e``: powers of constants as exponentials, whose exponent keeps its digits in 32 bits.
    - ``capped``: growing powers kept from an overflow.
    - ``named``: values named by the formula keep their names even if used once.
    """

    cycles: Cycles
    float32: bool = False
    by_e: bool = False
    capped: bool = False
    named: bool = False


def spelled(tree: Any, last: float, spelling: Spelling) -> Any:
    """Return a tree, whose time is at most ``last``, in the operations that languages have."""
    return _Speller(spelling, last, uses(tree)).of(tree)


def as_fraction(length: float) -> Fraction | None:
    """Return a length as a fraction of small whole numbers, None if it is not one up to rounding.

    >>> as_fraction(1.1), as_fraction(math.pi)
    (Fraction(11, 10), None)
    """
    if not math.isfinite(length) or length > 1 / _ROUNDED:
        return None
    found = Fraction(length).limit_denominator(_MOST_PARTS)
    return found if abs(float(found) - length) <= _ROUNDED * length else None


def is_binary(length: float) -> bool:
    """Return whether a length is a small binary fraction, whose multiples are exact."""
    return (parts := as_fraction(length)) is not None and parts.denominator & (parts.denominator - 1) == 0


class _Speller:
    """Rewrites trees from the operands up."""

    def __init__(self, spelling: Spelling, last: float, used: dict[int, int]) -> None:
        self._spelling = spelling
        self._last = last
        self._used = used
        self._found: dict[int, tuple[TreeNode, Any]] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return value
        if id(value) not in self._found:
            self._found[id(value)] = value, self._spelled(value)
        return self._found[id(value)][1]

    def _spelled(self, node: TreeNode) -> Any:
        if node.op in self._own and (found := self._own[node.op](self, node)) is not None:
            return found
        parts = tuple(self.of(part) for part in node.args)
        return _RULES[node.op](*parts) if node.op in _RULES else like(node, *parts)

    def _named(self, node: TreeNode) -> Any:
        inside = self.of(node.args[0])
        own_line = (
            isinstance(inside, TreeNode) and inside.op in _LINES_OF_THEIR_OWN and not is_number(inside.args[0], 0.0)
        )
        named = self._spelling.named and node.name != "local"  # part of a value with a better name
        return (
            TreeNode("named", (inside,), node.name) if own_line or named or self._used.get(id(node), 0) > 1 else inside
        )

    def _left(self, node: TreeNode) -> Any:
        """Return the rest of a share as its maximum with 0, if the share has no other use."""
        one, passed = node.args
        inside = bare(passed)
        if not is_number(one, 1.0) or not isinstance(inside, TreeNode) or inside.op != "minimum":
            return None
        shares = [part for part in inside.args if not is_number(part, 1.0)]
        if len(shares) != 1 or max(self._used.get(id(part), 0) for part in (passed, inside)) > 1:
            return None
        return TreeNode("maximum", (0.0, TreeNode("-", (1.0, self.of(shares[0])))))

    # --- Cycles

    def _cycle(self, node: TreeNode) -> Any:
        return self._whole_cycles(self.of(node.args[0]), node.args[1])

    def _whole_cycles(self, x: Any, length: float) -> Any:
        way, parts = self._way(x, length)
        if way == "scaled":
            return TreeNode("//", (_times(parts.denominator, x), float(parts.numerator)))
        if way == "floor":
            return TreeNode("floor", (TreeNode("/", (x, length)),))
        return {"starts": self._searched, "ruled": _ruled}.get(way, _quotient_of)(x, length)

    def _way(self, x: Any, length: float) -> tuple[Cycles, Fraction]:
        """Return how cycles of a length are counted, and the length as a fraction of whole numbers."""
        parts, cycles = as_fraction(length), self._spelling.cycles
        if is_binary(length) or (cycles == "scaled" and (parts is None or not is_whole(x))):
            return "quotient", Fraction(1)
        return cycles, parts or Fraction(1)

    def _searched(self, x: Any, length: float) -> Any:
        """Return the number of the cycle by a search: among whole numbers if 32 bits round the starts."""
        starts = [index * length for index in range(math.ceil(self._last / length) + 1)]
        starts = [float(math.ceil(start)) for start in starts] if self._spelling.float32 else starts
        return TreeNode("named", (TreeNode("-", (TreeNode("count", (tuple(starts), x), "starts"), 1.0)),), "cycle")

    def _mod(self, node: TreeNode) -> Any:
        return self._rest(self.of(node.args[0]), node.args[1])

    def _rest(self, x: Any, length: float) -> Any:
        way, parts = self._way(x, length)
        if way == "quotient":
            return TreeNode("%", (x, length))
        if way == "floor":
            return TreeNode("*", (TreeNode("%", (TreeNode("/", (x, length)), 1.0)), length))
        if way == "scaled" or (way == "starts" and self._in_parts(x, length)):
            return TreeNode("/", (self._passed(x, length), float(parts.denominator)))
        return TreeNode("-", (x, TreeNode("*", (self._whole_cycles(x, length), length))))

    def _share(self, node: TreeNode) -> Any:
        """Return the share of a cycle that has passed, if the tree is one."""
        x, length = node.args
        inside = bare(x)
        shared = isinstance(inside, TreeNode) and inside.op == "mod" and inside.args[1] == length
        if not shared or self._used.get(id(x), 0) > 1:
            return None
        time = self.of(inside.args[0])
        way, parts = self._way(time, length)
        if way == "floor":
            return TreeNode("%", (TreeNode("/", (time, length)), 1.0))
        if way == "scaled" or (way == "starts" and self._in_parts(time, length)):
            return TreeNode("/", (self._passed(time, length), float(parts.numerator)))
        return None

    def _in_parts(self, x: Any, length: float) -> bool:
        """Return whether the time in a cycle is counted in parts of a step, which 32 bits do not round."""
        return self._spelling.float32 and is_whole(x) and as_fraction(length) is not None

    def _passed(self, x: Any, length: float) -> Any:
        """Return the time in a cycle, in parts of a step."""
        way, parts = self._way(x, length)
        time, numerator = _times(parts.denominator, x), float(parts.numerator)
        if way == "scaled":
            return TreeNode("%", (time, numerator))
        return TreeNode("-", (time, TreeNode("*", (numerator, self._whole_cycles(x, length)))))

    # --- Powers

    def _power(self, node: TreeNode) -> Any:
        base, exponent = node.args[0], self.of(node.args[1])
        if not is_number(base):
            return None
        steep = math.log(base) if base > 0.0 else 0.0
        if self._spelling.by_e and steep:
            return TreeNode("exp", (_exponent(steep, exponent),))
        if self._spelling.capped and steep > 0.0:
            exponent = TreeNode("minimum", (exponent, math.floor(_LARGEST_EXPONENT / steep * 2**10) / 2**10))
        return TreeNode("**", (base, exponent))

    _own: ClassVar[dict[str, Callable[..., Any]]] = {
        "named": _named,
        "cycles": _cycle,
        "mod": _mod,
        "/": _share,
        "-": _left,
        "**": _power,
    }


def _quotient_of(x: Any, length: float) -> Any:
    return TreeNode("//", (x, length))


def _ruled(x: Any, length: float) -> Any:
    whole = TreeNode("named", (TreeNode("floor", (TreeNode("/", (x, length)),)),), "whole")
    after = TreeNode("<=", (TreeNode("*", (TreeNode("+", (whole, 1.0)), length)), x))
    cycle = TreeNode("named", (TreeNode("+", (whole, after)),), "cycle")
    return TreeNode("-", (cycle, TreeNode(">", (TreeNode("*", (cycle, length)), x))))


def _exponent(steep: float, exponent: Any) -> Any:
    inside = bare(exponent)
    if isinstance(inside, TreeNode) and inside.op == "/" and is_number(inside.args[1]):
        return _quotient(inside.args[0], inside.args[1] / steep)
    return _quotient(exponent, 1.0 / steep)


def _times(factor: int, x: Any) -> Any:
    return x if factor == 1 else TreeNode("*", (float(factor), x))


def _product(x: Any, y: Any) -> Any:
    if is_number(x, 1.0) or is_number(y, 1.0):
        return y if is_number(x, 1.0) else x
    if isinstance(y, TreeNode) and y.op in ("*", "/"):
        return TreeNode(y.op, (_product(x, y.args[0]), y.args[1]))
    return TreeNode("*", (x, y))


def _quotient(x: Any, y: Any) -> Any:
    if is_number(y) and y < 0.0:
        return TreeNode("/", (_negative(x), -y))
    return TreeNode("/", (x, y))


def _difference(x: Any, y: Any) -> Any:
    if is_number(x, 0.0):
        return _negative(y)
    return TreeNode("+", (x, -y)) if is_number(y) and y < 0.0 and not is_number(x) else TreeNode("-", (x, y))


def _sum(x: Any, y: Any) -> Any:
    if is_number(y) and y < 0.0:
        return TreeNode("-", (x, -y))
    return TreeNode("-", (x, y.args[0])) if isinstance(y, TreeNode) and y.op == "neg" else TreeNode("+", (x, y))


def _negative(x: Any) -> Any:
    return -x if is_number(x) else TreeNode("neg", (x,))


_RULES: dict[str, Callable[[Any, Any], Any]] = {"*": _product, "/": _quotient, "-": _difference, "+": _sum}
