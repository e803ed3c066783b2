"""Roots that compiled arithmetic cannot turn into NaN.

A compiler computes ``1 - t / n`` as ``1 - t * (1 / n)`` with one rounding, which can be slightly below 0 instead
of 0, and a root of that is NaN. So a value that may be below 0 is clipped at 0 before its root is taken.
"""

from __future__ import annotations

from typing import Any

from cosine_cli.code.core.symbols import TIME, TreeNode, call, is_number

_PRESERVES_SIGN = {"+", "*", "/", "//", "%", "**", "minimum", "where", "floor", "sqrt", "named"}
"""Operations with results of at least 0 for operands of at least 0."""

_NONNEGATIVE = {"exp", "count"}


def clip_radicands(formula: Any) -> Any:
    """Return a tree whose square roots and fractional powers have bases of at least 0."""
    return _clipped(formula, {})


def _clipped(node: Any, clipped: dict[int, TreeNode]) -> Any:
    """Clip the radicands below a node; shared nodes stay shared."""
    if not isinstance(node, TreeNode) or not node.args:
        return node
    if id(node) not in clipped:
        args = tuple(_clipped(part, clipped) for part in node.args)
        if _is_root(node) and not _at_least_0(args[0]):
            args = (call("maximum", 0.0, args[0]), *args[1:])
        clipped[id(node)] = TreeNode(node.op, args, node.name)
    return clipped[id(node)]


def _is_root(node: TreeNode) -> bool:
    if node.op == "sqrt":
        return True
    return node.op == "**" and not (isinstance(node.args[1], int | float) and float(node.args[1]).is_integer())


def _at_least_0(node: Any) -> bool:
    """Return whether a value is surely at least 0."""
    if not isinstance(node, TreeNode):
        return bool(isinstance(node, int | float) and node >= 0)
    if node.op == "maximum":
        return any(map(_at_least_0, node.args))
    if node.op == "-":
        return is_number(node.args[0]) and node.args[0] >= 1.0 and _within_1(node.args[1])
    if node.op == "gather":
        return bool(min(node.args[0]) >= 0)
    parts = node.args[1:] if node.op == "where" else node.args
    return node is TIME or node.op in _NONNEGATIVE or (node.op in _PRESERVES_SIGN and all(map(_at_least_0, parts)))


def _within_1(node: Any) -> bool:
    """Return whether a value is surely from 0 to 1, however it is rounded: a share that is clipped."""
    if not isinstance(node, TreeNode):
        return bool(0 <= node <= 1)
    if node.op == "minimum":
        return _at_least_0(node) and any(is_number(part) and part <= 1.0 for part in node.args)
    if node.op == "**":
        return is_number(node.args[1]) and node.args[1] > 0.0 and _within_1(node.args[0])
    return node.op in ("named", "*") and all(map(_within_1, node.args))
