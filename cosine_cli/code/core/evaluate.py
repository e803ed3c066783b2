"""What a tree gives in the arithmetic of a language: what its text will do, before it is written."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from cosine_cli.code.core.symbols import Node, bare, is_number
from cosine_cli.schedules.core.arrays import Rates, whole_cycles


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """How a language computes.

    - ``single``: in 32-bit floats.
    - ``lazy``: of a case only the branch that is taken.
    - ``compiled``: as XLA changes it: a division by a constant becomes a product with its inverse, and a product that
      is added to something is not rounded.
    - ``strict``: an overflow, a division by 0 and a number that is none raise, as in plain Python; else they go on.
    """

    single: bool = False
    lazy: bool = False
    compiled: bool = False
    strict: bool = True


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "added": operator.add,
    "subtracted": operator.sub,
    "*": operator.mul,
    "true_divide": np.true_divide,
    "//": np.floor_divide,
    "%": np.remainder,
    "**": np.power,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "neg": operator.neg,
    "cycles": whole_cycles,
    "mod": lambda x, length: x - whole_cycles(x, length) * length,
    **{name: getattr(np, name) for name in ("minimum", "maximum", "floor", "sqrt", "exp", "sin", "cos", "tanh")},
}


def evaluate(tree: Any, times: Rates, arithmetic: Arithmetic) -> Rates:
    """Return the values of a tree at whole times.

    Raises FloatingPointError where an index lies beyond its table, and in strict arithmetic.
    """
    error: Literal["raise", "ignore"] = "raise" if arithmetic.strict else "ignore"
    with np.errstate(over=error, divide=error, invalid=error, under="ignore"):
        t = times.astype(np.float32) if arithmetic.single else times
        found = _Values(t, arithmetic).of(tree)
    return np.broadcast_to(np.asarray(found, dtype=np.float64), times.shape)


class _Values:
    """The values of nodes at some times."""

    def __init__(self, t: NDArray[Any], arithmetic: Arithmetic) -> None:
        self._t = t
        self._arithmetic = arithmetic
        self._found: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, Node):
            return value
        if id(value) not in self._found:
            known = self._known.get(value.op)
            self._found[id(value)] = known(self, *value.args) if known else self._computed(value)
        return self._found[id(value)]

    def _computed(self, node: Node) -> Any:
        operands = [self.of(part) for part in node.args]
        if all(map(is_number, operands)):  # in double, as Python does before an array comes in
            return float(_OPERATIONS[node.op](*operands))
        return _OPERATIONS[node.op](*operands)

    def _time(self) -> Any:
        return self._t

    def _quotient(self, x: Any, y: Any) -> Any:
        if self._arithmetic.compiled and is_number(y) and not is_number(x):
            return self.of(x) * self._inverse(y)
        return self._computed(Node("true_divide", (x, y)))

    def _inverse(self, y: float) -> Any:
        return self._t.dtype.type(1.0) / self._t.dtype.type(y)

    def _sum(self, x: Any, y: Any) -> Any:
        return self._fused(Node("added", (x, y)), 1.0, 1.0)

    def _difference(self, x: Any, y: Any) -> Any:
        return self._fused(Node("subtracted", (x, y)), 1.0, -1.0)

    def _fused(self, node: Node, *signs: float) -> Any:
        """Return a sum whose first product is not rounded, where a compiler has one operation for both."""
        products = [self._factors(part) if self._arithmetic.compiled else None for part in node.args]
        if products[0] is None and products[1] is None:
            return self._computed(node)
        at = 0 if products[0] is not None else 1
        factors, added = products[at] or (), self.of(node.args[1 - at])
        exact = math.prod(np.asarray(factor, dtype=np.float64) for factor in factors)
        return (signs[at] * exact + signs[1 - at] * np.asarray(added, dtype=np.float64)).astype(self._t.dtype)

    def _factors(self, value: Any) -> tuple[Any, Any] | None:
        """Return the factors of a product, as they are rounded."""
        node = bare(value)
        if not isinstance(node, Node) or node.op not in ("*", "/") or all(map(is_number, node.args)):
            return None
        x, y = node.args
        if node.op == "/":
            return (self._single(x), self._inverse(y)) if is_number(y) else None
        return self._single(x), self._single(y)

    def _single(self, value: Any) -> Any:
        return np.asarray(self.of(value), dtype=self._t.dtype)

    def _count(self, edges: tuple[float, ...], x: Any) -> Any:
        return np.searchsorted(self._table(edges), self.of(x), side="right").astype(self._t.dtype)

    def _take(self, values: tuple[float, ...], at: Any) -> Any:
        table, index = self._table(values), np.asarray(self.of(at))
        if not ((index >= 0) & (index < len(table))).all():
            raise FloatingPointError("an index beyond a table")
        return table[index.astype(np.intp)]

    def _table(self, values: tuple[float, ...]) -> NDArray[Any]:
        return np.asarray(values, dtype=self._t.dtype)

    def _case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        if not self._arithmetic.lazy:
            return np.where(self.of(condition), self.of(then), self.of(otherwise)).astype(self._t.dtype)
        holds = np.broadcast_to(self.of(condition), self._t.shape)
        if holds.all():
            return self.of(then)
        if not holds.any():
            return self.of(otherwise)
        found = np.empty_like(self._t)
        found[holds] = _Values(self._t[holds], self._arithmetic).of(then)
        found[~holds] = _Values(self._t[~holds], self._arithmetic).of(otherwise)
        return found

    _known: ClassVar[dict[str, Callable[..., Any]]] = {
        "name": _time,
        "let": of,
        "where": _case,
        "count": _count,
        "take": _take,
        "/": _quotient,
        "+": _sum,
        "-": _difference,
    }
