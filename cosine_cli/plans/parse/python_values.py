"""Evaluate the expressions of a Python config that are data: literals, ``dict(...)``, names and arithmetic."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from cosine_cli.plans.parse.code import code_node, is_code
from cosine_cli.plans.parse.limits import MOST_DEPTH, MOST_NODES, Limits
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import ECHO, quote

Number = int | float

_MOST_BITS = 4096
"""The most bits of an integer: a power of two numbers may take hours."""
_LONGEST = 10_000
"""The most characters of texts that are added."""


def _power(base: Number, exponent: Number) -> Any:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > _MOST_BITS:
        raise OverflowError
    return base**exponent


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_SIGNS: dict[type[ast.unaryop], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (abs, float, int, max, min, round)
}
_KEYWORDS = {True: "true", False: "false", None: "null"}


class Source:
    """The text of a module, for the places of its syntax tree."""

    def __init__(self, text: str, path: str) -> None:
        self._lines = text.split("\n")
        self.path = path

    def place(self, tree: ast.expr | ast.stmt | ast.keyword) -> str:
        """Return the path, the line and the column of an expression or a statement."""
        return f"{self.path}:{tree.lineno}:{len(self._before(tree)) + 1}"

    def code(self, tree: ast.expr | ast.stmt | ast.keyword) -> Node:
        """Return an expression or a statement as code, its first line."""
        rest = self._lines[tree.lineno - 1][len(self._before(tree)) :]
        if tree.end_lineno == tree.lineno:
            rest = rest.encode()[: (tree.end_col_offset or 0) - tree.col_offset].decode()
        text = rest[: ECHO + 1].rstrip()
        return code_node(Node(self.place(tree), tree.lineno, text, quoted=True), f"the Python code {quote(text)}")

    def _before(self, tree: ast.expr | ast.stmt | ast.keyword) -> str:
        """Return the characters before it in its line: the syntax tree counts bytes."""
        line = self._lines[tree.lineno - 1][: tree.col_offset]
        return line if line.isascii() else line.encode()[: tree.col_offset].decode()


class _ComputedError(Exception):
    """A part of an expression is code."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.text)
        self.node = node


