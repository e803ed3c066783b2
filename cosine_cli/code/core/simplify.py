"""A tree with nothing idle in it: its cases one after the other, each without what does nothing there."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cosine_cli.code.core.bounds import Bounded
from cosine_cli.code.core.evaluate import Arithmetic, evaluate
from cosine_cli.code.core.symbols import SPAN, TIME, Node, bare, call, is_number

_MOST_CASES = 8
_MOST_LOOKED_UP = 6
"""A table of more values is looked up; one of fewer is written as a case for each."""

_AS_CORE = Arithmetic(strict=False)


def simplified(tree: Any, last: float, *, branches: bool, guarded: bool = False) -> Any:
    """Return a tree of the same values for whole times from 0 to ``last``.

    ``branches`` says that cases are cheap to write. ``guarded`` keeps in each case what protects it in the others,
    for a language that computes all of them.
    """
    whole = _Simplifier((0.0, last), (0.0, last)).of(tree)
    cuts = sorted({*_cuts(whole, branches=branches)})
    if not cuts or len(cuts) >= _MOST_CASES:
        return whole
    edges = [0.0, *cuts, last + 1.0]
    cases = []
    for start, end in itertools.pairwise(edges):
        taken = (start, end - 1.0)
        cases.append(_Simplifier(taken, (0.0, last) if guarded else taken).of(tree))
    found = cases[-1]
    for end, case in reversed(list(zip(cuts, cases[:-1], strict=True))):
        found = case if same(case, found) else Node("where", (Node("<", (TIME, end)), case, found))
    return found


def _cuts(tree: Any, *, branches: bool) -> Iterator[float]:
    """Yield the times at which a case ends."""
    for node in nodes(tree):
        if node.op == "<" and node.args[0] is TIME:
            yield node.args[1]
        if branches and node.op == "take" and 1 < len(node.args[0]) <= _MOST_LOOKED_UP:
            index = bare(node.args[1])
            if isinstance(index, Node) and index.op == "count" and index.args[1] is TIME:
                yield from (math.ceil(edge) for edge in index.args[0])


def nodes(tree: Any) -> Iterator[Node]:
    """Yield every node of a tree once, its operands first."""
    seen: set[int] = set()

    def walk(value: Any) -> Iterator[Node]:
        if isinstance(value, Node) and id(value) not in seen:
            seen.add(id(value))
            for part in value.args:
                yield from walk(part)
            yield value

    return walk(tree)


def same(x: Any, y: Any) -> bool:
    """Tell whether two trees say the same; names do not matter."""
    x, y = bare(x), bare(y)
    if x is y:
        return True
    if not isinstance(x, Node) or not isinstance(y, Node):
        return bool(x == y)
    return x.op == y.op and len(x.args) == len(y.args) and all(map(same, x.args, y.args))


class _Simplifier:
    """Rebuilds trees for times between two, from the operands up.

    ``taken`` are the times at which cases are decided, ``computed`` those for which values are computed.
    """

    def __init__(self, taken: tuple[float, float], computed: tuple[float, float]) -> None:
        self._taken = taken
        self._bounded = Bounded(*computed)
        self._cases = Bounded(*taken)
        self._found: dict[int, tuple[Node, Any]] = {}

    def of(self, value: Any) -> Any:
        if not isinstance(value, Node):
            return value
        if id(value) not in self._found:
            self._found[id(value)] = value, self._rebuilt(value)
        return self._found[id(value)][1]

    def _rebuilt(self, node: Node) -> Any:
        if node.op == "name":
            return node
        if node.op == "where":
            return self._case(*node.args)
        parts = tuple(self.of(part) for part in node.args)
        if node.op in _RULES:
            return _RULES[node.op](self, node, *parts)
        if node.op in _FOLDED and all(map(is_number, parts)):
            return call(node.op, *parts)
        unchanged = all(a is b for a, b in zip(parts, node.args, strict=True))
        return node if unchanged else Node(node.op, parts, node.name)

    def _let(self, node: Node, value: Any) -> Any:
        if not isinstance(value, Node) or value.op in ("name", "let"):
            return value
        return node if value is node.args[0] else Node("let", (value,), node.name)

    # --- Cases

    def _case(self, condition: Any, then: Any, otherwise: Any) -> Any:
        decided = self._decided(condition)
        if isinstance(decided, bool):
            return self.of(then if decided else otherwise)
        decided, then, otherwise = _as_less(decided, self.of(then), self.of(otherwise))
        return then if same(then, otherwise) else Node("where", (decided, then, otherwise))

    def _decided(self, condition: Any) -> Any:
        """Return a condition as true or false where it is always one, on the time itself where it is of the time."""
        if not isinstance(condition, Node):
            return bool(condition)
        op, (x, y) = condition.op, map(self.of, condition.args)
        if is_number(x) and is_number(y):
            return bool(evaluate(Node(op, (x, y)), np.zeros(1), _AS_CORE)[0])
        if is_number(x):
            op, x, y = _MIRRORED[op], y, x
        if not is_number(y) or not _rises(x):
            return Node(op, (x, y))
        edge = y if op in ("<", ">=") else math.nextafter(y, math.inf)
        first = self._first(x, edge)
        low, high = self._taken
        below = True if high < first else False if low >= first else Node("<", (TIME, first))
        if op in ("<", "<="):
            return below
        return not below if isinstance(below, bool) else Node(">=", (TIME, first))

    def _first(self, x: Any, edge: float) -> float:
        """Return the first whole time up to the last at which a rising value is at the edge, infinite if there is none.

        Computed as the core computes it, which decides where a case begins.
        """
        if x is TIME:
            return float(math.ceil(edge)) if math.isfinite(edge) else edge
        low, high = self._taken[0] - 1.0, self._taken[1] + 1.0
        while high - low > 1.0:
            middle = math.floor((low + high) / 2.0)
            low, high = (low, middle) if self._value(x, middle) >= edge else (middle, high)
        return high if high <= self._taken[1] else math.inf

    @staticmethod
    def _value(x: Any, time: float) -> float:
        return float(evaluate(x, np.array([time]), _AS_CORE)[0])

    def _smaller(self, node: Node, x: Any, y: Any) -> Any:
        a, b = self._bounded.of(x), self._bounded.of(y)
        if a.high <= b.low:
            return x
        return y if b.high <= a.low else _like(node, x, y)

    def _larger(self, node: Node, x: Any, y: Any) -> Any:
        a, b = self._bounded.of(x), self._bounded.of(y)
        if a.low >= b.high:
            return x
        return y if b.low >= a.high else _like(node, x, y)

    # --- Cycles and tables

    def _cycles(self, node: Node, x: Any, length: float) -> Any:
        if is_number(x):
            return call("cycles", x, length)
        if length == 1.0 and is_whole(x):
            return x
        if _rises(x):
            first, last = (self._value(Node("cycles", (x, length)), time) for time in self._taken)
            if first == last:
                return first
        return _like(node, x, length)

    def _rest(self, node: Node, x: Any, length: float) -> Any:
        if _rises(x) and self._value(Node("cycles", (x, length)), self._taken[1]) == 0.0:
            return x
        return _like(node, x, length)

    def _count(self, node: Node, edges: tuple[float, ...], x: Any) -> Any:
        if is_number(x):
            return float(sum(edge <= x for edge in edges))
        if _rises(x):
            first, last = (self._value(Node("count", (edges, x)), time) for time in self._taken)
            if first == last:
                return first
            if x is not TIME:
                firsts = (self._first(x, edge) for edge in edges)
                return Node("count", (tuple(filter(math.isfinite, firsts)), TIME), node.name)
        return _like(node, edges, x)

    def _take(self, node: Node, values: tuple[float, ...], index: Any) -> Any:
        return values[int(index)] if is_number(index) else _like(node, values, index)

    # --- Arithmetic

    def _sum(self, node: Node, x: Any, y: Any) -> Any:
        if is_number(x) and is_number(y):
            return x + y
        if is_number(x, 0.0) or is_number(y, 0.0):
            return y if is_number(x, 0.0) else x
        if isinstance(y, Node) and y.op == "-" and same(x, y.args[1]):
            return y.args[0]
        if is_number(y) and isinstance(x, Node) and x.op in ("+", "-") and is_number(x.args[1]):
            return _shifted(x.args[0], (x.args[1] if x.op == "+" else -x.args[1]) + y)
        return _like(node, x, y)

    def _difference(self, node: Node, x: Any, y: Any) -> Any:
        if same(x, y):
            return 0.0
        if is_number(y, 0.0):
            return x
        if is_number(x) and is_number(y):
            return _like(node, x, y) if node.name == SPAN else x - y
        if isinstance(x, Node) and x.op == "+" and same(x.args[0], y):
            return x.args[1]
        if is_number(x, 1.0) and isinstance(inside := bare(y), Node) and inside.op == "-" and is_number(inside.args[0], 1.0):
            return inside.args[1]
        if is_number(y) and isinstance(x, Node) and x.op in ("+", "-") and is_number(x.args[1]):
            return _shifted(x.args[0], (x.args[1] if x.op == "+" else -x.args[1]) - y)
        if (length := _cycles_of(y, x)) is not None:
            return self._rest(Node("mod", (x, length)), x, length)
        if isinstance(y, Node) and y.op == "cos" and (passed := _passed_of_half_turn(y.args[0])) is not None:
            return Node("+", (x, Node("cos", (passed * math.pi if is_number(passed) else math.pi * passed,))))
        return _like(node, x, y)

    def _product(self, node: Node, x: Any, y: Any) -> Any:
        if is_number(x) and is_number(y):
            return x * y
        if is_number(x, 0.0) or is_number(y, 0.0):
            return 0.0
        if is_number(x, 1.0) or is_number(y, 1.0):
            return y if is_number(x, 1.0) else x
        share = bare(y)
        if isinstance(share, Node) and share.op == "/" and is_number(share.args[1]):
            if (replaced := _with_factor(x, share.args[1], share.args[0])) is not None:
                return replaced
        return _like(node, x, y)

    def _quotient(self, node: Node, x: Any, y: Any) -> Any:
        y = _folded(y)
        if is_number(x) and is_number(y) and y:
            return x / y
        if is_number(x, 0.0):
            return 0.0
        if is_number(y, 1.0):
            return x
        inside = bare(x)
        if is_number(y) and isinstance(inside, Node) and inside.op == "/":
            by = _folded(inside.args[1])
            if is_number(by) and math.isfinite(by * y) and by * y:
                return self._quotient(node, inside.args[0], by * y)
            if isinstance(by, Node) and by.op == "take":
                longer = Node("take", (tuple(value * y for value in by.args[0]), by.args[1]), "lengths")
                return Node("/", (inside.args[0], longer))
        return _like(node, x, y)

    def _power(self, node: Node, x: Any, y: Any) -> Any:
        if is_number(y, 1.0):
            return x
        if is_number(x, 1.0) or is_number(y, 0.0):
            return 1.0
        return _like(node, x, y)


_RULES: dict[str, Callable[..., Any]] = {
    "let": _Simplifier._let,
    "minimum": _Simplifier._smaller,
    "maximum": _Simplifier._larger,
    "cycles": _Simplifier._cycles,
    "mod": _Simplifier._rest,
    "count": _Simplifier._count,
    "take": _Simplifier._take,
    "+": _Simplifier._sum,
    "-": _Simplifier._difference,
    "*": _Simplifier._product,
    "/": _Simplifier._quotient,
    "**": _Simplifier._power,
}
_FOLDED = ("floor", "sqrt", "exp", "sin", "cos")
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _like(node: Node, *parts: Any) -> Node:
    """Return a node with these operands: itself, where they are its own."""
    return node if all(a is b for a, b in zip(parts, node.args, strict=True)) else Node(node.op, parts, node.name)


def _as_less(condition: Node, then: Any, otherwise: Any) -> tuple[Node, Any, Any]:
    """Return a case by the time that asks for less, not for more."""
    if condition.op == ">=" and condition.args[0] is TIME:
        return Node("<", condition.args), otherwise, then
    return condition, then, otherwise


def _shifted(x: Any, by: float) -> Any:
    return x if by == 0.0 else Node("+", (x, by)) if by > 0.0 else Node("-", (x, -by))


def _folded(value: Any) -> Any:
    """Return the difference of two numbers as a number."""
    if isinstance(value, Node) and value.op == "-" and all(map(is_number, value.args)):
        return value.args[0] - value.args[1]
    return value


def _with_factor(product: Any, old: float, new: Any) -> Any:
    """Return a product with another factor in the place of a number, None where that is none of its factors."""
    if is_number(_folded(product), old):
        return new
    if not isinstance(product, Node) or product.op != "*":
        return None
    x, y = product.args
    if (changed := _with_factor(x, old, new)) is not None:
        return Node("*", (changed, y))
    return None


def _cycles_of(value: Any, time: Any) -> float | None:
    """Return the length of cycles, where a value is the start of the cycle at a time."""
    if not isinstance(value, Node) or value.op != "*":
        return None
    index, length = bare(value.args[0]), value.args[1]
    found = isinstance(index, Node) and index.op == "cycles" and index.args[1] == length and same(index.args[0], time)
    return length if found and is_number(length) else None


def _passed_of_half_turn(angle: Any) -> Any:
    """Return ``x`` where an angle is pi (1 - x), else None."""
    if isinstance(angle, Node) and angle.op == "*" and is_number(angle.args[0], math.pi):
        share = bare(angle.args[1])
        if isinstance(share, Node) and share.op == "-" and is_number(share.args[0], 1.0):
            return share.args[1]
    return None


def _rises(value: Any) -> bool:
    """Tell whether a value never falls as the time goes on, as far as its form tells."""
    value = bare(value)
    if value is TIME:
        return True
    if not isinstance(value, Node) or len(value.args) != 2:  # noqa: PLR2004 - it has two operands
        return False
    x, y = value.args
    if value.op in ("*", "/", "cycles"):
        return is_number(y) and y > 0.0 and _rises(x)
    if value.op in ("+", "-"):
        return is_number(y) and _rises(x)
    if value.op in ("minimum", "maximum"):
        return all(is_number(part) or _rises(part) for part in value.args)
    return False


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number at whole times."""
    value = bare(value)
    if is_number(value):
        return float(value).is_integer()
    if value is TIME or (isinstance(value, Node) and value.op in ("cycles", "count", "floor")):
        return True
    operations = ("+", "-", "*", "minimum", "maximum")
    return isinstance(value, Node) and value.op in operations and all(map(is_whole, value.args))


