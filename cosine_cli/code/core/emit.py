"""The lines of a function from a tree, in one language."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cosine_cli.code.core.symbols import TreeNode, is_number, nodes
from cosine_cli.plans.model.clock import whole

WIDTH = 88
INDENT = "    "

_LARGEST_INT = 2**31
"""From here on whole numbers are written as floats: arrays of 32-bit integers do not hold them."""

_ANY, _CONDITION, _COMPARISON, _SUM, _PRODUCT, _SIGN, _POWER, _ATOM = range(8)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "%": _PRODUCT, "**": _POWER}
_SIMPLE = re.compile(r"-?[A-Za-z0-9_.]+")
_COMPARED = ("<", "<=", ">", ">=")


ARRAY_FUNCTIONS = ("minimum", "maximum", "where", "floor", "sqrt", "exp", "log", "sin", "cos", "tanh")
"""The operations that NumPy, JAX and Keras have by these names."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """How one language writes the operations.

    - ``calls``: the name of each function, by operation.
    - ``pi``: how it writes pi.
    - ``constant``: how a function returns one value for all times.
    - ``branches``: whether a function may return from inside an ``if``.
    - ``depth``: how far the bodies of functions are indented.
    - ``float32``: whether it computes in 32-bit floats.
    - ``array``: the function that converts a list of numbers to an array; empty if a tuple is enough.
    - ``time``: the name of the time.
    """

    calls: Mapping[str, str]
    pi: str
    branches: bool
    constant: str = "{}"
    depth: int = 1
    float32: bool = False
    array: str = ""
    time: str = "t"


@dataclass(frozen=True)
class Function:
    """The body of a function of the time.

    - ``tables``: its module constants, by name; tables that fit one line are defined in the body.
    - ``remarks``: sentences about how it gives the rates.
    """

    lines: tuple[str, ...]
    tables: Mapping[str, tuple[float, ...]]
    remarks: tuple[str, ...] = ()


def function(tree: Any, language: Language, *, prefix: str = "") -> Function:
    """Return the value of a tree as the body of a function; names of tables begin with ``prefix``."""
    writer = _Writer(language, prefix)
    tables = {node.name for node in nodes(tree) if node.op in ("count", "gather")}
    lines = tuple(writer.returned(tree, _Scope({language.time, *tables})))
    return Function((*writer.own_tables, *lines), writer.tables)


@dataclass
class _Scope:
    """The names that are defined before a line."""

    used: set[str]
    names: dict[int, str] = field(default_factory=dict)

    def inner(self) -> _Scope:
        return _Scope(set(self.used), dict(self.names))

    def fresh(self, name: str) -> str:
        candidates = itertools.chain([name], (f"{name}_{count}" for count in itertools.count(2)))
        unique = next(candidate for candidate in candidates if candidate not in self.used)
        self.used.add(unique)
        return unique


class _Writer:
    """Writes one function, and remembers its tables."""

    def __init__(self, language: Language, prefix: str) -> None:
        self._language = language
        self._prefix = prefix
        self._width_left = WIDTH - language.depth * len(INDENT)
        self._table_names: dict[tuple[float, ...], str] = {}
        self.tables: dict[str, tuple[float, ...]] = {}
        self.own_tables: list[str] = []

    def returned(self, value: Any, scope: _Scope) -> Iterator[str]:
        """Yield the lines that return a value: an ``if`` for each case, where the language has it."""
        if self._language.branches and isinstance(value, TreeNode) and value.op == "where":
            condition, then, otherwise = value.args
            yield from self._named(condition, scope)
            yield f"if {self._text(condition, scope)}:"
            yield from self._inside(then, scope)
            yield from self.returned(otherwise, scope)
            return
        if not isinstance(value, TreeNode):
            yield f"return {self._language.constant.format(self._text(value, scope))}"
            return
        yield from self._named(value, scope)
        yield from self._statement("return ", value, scope)

    def _inside(self, value: Any, scope: _Scope) -> Iterator[str]:
        """Yield the lines that return a value, a level further in."""
        self._width_left -= len(INDENT)
        yield from (INDENT + line for line in self.returned(value, scope.inner()))
        self._width_left += len(INDENT)

    def _named(self, value: Any, scope: _Scope) -> Iterator[str]:
        """Yield the lines that define the named parts of a value."""
        if not isinstance(value, TreeNode) or id(value) in scope.names:
            return
        for part in value.args:
            yield from self._named(part, scope)
        if value.op == "named":
            name = scope.fresh(value.name)
            yield from self._statement(f"{name} = ", value.args[0], scope)
            scope.names[id(value)] = name

    # --- Lines

    def _statement(self, head: str, value: Any, scope: _Scope) -> Iterator[str]:
        """Yield a statement as formatters write it: on one line, or its parts on lines of their own."""
        text = self._text(value, scope)
        if len(head) + len(text) <= self._width_left:
            yield head + text
        elif self._has_brackets(value, scope):
            yield from self._broken(head, value, scope, "")
        else:
            self._width_left -= len(INDENT)
            yield f"{head}("
            yield from (INDENT + line for line in self._parts(value, scope))
            yield ")"
            self._width_left += len(INDENT)

    def _broken(self, head: str, value: Any, scope: _Scope, tail: str, least: int = _ANY) -> Iterator[str]:
        """Yield a value after a head, inside parentheses: on one line if it fits, else its parts on lines."""
        text = self._text(value, scope, least)
        if len(head) + len(text) + len(tail) <= self._width_left:
            yield head + text + tail
        elif self._has_brackets(value, scope) and value.op == "**":
            base, exponent = value.args
            yield from self._broken(head, base, scope, f" ** {self._text(exponent, scope, _SIGN)}{tail}", _ATOM)
        elif self._has_brackets(value, scope) and value.op in ("count", "gather"):
            yield from self._broken_lookup(head, value, scope, tail)
        elif self._has_brackets(value, scope):
            yield f"{head}{self._language.calls[value.op]}("
            yield from self._indented(
                line for argument in value.args for line in self._broken("", argument, scope, ",")
            )
            yield f"){tail}"
        elif self._text_and_precedence(value, scope)[1] < least:
            yield f"{head}("
            yield from self._indented(self._parts(value, scope))
            yield f"){tail}"
        else:
            yield from self._parts(value, scope, head, tail)

    def _broken_lookup(self, head: str, value: TreeNode, scope: _Scope, tail: str) -> Iterator[str]:
        """Yield a search in a table, or a value of it, with a line for each argument."""
        opening, _, inside = self._language.calls[value.op].removesuffix(")").partition("(")
        first, second, *further = inside.split(", ", 2)
        yield f"{head}{opening}("
        self._width_left -= len(INDENT)
        yield INDENT + first.format(self._table(value)) + ","
        before, _, after = second.partition("{}")
        rest = ", ".join([after, *further]) if before else f"{after},"
        yield from (
            INDENT + line for line in self._broken(before, value.args[1], scope, f"{rest}," if before else rest)
        )
        self._width_left += len(INDENT)
        yield from (f"{INDENT}{argument}," for argument in further if not before)
        yield f"){tail}"

    def _indented(self, lines: Iterator[str]) -> Iterator[str]:
        self._width_left -= len(INDENT)
        yield from (INDENT + line for line in lines)
        self._width_left += len(INDENT)

    def _has_brackets(self, value: Any, scope: _Scope) -> bool:
        """Return whether a value is a call, whose brackets can be opened, or a power of one."""
        if (
            not isinstance(value, TreeNode)
            or id(value) in scope.names
            or (value.op == "where" and self._language.branches)
        ):
            return False
        if value.op == "**":
            return self._has_brackets(value.args[0], scope)
        template = self._language.calls.get(value.op, "{")
        return "{" not in template or (value.op in ("count", "gather") and template[0] != "{")

    def _parts(self, value: Any, scope: _Scope, head: str = "", tail: str = "") -> Iterator[str]:
        """Yield a value inside brackets, with a line for each term, factor or case."""
        inside = value if isinstance(value, TreeNode) and id(value) not in scope.names else None
        if inside is not None and inside.op == "where":
            condition, then, otherwise = inside.args
            yield from self._broken(head, then, scope, "", _COMPARISON)
            yield from self._broken("if ", condition, scope, "", _COMPARISON)
            yield from self._broken("else ", otherwise, scope, tail, _COMPARISON)
        elif inside is not None and inside.op == "**":
            yield from self._broken(head, inside.args[0], scope, "", _ATOM)
            yield from self._broken("** ", inside.args[1], scope, tail, _SIGN)
        elif inside is not None and inside.op in _BINARY:
            precedence, (left, right) = _BINARY[inside.op], inside.args
            chained = isinstance(left, TreeNode) and id(left) not in scope.names and _BINARY.get(left.op) == precedence
            yield from self._parts(left, scope, head) if chained else self._broken(head, left, scope, "", precedence)
            yield from self._broken(f"{inside.op} ", right, scope, tail, precedence + 1)
        else:
            yield head + self._text(value, scope) + tail

    # --- Text

    def _text(self, value: Any, scope: _Scope, least: int = _ANY) -> str:
        """Return a value as text, in brackets where it binds less tightly than ``least``."""
        text, precedence = self._text_and_precedence(value, scope)
        return f"({text})" if precedence < least else text

    def _text_and_precedence(self, value: Any, scope: _Scope) -> tuple[str, int]:
        """Return a value as text, and how tightly it binds."""
        if not isinstance(value, TreeNode):
            return self._constant(value)
        if id(value) in scope.names:
            return scope.names[id(value)], _ATOM
        return (self._language.time, _ATOM) if value.op == "name" else self._operation(value, scope)

    def _operation(self, value: TreeNode, scope: _Scope) -> tuple[str, int]:
        if value.op in _BINARY:
            return self._binary(value, scope)
        if value.op == "neg":
            return f"-{self._text(value.args[0], scope, _ATOM)}", _SIGN
        if value.op in _COMPARED:
            left, right = (self._text(part, scope, _SUM) for part in value.args)
            return f"{left} {value.op} {right}", _COMPARISON
        return self._call(value, scope)

    def _binary(self, value: TreeNode, scope: _Scope) -> tuple[str, int]:
        precedence = _BINARY[value.op]
        on_left = _ATOM if value.op == "**" else precedence
        on_right = _SIGN if value.op == "**" else precedence + 1  # a * (b / c) is not a * b / c to the last bit
        left, right = self._text(value.args[0], scope, on_left), self._text(value.args[1], scope, on_right)
        # As formatters write it: no blanks around a power of names and numbers.
        close = value.op == "**" and _SIMPLE.fullmatch(left) and _SIMPLE.fullmatch(right)
        return f"{left}**{right}" if close else f"{left} {value.op} {right}", precedence

    def _call(self, value: TreeNode, scope: _Scope) -> tuple[str, int]:
        if value.op == "where" and self._language.branches:
            condition, then, otherwise = (self._text(part, scope, _COMPARISON) for part in value.args)
            return f"{then} if {condition} else {otherwise}", _CONDITION
        if value.op == "count":
            edges, time = self._table(value), self._text(value.args[1], scope)
            return self._language.calls["count"].format(edges, time), _ATOM
        if value.op == "gather":
            template = self._language.calls["pick" if _counts(value.args[1]) else "gather"]
            index = self._text(value.args[1], scope, _ATOM if "{}." in template else _ANY)
            return template.format(self._table(value), index), _ATOM
        operands = (self._text(part, scope) for part in value.args)
        return f"{self._language.calls[value.op]}({', '.join(operands)})", _ATOM

    def _table(self, node: TreeNode) -> str:
        """Return the name of a table: one that fits a line is defined in the function, others before it."""
        values: tuple[float, ...] = node.args[0]
        if values in self._table_names:
            return self._table_names[values]
        names = {*self._table_names.values(), self._language.time}
        candidates = itertools.chain([node.name], (f"{node.name}_{count}" for count in itertools.count(2)))
        name = next(
            candidate
            for candidate in candidates
            if candidate not in names and f"{self._prefix}{candidate}".upper() not in names
        )
        line = f"{name} = {self._array(values)}"
        if len(line) <= self._width_left:
            self.own_tables.append(line)
        else:
            name = f"{self._prefix}{name}".upper()
            self.tables[name] = values
        self._table_names[values] = name
        return name

    def _array(self, values: tuple[float, ...]) -> str:
        numbers = ", ".join(map(literal, values))
        if self._language.array:
            return f"{self._language.array}([{numbers}])"
        return f"({numbers}{',' if len(values) == 1 else ''})"

    def _constant(self, value: Any) -> tuple[str, int]:
        if value == math.pi:
            return self._language.pi, _ATOM
        if value == math.pi / 2:
            return f"{self._language.pi} / 2", _PRODUCT
        return literal(float(value)), _ATOM if math.copysign(1.0, value) > 0 else _SIGN


def _counts(value: Any) -> bool:
    """Return whether a value is a count in every language, and no float that looks like one."""
    if is_number(value):
        return float(value).is_integer()
    if value.op == "named":
        return _counts(value.args[0])
    return value.op == "count" or (value.op in ("+", "-", "*") and all(map(_counts, value.args)))


def literal(value: float) -> str:
    """Return a constant as source text: whole numbers without a fraction, infinities as no language has them bare.

    >>> literal(100.0), literal(0.1), literal(1e12)
    ('100', '0.1', '1000000000000.0')
    """
    if not math.isfinite(value):
        return f'float("{value}")'
    return whole(value).replace("e+", "e") if abs(value) < _LARGEST_INT else float_literal(value)


def float_literal(value: float) -> str:
    """Return a number as source text that keeps its fraction, as formatters write it.

    >>> float_literal(1.0), float_literal(1e22)
    ('1.0', '1e22')
    """
    return repr(float(value)).replace("e+", "e")
