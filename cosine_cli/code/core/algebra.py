"""Arithmetic on trees whose operands are simplified: the simplified sum, product or quotient."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from cosine_cli.code.core.symbols import SPAN, TIME, TreeNode, bare, is_number

Rule = Callable[[Any, Any], Any]
"""The result for two operands, None if the rule does not apply."""


def same(x: Any, y: Any) -> bool:
    """Return whether two trees are equal except for names."""
    x, y = bare(x), bare(y)
    if x is y:
        return True
    if not isinstance(x, TreeNode) or not isinstance(y, TreeNode):
        return bool(x == y)
    return x.op == y.op and len(x.args) == len(y.args) and all(map(same, x.args, y.args))


def like(node: TreeNode, *parts: Any) -> TreeNode:
    """Return a node with these operands: itself if they are unchanged."""
    return node if all(a is b for a, b in zip(parts, node.args, strict=True)) else TreeNode(node.op, parts, node.name)


def combine(node: TreeNode, x: Any, y: Any) -> Any:
    """Return a node of arithmetic with these operands, or the result of the first rule that applies."""
    if node.op == "/":
        y = _fold_difference(y)
    results = (rule(x, y) for rule in _REWRITES[node.op])
    combine = next((result for result in results if result is not None), None)
    if combine is None and is_number(x) and is_number(y) and node.name != SPAN:
        combine = _fold_numbers(node.op, x, y)
    return like(node, x, y) if combine is None else combine


_NUMERIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "**": operator.pow,
}


def _fold_numbers(op: str, x: float, y: float) -> float | None:
    try:
        return float(_NUMERIC[op](x, y))
    except (ArithmeticError, TypeError):  # not a number: reported when the source is tried
        return None


def _fold_difference(value: Any) -> Any:
    """Return the difference of two numbers as a number."""
    if isinstance(value, TreeNode) and value.op == "-" and all(map(is_number, value.args)):
        return value.args[0] - value.args[1]
    return value


def _is(value: Any, op: str) -> bool:
    return isinstance(value, TreeNode) and value.op == op


def _complement_of(value: Any) -> Any:
    """Return ``x`` if a value is ``1 - x``, else None."""
    inside = bare(value)
    return inside.args[1] if _is(inside, "-") and is_number(inside.args[0], 1.0) else None


# --- Sums and differences


def _shifted(x: Any, by: float) -> Any:
    return x if by == 0.0 else TreeNode("+", (x, by)) if by > 0.0 else TreeNode("-", (x, -by))


def _shift_constant(x: Any, by: float) -> Any:
    """Return a sum with its number increased by another, if it is one."""
    x = bare(x)
    if isinstance(x, TreeNode) and x.op in ("+", "-") and is_number(x.args[1]):
        return _shifted(x.args[0], (x.args[1] if x.op == "+" else -x.args[1]) + by)
    return None


def _add_zero(x: Any, y: Any) -> Any:
    return y if is_number(x, 0.0) else x if is_number(y, 0.0) else None


def _add_subtracted(x: Any, y: Any) -> Any:
    return y.args[0] if _is(y, "-") and same(x, y.args[1]) else None


def _add_constant(x: Any, y: Any) -> Any:
    return _shift_constant(x, y) if is_number(y) else None


def _subtract_same(x: Any, y: Any) -> Any:
    return 0.0 if same(x, y) else x if is_number(y, 0.0) else None


def _subtract_added(x: Any, y: Any) -> Any:
    return x.args[1] if _is(x, "+") and same(x.args[0], y) else None


def _subtract_constant(x: Any, y: Any) -> Any:
    return _shift_constant(x, -y) if is_number(y) else None


def _double_complement(x: Any, y: Any) -> Any:
    return _complement_of(y) if is_number(x, 1.0) else None


def _complement_of_half_wave(x: Any, y: Any) -> Any:
    """Return ``1 - (1 - cos) / 2`` as ``(1 + cos) / 2``."""
    half = bare(y)
    if not is_number(x, 1.0) or not _is(half, "*") or not is_number(half.args[0], 0.5):
        return None
    cosine = _complement_of(half.args[1])
    return TreeNode("*", (0.5, TreeNode("+", (1.0, cosine)))) if _is(cosine, "cos") else None


def _mirrored_cosine(x: Any, y: Any) -> Any:
    """Return ``x - cos(pi (1 - u))`` as ``x + cos(pi u)``."""
    if not _is(y, "cos") or not _is(y.args[0], "*") or not is_number(y.args[0].args[0], math.pi):
        return None
    passed = _complement_of(y.args[0].args[1])
    return None if passed is None else TreeNode("+", (x, TreeNode("cos", (math.pi * passed,))))


def _time_in_cycle(x: Any, y: Any) -> Any:
    """Return a time less the start of its cycle as the rest of a division."""
    if not _is(y, "*") or not is_number(length := y.args[1]):
        return None
    index = bare(y.args[0])
    is_cycle_start = _is(index, "cycles") and index.args[1] == length and same(index.args[0], x)
    return TreeNode("mod", (x, length)) if is_cycle_start else None


# --- Products and quotients


def _multiply_by_zero(x: Any, y: Any) -> Any:
    return 0.0 if is_number(x, 0.0) or is_number(y, 0.0) else None


def _multiply_by_one(x: Any, y: Any) -> Any:
    return y if is_number(x, 1.0) else x if is_number(y, 1.0) else None


def _cancel_factor(x: Any, y: Any) -> Any:
    """Return a product in which a factor is divided by again without both."""
    share = bare(y)
    return _replace_factor(x, share.args[1], share.args[0]) if _is(share, "/") and is_number(share.args[1]) else None


def _replace_factor(product: Any, old: float, new: Any) -> Any:
    """Return a product with another factor instead of a number, None if it has no such factor."""
    if is_number(_fold_difference(product), old):
        return new
    if not _is(product, "*"):
        return None
    changed = _replace_factor(product.args[0], old, new)
    return None if changed is None else TreeNode("*", (changed, product.args[1]))


def _divide_zero_or_by_one(x: Any, y: Any) -> Any:
    return 0.0 if is_number(x, 0.0) and not is_number(y, 0.0) else x if is_number(y, 1.0) else None


def _nested_quotient(x: Any, y: Any) -> Any:
    inside = bare(x)
    if not is_number(y) or not _is(inside, "/"):
        return None
    by = _fold_difference(inside.args[1])
    if _is(by, "gather"):
        longer = TreeNode("gather", (tuple(value * y for value in by.args[0]), by.args[1]), "lengths")
        return TreeNode("/", (inside.args[0], longer))
    return combine(inside, inside.args[0], by * y) if is_number(by) and math.isfinite(by * y) and by * y else None


def _power_identity(x: Any, y: Any) -> Any:
    return x if is_number(y, 1.0) else 1.0 if is_number(x, 1.0) or is_number(y, 0.0) else None


_REWRITES: dict[str, tuple[Rule, ...]] = {
    "+": (_add_zero, _add_subtracted, _add_constant),
    "-": (
        *(_subtract_same, _subtract_added, _double_complement, _subtract_constant),
        *(_time_in_cycle, _complement_of_half_wave, _mirrored_cosine),
    ),
    "*": (_multiply_by_zero, _multiply_by_one, _cancel_factor),
    "/": (_divide_zero_or_by_one, _nested_quotient),
    "**": (_power_identity,),
}
OPERATIONS = tuple(_REWRITES)


# --- Properties of a tree


def rises(value: Any) -> bool:
    """Return whether a value surely never decreases with time."""
    value = bare(value)
    if value is TIME:
        return True
    if not isinstance(value, TreeNode) or len(value.args) != 2:  # noqa: PLR2004 - it has two operands
        return False
    x, y = value.args
    if value.op in ("*", "/", "cycles"):
        return is_number(y) and y > 0.0 and rises(x)
    if value.op in ("+", "-"):
        return is_number(y) and rises(x)
    return value.op in ("minimum", "maximum") and all(is_number(part) or rises(part) for part in value.args)


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number at whole times."""
    value = bare(value)
    if is_number(value):
        return float(value).is_integer()
    if value is TIME or (isinstance(value, TreeNode) and value.op in ("cycles", "count", "floor")):
        return True
    operations = ("+", "-", "*", "minimum", "maximum")
    return isinstance(value, TreeNode) and value.op in operations and all(map(is_whole, value.args))