def divided(tree: Any, by: float) -> Any:
    """Return a tree of values divided by a number above 0: its constants, where that is the same."""
    found: dict[int, Any] = {}

    def of(value: Any) -> Any:
        if not isinstance(value, Node):
            return float(f"{value / by:.15g}")  # without the rounding of the quotient
        if id(value) not in found:
            found[id(value)] = by_parts(value)
        return found[id(value)]

    def by_parts(node: Node) -> Any:
        if node.op in ("let", "minimum", "maximum", "+", "-"):
            return Node(node.op, tuple(map(of, node.args)), node.name)
        if node.op == "where":
            return Node("where", (node.args[0], of(node.args[1]), of(node.args[2])))
        if node.op == "take":
            return Node("take", (tuple(map(of, node.args[0])), node.args[1]), node.name)
        if node.op == "*":
            left, right = node.args
            left, right = (left, of(right)) if is_number(right) else (of(left), right)
            return right if is_number(left, 1.0) else Node("*", (left, right))
        if node.op == "/":
            return Node("/", (of(node.args[0]), node.args[1]))
        return Node("/", (node, by))

    return of(tree)


def uses(tree: Any) -> dict[int, int]:
    """Return how often each node of a tree is an operand."""
    counted: dict[int, int] = {}
    for node in nodes(tree):
        for part in node.args:
            if isinstance(part, Node):
                counted[id(part)] = counted.get(id(part), 0) + 1
    return counted