class Values:
    """Evaluates expressions to nodes.

    - ``names``: the values of the names so far.
    - ``hidden``: the names that are bound to something else, such as a function.
    - ``classes``: the names of imported classes, which ``type`` may be, by the name that they are bound to.
    - ``touch``: called with each expression that is code.
    """

    def __init__(self, source: Source, touch: Callable[[ast.expr], None]) -> None:
        self.names: dict[str, Node] = {}
        self.hidden: set[str] = set()
        self.classes: dict[str, str] = {}
        self._source = source
        self._touch = touch
        self._limits = Limits()
        self._evaluators: dict[type[ast.expr], Callable[[Any, int], Node]] = {
            ast.Constant: self._constant,
            ast.List: self._list,
            ast.Tuple: self._list,
            ast.Dict: self._dict,
            ast.Call: self._call,
            ast.Name: self._name,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._binary,
        }

    def node(self, expr: ast.expr, depth: int = 0) -> Node:
        """Return an expression as a node: of code if it is not data, or too deep."""
        self._limits.add(self._source.place(expr), 0)
        try:
            if depth <= MOST_DEPTH:
                return self._evaluators[type(expr)](expr, depth + 1)
        except _ComputedError as error:
            return error.node
        except (ArithmeticError, LookupError, TypeError, ValueError):
            pass
        self._touch(expr)
        return self._source.code(expr)

    def _data(self, expr: ast.expr, depth: int) -> Node:
        """Return an expression as a node that is not code."""
        node = self.node(expr, depth)
        if is_code(node):
            raise _ComputedError(node)
        return node

    def _constant(self, expr: ast.Constant, _depth: int) -> Node:
        return self._scalar(expr, expr.value)

    def _scalar(self, expr: ast.expr, value: Any) -> Node:
        """Return a plain value as a node."""
        where, line = self._source.place(expr), expr.lineno
        if value is None or isinstance(value, bool):
            return Node(where, line, _KEYWORDS[value])
        if isinstance(value, str):
            value.encode()  # UnicodeEncodeError, a ValueError, for half a surrogate pair
            return Node(where, line, value, quoted=True)
        if not isinstance(value, int | float) or (isinstance(value, int) and value.bit_length() > _MOST_BITS):
            raise TypeError
        return Node(where, line, repr(value))

    def _list(self, expr: ast.List | ast.Tuple, depth: int) -> Node:
        return Node(self._source.place(expr), expr.lineno, items=tuple(self.node(item, depth) for item in expr.elts))

    def _dict(self, expr: ast.Dict, depth: int) -> Node:
        pairs: dict[str, tuple[Node, Node]] = {}
        for name, value in zip(expr.keys, expr.values, strict=True):
            if name is None:
                pairs |= self._merged(value, depth)
                continue
            key = self._data(name, depth)
            if key.items is not None or key.pairs is not None:
                raise TypeError
            pairs[key.text] = key, self._value(key.text, value, depth)
        return Node(self._source.place(expr), expr.lineno, pairs=tuple(pairs.values()))

    def _merged(self, expr: ast.expr, depth: int) -> dict[str, tuple[Node, Node]]:
        """Return the pairs of ``**expr``."""
        node = self._data(expr, depth)
        if node.pairs is None:
            raise TypeError
        return {key.text: (key, value) for key, value in node.pairs}

    def _value(self, key: str, expr: ast.expr, depth: int) -> Node:
        """Return the value of a key; a class that is the ``type`` is its name."""
        if key == "type" and isinstance(expr, ast.Name) and expr.id in self.classes:
            return self._scalar(expr, self.classes[expr.id])
        return self.node(expr, depth)

    def _call(self, expr: ast.Call, depth: int) -> Node:
        name = expr.func.id if isinstance(expr.func, ast.Name) else ""
        if name in self.hidden or name in self.names:
            raise TypeError
        return self._dict_call(expr, depth) if name == "dict" else self._function_call(name, expr, depth)

    def _dict_call(self, expr: ast.Call, depth: int) -> Node:
        pairs: dict[str, tuple[Node, Node]] = {}
        if expr.args:
            raise TypeError
        for keyword in expr.keywords:
            new = self._merged(keyword.value, depth) if keyword.arg is None else self._argument(keyword, depth)
            if pairs.keys() & new.keys():
                raise TypeError
            pairs |= new
        return Node(self._source.place(expr), expr.lineno, pairs=tuple(pairs.values()))

    def _argument(self, keyword: ast.keyword, depth: int) -> dict[str, tuple[Node, Node]]:
        """Return the pair of a keyword argument."""
        key = Node(self._source.place(keyword), keyword.lineno, keyword.arg or "", quoted=True)
        return {key.text: (key, self._value(key.text, keyword.value, depth))}

    def _function_call(self, name: str, expr: ast.Call, depth: int) -> Node:
        if expr.keywords or name not in _FUNCTIONS:
            raise TypeError
        arguments = [self._data(argument, depth) for argument in expr.args]
        texts = name in ("float", "int")
        values = [node.text if texts and node.quoted else _number(node) for node in arguments]
        return self._scalar(expr, _FUNCTIONS[name](*values))

    def _name(self, expr: ast.Name, depth: int) -> Node:
        node = self.names[expr.id]
        if depth + node.levels > MOST_DEPTH:
            raise ValueError
        self._limits.add(self._source.place(expr), 0, nodes=node.size)
        return node

    def _unary(self, expr: ast.UnaryOp, depth: int) -> Node:
        return self._scalar(expr, _SIGNS[type(expr.op)](_number(self._data(expr.operand, depth))))

    def _binary(self, expr: ast.BinOp, depth: int) -> Node:
        left, right = self._data(expr.left, depth), self._data(expr.right, depth)
        adds = isinstance(expr.op, ast.Add)
        if adds and left.quoted and right.quoted and len(left.text) + len(right.text) <= _LONGEST:
            return self._scalar(expr, left.text + right.text)
        if adds and left.items is not None and right.items is not None:
            return Node(self._source.place(expr), expr.lineno, items=(*left.items, *right.items))
        if isinstance(expr.op, ast.Mult) and left.items is not None:
            return self._repeated(expr, left, int(_number(right)))
        return self._scalar(expr, _OPERATORS[type(expr.op)](_number(left), _number(right)))

    def _repeated(self, expr: ast.BinOp, node: Node, times: int) -> Node:
        """Return a list so many times."""
        if times * node.size > MOST_NODES:
            raise OverflowError
        self._limits.add(self._source.place(expr), 0, nodes=max(times, 0) * node.size)
        return Node(self._source.place(expr), expr.lineno, items=(*(node.items or ()),) * times)


def _number(node: Node) -> Number:
    """Return the number of a node; raise ValueError or TypeError if it is not one."""
    if node.quoted or node.items is not None or node.pairs is not None:
        raise TypeError
    return int(node.text) if node.text.lstrip("-").isdigit() else float(node.text)
