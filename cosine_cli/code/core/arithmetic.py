"""The values of a tree in the arithmetic of a language: those of its source code, before it is written."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from cosine_cli.code.core.symbols import TreeNode, is_number, uses
from cosine_cli.frameworks.core.compiled import COMPILED, untraced
from cosine_cli.frameworks.core.eager import EAGER
from cosine_cli.frameworks.core.float32 import as_array_like, jax_power, operand, reused
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import NUMPY, Ops


@dataclass(frozen=True, kw_only=True)
class Arithmetic:
    """How a language computes.

    - ``float32``: in 32-bit floats, one operation after the other.
    - ``lazy``: computes only the branch of a case that is used.
    - ``compiled``: in 32-bit floats, as XLA compiles a program.
    - ``strict``: overflow, division by 0 and NaN raise, as in plain Python.
    """

    float32: bool = False
    lazy: bool = False
    compiled: bool = False
    strict: bool = True

    @property
    def ops(self) -> Ops:
        """The operations of formulas."""
        return COMPILED if self.compiled else EAGER if self.float32 else NUMPY


_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "neg": operator.neg,
}


def evaluate_tree(tree: Any, times: Rates, arithmetic: Arithmetic) -> Rates:
    """Return the values of a tree at whole times.

    Raises FloatingPointError if an index is outside of its table, and in strict arithmetic.
    """
    error: Literal["raise", "ignore"] = "raise" if arithmetic.strict else "ignore"
    with np.errstate(over=error, divide=error, invalid=error, under="ignore"):
        used = uses(tree) if arithmetic.compiled else {}
        return as_array_like(_Values(times, arithmetic, used).of(tree), times)


class _Values:
    """The values of nodes at some times; ``used`` counts how often each is an operand, if that matters."""

    def __init__(self, times: Rates, arithmetic: Arithmetic, used: Mapping[int, int]) -> None:
        self._times = times
        self._arithmetic = arithmetic
        self._used = used
        self._m = arithmetic.ops
        self._values: dict[int, Any] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, TreeNode):
            return value
        if id(value) not in self._values:
            result = (
                self._by_operation[value.op](self, *value.args)
                if value.op in self._by_operation
                else self._computed(value)
            )
            self._values[id(value)] = reused(result) if self._used.get(id(value), 0) > 1 else result
        return self._values[id(value)]

    def _computed(self, node: TreeNode) -> Any:
        operands = [self.of(part) for part in node.args]
        if all(map(is_number, operands)):  # in double, as Python does before an array comes in
            return float(_operation(node.op, NUMPY)(*map(np.float64, operands)))
        return _operation(node.op, self._m)(*operands)

    def _time(self) -> Any:
        return operand(self._m, self._times)

    def _concrete(self, value: Any) -> Any:
        return untraced(self.of(value))

    def _power(self, base: Any, exponent: Any) -> Any:
        return jax_power(self._m, self.of(base), self.of(exponent))

    def _quotient(self, x: Any, length: Any) -> Any:
        return operand(self._m, np.floor_divide(self._concrete(x), self._concrete(length)))

    def _rest(self, x: Any, length: Any) -> Any:
        return operand(self._m, np.remainder(self._concrete(x), self._concrete(length)))

    def _since(self, x: Any, length: float) -> Any:
        return self.of(x) - self._m.cycles(self.of(x), length) * length

    def _count(self, edges: tuple[float, ...], x: Any) -> Any:
        return operand(self._m, np.searchsorted(self._table(edges), self._concrete(x), side="right").astype(np.float64))

    def _gather(self, values: tuple[float, ...], at: Any) -> Any:
        table, index = self._table(values), np.asarray(self._concrete(at))
        if not ((index >= 0) & (index < len(table))).all():
            raise FloatingPointError("an index outside of a table")
        return operand(self._m, table[index.astype(np.intp)])

    def _table(self, values: tuple[float, ...]) -> NDArray[Any]:
        return np.asarray(untraced(operand(self._m, np.asarray(values))))

    def _case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        if not self._arithmetic.lazy:
            return self._m.where(self.of(condition), self.of(then), self.of(otherwise))
        holds = np.broadcast_to(self.of(condition), self._times.shape)
        if holds.all():
            return self.of(then)
        if not holds.any():
            return self.of(otherwise)
        values = np.empty_like(self._times)
        for mask, branch in ((holds, then), (~holds, otherwise)):
            values[mask] = _Values(self._times[mask], self._arithmetic, self._used).of(branch)
        return values

    _by_operation: ClassVar[dict[str, Callable[..., Any]]] = {
        "name": _time,
        "named": of,
        "where": _case,
        "count": _count,
        "gather": _gather,
        "**": _power,
        "//": _quotient,
        "%": _rest,
        "mod": _since,
    }


def _operation(op: str, m: Ops) -> Callable[..., Any]:
    function: Callable[..., Any] = _OPERATORS[op] if op in _OPERATORS else getattr(m, op)
    return function
