"""The value of a tree, in the operations of any arithmetic: what a program that has been written computes."""

from __future__ import annotations

import operator
from typing import Any

from cosine_cli.code.core.symbols import TIME, Node
from cosine_cli.schedules.core.ops import Ops

_OPERATORS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(formula: Any, m: Ops, t: Any) -> Any:
    """Return what a tree gives at ``t``, as the operations of ``m`` compute it."""
    return _value(formula, m, {id(TIME): t})


def _value(node: Any, m: Ops, known: dict[int, Any]) -> Any:
    if not isinstance(node, Node):
        return node
    if id(node) not in known:
        known[id(node)] = _computed(node, m, [_value(part, m, known) for part in node.args])
    return known[id(node)]


def _computed(node: Node, m: Ops, args: list[Any]) -> Any:
    if node.op in _OPERATORS:
        return _OPERATORS[node.op](*args)
    if node.op == "let":
        return args[0]
    return getattr(m, "cycles" if node.op == "//" else node.op)(*args)
