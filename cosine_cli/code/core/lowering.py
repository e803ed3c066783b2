"""Lowering of formula trees to the operations of a target language.

Replaces counts of cycles, remainders and powers by operations of the language, and orders terms as people write them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, ClassVar, Literal, NamedTuple

from cosine_cli.code.core.algebra import is_whole, like
from cosine_cli.code.core.symbols import TreeNode, bare, is_number, uses

CycleCount = Literal["quotient", "floor", "scaled", "starts", "rounded_product"]
"""How whole cycles are counted.

- ``quotient``: ``t // 2.5``, which misses boundaries if the length is not a binary fraction.
- ``floor``: ``floor(t / 1.1)``, which misses some.
- ``scaled``: ``10 * t // 11``, in whole numbers.
- ``starts``: binary search in a table of the starts of all cycles.
- ``rounded_product``: by the core's own rule: cycle n starts at the rounded product of n and the length.
"""

MAX_SEARCHED_STARTS = 10_000
"""The largest number of starts of cycles in a table."""

_MAX_DENOMINATOR = 1000
"""The largest denominator of a length that is counted in whole numbers."""

_ROUNDING = 2.0**-50
_MAX_EXPONENT = 700.0
"""The largest argument of ``exp`` that does not overflow."""

_ALWAYS_NAMED = ("minimum", "maximum", "where", "gather", "count")
"""Operations whose results are assigned to a name even if they are used once."""


class LoweringOptions(NamedTuple):
    """Options of the lowering.

    - ``cycles``: how whole cycles are counted.
    - ``float32``: whether the language computes in 32-bit floats.
    - ``by_e``: write powers of constants with ``exp``, whose exponent keeps its digits in 32 bits.
    - ``capped``: limit the exponents of growing powers, so that they do not overflow.
    - ``named``: values named by the formula keep their names even if used once.
    """

    cycles: CycleCount
    float32: bool = False
    by_e: bool = False
    capped: bool = False
    named: bool = False


def lower(tree: Any, last: float, options: LoweringOptions) -> Any:
    """Return a tree in operations that languages have; its time is at most ``last``."""
    return _Lowering(options, last, uses(tree)).of(tree)


def as_fraction(length: float) -> Fraction | None:
    """Return a length as a fraction of small whole numbers, None if it is not one up to rounding.

    >>> as_fraction(1.1), as_fraction(math.pi)
    (Fraction(11, 10), None)
    """
    if not math.isfinite(length) or length > 1 / _ROUNDING:
        return None
    fraction = Fraction(length).limit_denominator(_MAX_DENOMINATOR)
    return fraction if abs(float(fraction) - length) <= _ROUNDING * length else None


def is_binary(length: float) -> bool:
    """Return whether a length is a small binary fraction, whose multiples are exact."""
    return (fraction := as_fraction(length)) is not None and fraction.denominator & (fraction.denominator - 1) == 0


class _Lowering:
    """Lowers the nodes of a tree, operands first."""

    def __init__(self, options: LoweringOptions, last: float, used: dict[int, int]) -> None:
        self._options = options
        self._last = last
        self._used = used
        self._lowered_nodes: dict[int, tuple[TreeNode, Any]] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return value
        if id(value) not in self._lowered_nodes:
            self._lowered_nodes[id(value)] = value, self._lowered(value)
        return self._lowered_nodes[id(value)][1]

    def _lowered(self, node: TreeNode) -> Any:
        if node.op in self._by_operation and (lowered := self._by_operation[node.op](self, node)) is not None:
            return lowered
        operands = tuple(self.of(operand) for operand in node.args)
        return _NORMALIZED[node.op](*operands) if node.op in _NORMALIZED else like(node, *operands)

    def _named_node(self, node: TreeNode) -> Any:
        inside = self.of(node.args[0])
        own_line = isinstance(inside, TreeNode) and inside.op in _ALWAYS_NAMED and not is_number(inside.args[0], 0.0)
        kept_name = self._options.named and node.name != "local"  # part of a value with a better name
        return (
            TreeNode("named", (inside,), node.name)
            if own_line or kept_name or self._used.get(id(node), 0) > 1
            else inside
        )

    def _complement(self, node: TreeNode) -> Any:
        """Return the rest of a share as its maximum with 0, if the share has no other use."""
        one, share = node.args
        inside = bare(share)
        if not is_number(one, 1.0) or not isinstance(inside, TreeNode) or inside.op != "minimum":
            return None
        shares = [part for part in inside.args if not is_number(part, 1.0)]
        if len(shares) != 1 or max(self._used.get(id(part), 0) for part in (share, inside)) > 1:
            return None
        return TreeNode("maximum", (0.0, TreeNode("-", (1.0, self.of(shares[0])))))

    # --- Cycles

    def _cycles_node(self, node: TreeNode) -> Any:
        return self._whole_cycles(self.of(node.args[0]), node.args[1])

    def _whole_cycles(self, x: Any, length: float) -> Any:
        method, fraction = self._counting_method(x, length)
        if method == "scaled":
            return TreeNode("//", (_times(fraction.denominator, x), float(fraction.numerator)))
        if method == "floor":
            return TreeNode("floor", (TreeNode("/", (x, length)),))
        return {"starts": self._count_by_search, "rounded_product": _count_by_rounded_product}.get(
            method, _count_by_quotient
        )(x, length)

    def _counting_method(self, x: Any, length: float) -> tuple[CycleCount, Fraction]:
        """Return how cycles of a length are counted, and the length as a fraction of whole numbers."""
        fraction, cycles = as_fraction(length), self._options.cycles
        if is_binary(length) or (cycles == "scaled" and (fraction is None or not is_whole(x))):
            return "quotient", Fraction(1)
        return cycles, fraction or Fraction(1)

    def _count_by_search(self, x: Any, length: float) -> Any:
        """Return the number of the cycle by a search: among whole numbers if 32 bits round the starts."""
        starts = [index * length for index in range(math.ceil(self._last / length) + 1)]
        starts = [float(math.ceil(start)) for start in starts] if self._options.float32 else starts
        return TreeNode("named", (TreeNode("-", (TreeNode("count", (tuple(starts), x), "starts"), 1.0)),), "cycle")

    def _mod_node(self, node: TreeNode) -> Any:
        return self._remainder(self.of(node.args[0]), node.args[1])

    def _remainder(self, x: Any, length: float) -> Any:
        method, fraction = self._counting_method(x, length)
        if method == "quotient":
            return TreeNode("%", (x, length))
        if method == "floor":
            return TreeNode("*", (TreeNode("%", (TreeNode("/", (x, length)), 1.0)), length))
        if method == "scaled" or (method == "starts" and self._count_is_whole(x, length)):
            return TreeNode("/", (self._time_in_cycle(x, length), float(fraction.denominator)))
        return TreeNode("-", (x, TreeNode("*", (self._whole_cycles(x, length), length))))

    def _elapsed_share(self, node: TreeNode) -> Any:
        """Return the share of a cycle that has passed, if the tree is one."""
        x, length = node.args
        inside = bare(x)
        shared = isinstance(inside, TreeNode) and inside.op == "mod" and inside.args[1] == length
        if not shared or self._used.get(id(x), 0) > 1:
            return None
        time = self.of(inside.args[0])
        method, fraction = self._counting_method(time, length)
        if method == "floor":
            return TreeNode("%", (TreeNode("/", (time, length)), 1.0))
        if method == "scaled" or (method == "starts" and self._count_is_whole(time, length)):
            return TreeNode("/", (self._time_in_cycle(time, length), float(fraction.numerator)))
        return None

    def _count_is_whole(self, x: Any, length: float) -> bool:
        """Return whether the time in a cycle is counted in parts of a step, which 32 bits do not round."""
        return self._options.float32 and is_whole(x) and as_fraction(length) is not None

    def _time_in_cycle(self, x: Any, length: float) -> Any:
        """Return the time in a cycle, in parts of a step."""
        method, fraction = self._counting_method(x, length)
        time, numerator = _times(fraction.denominator, x), float(fraction.numerator)
        if method == "scaled":
            return TreeNode("%", (time, numerator))
        return TreeNode("-", (time, TreeNode("*", (numerator, self._whole_cycles(x, length)))))

    # --- Powers

    def _power_node(self, node: TreeNode) -> Any:
        base, exponent = node.args[0], self.of(node.args[1])
        if not is_number(base):
            return None
        log_base = math.log(base) if base > 0.0 else 0.0
        if self._options.by_e and log_base:
            return TreeNode("exp", (_exponent(log_base, exponent),))
        if self._options.capped and log_base > 0.0:
            exponent = TreeNode("minimum", (exponent, math.floor(_MAX_EXPONENT / log_base * 2**10) / 2**10))
        return TreeNode("**", (base, exponent))

    _by_operation: ClassVar[dict[str, Callable[..., Any]]] = {
        "named": _named_node,
        "cycles": _cycles_node,
        "mod": _mod_node,
        "/": _elapsed_share,
        "-": _complement,
        "**": _power_node,
    }


def _count_by_quotient(x: Any, length: float) -> Any:
    return TreeNode("//", (x, length))


def _count_by_rounded_product(x: Any, length: float) -> Any:
    whole = TreeNode("named", (TreeNode("floor", (TreeNode("/", (x, length)),)),), "whole")
    after = TreeNode("<=", (TreeNode("*", (TreeNode("+", (whole, 1.0)), length)), x))
    cycle = TreeNode("named", (TreeNode("+", (whole, after)),), "cycle")
    return TreeNode("-", (cycle, TreeNode(">", (TreeNode("*", (cycle, length)), x))))


def _exponent(log_base: float, exponent: Any) -> Any:
    inside = bare(exponent)
    if isinstance(inside, TreeNode) and inside.op == "/" and is_number(inside.args[1]):
        return _quotient(inside.args[0], inside.args[1] / log_base)
    return _quotient(exponent, 1.0 / log_base)


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


_NORMALIZED: dict[str, Callable[[Any, Any], Any]] = {"*": _product, "/": _quotient, "-": _difference, "+": _sum}
