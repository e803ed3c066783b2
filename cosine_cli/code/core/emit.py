"""From a tree to the lines of a function, in the words of one language."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cosine_cli.code.core.symbols import TIME, Node, Symbolic
from cosine_cli.plans.clock import whole
from cosine_cli.schedules.core.schedule import Schedule

WIDTH = 88
INDENT = "    "
_LONG = 32
"""A part of a line that is longer gets a name and a line of its own."""

_ENDLESS = 1 << 30

_LARGEST_INT = 2**31
"""From here on whole numbers are written as floats: arrays of 32-bit integers do not hold them."""

_ANY, _CONDITION, _COMPARISON, _SUM, _PRODUCT, _POWER, _ATOM = range(7)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "**": _POWER}
_SIMPLE = re.compile(r"-?[A-Za-z0-9_.]+")
_COMPARED = ("<", "<=", ">", ">=")


@dataclass(frozen=True, kw_only=True)
class Language:
    """How one language writes the operations.

    - ``calls``: what each function is called, by the name of the operation.
    - ``pi``: how it writes pi.
    - ``constant``: how a function returns one value for all times.
    - ``branches``: whether a function may return from inside an ``if``.
    - ``depth``: how far the bodies of functions are indented.
    - ``single``: whether it computes in 32-bit floats.
    """

    calls: Mapping[str, str]
    pi: str
    branches: bool
    constant: str = "{}"
    depth: int = 1
    single: bool = False


@dataclass(frozen=True)
class Function:
    """The body of a function of ``t``.

    - ``tables``: what it looks values up in, by their names.
    - ``remarks``: what has to be said of how it gives the rates.
    """

    lines: tuple[str, ...]
    tables: Mapping[str, tuple[float, ...]]
    remarks: tuple[str, ...] = ()


def function(schedule: Schedule, language: Language, *, prefix: str = "") -> Function:
    """Return the rate of a schedule at ``t`` as the body of a function; names of tables begin with ``prefix``."""
    return tree(schedule.formula(Symbolic(), TIME), language, prefix=prefix)


def tree(formula: Any, language: Language, *, prefix: str = "") -> Function:
    """Return the value of a tree as the body of a function."""
    writer = _Writer(language, prefix)
    return Function(tuple(writer.returned(formula, _Scope())), writer.tables)


@dataclass
class _Scope:
    """Which nodes have a name, so far, on the way to one line."""

    names: dict[int, str] = field(default_factory=dict)

    def inner(self) -> _Scope:
        return _Scope(dict(self.names))


class _Writer:
    """Writes one function; remembers its tables and the names that it has given."""

    def __init__(self, language: Language, prefix: str) -> None:
        self._language = language
        self._prefix = prefix
        self._room = WIDTH - language.depth * len(INDENT)
        self._used: set[str] = {"t"}
        self._kept: list[Node] = []  # a node must outlive its id, which stands for it
        self.tables: dict[str, tuple[float, ...]] = {}

    def returned(self, value: Any, scope: _Scope) -> Iterator[str]:
        """Yield the lines that return a value: an ``if`` for each case, where the language has it."""
        if self._language.branches and isinstance(value, Node) and value.op == "where":
            condition, then, otherwise = value.args
            yield from self._named(condition, scope, longest=_ENDLESS)
            yield f"if {self._text(condition, scope)}:"
            yield from self._inside(then, scope)
            yield from self.returned(otherwise, scope)
            return
        if not isinstance(value, Node):
            yield f"return {self._language.constant.format(self._text(value, scope))}"
            return
        yield from self._fitted(len("return "), value, scope)
        yield from self._statement("return ", value, scope)

    def _inside(self, value: Any, scope: _Scope) -> Iterator[str]:
        """Yield the lines that return a value, a level further in."""
        self._room -= len(INDENT)
        yield from (INDENT + line for line in self.returned(value, scope.inner()))
        self._room += len(INDENT)

    def _named(self, value: Any, scope: _Scope, *, longest: int) -> Iterator[str]:
        """Yield the lines that name the parts of a value: what a formula names, and what is longer than ``longest``."""
        if not isinstance(value, Node) or id(value) in scope.names:
            return
        named = value.args[0] if value.op == "let" else value
        if value.op == "let":
            yield from self._assigned(value, named, scope)
            return
        for part in named.args:
            yield from self._named(part, scope, longest=longest)
        if len(self._text(value, scope)) > longest:
            yield from self._assigned(value, named, scope)

    def _assigned(self, value: Node, named: Node, scope: _Scope) -> Iterator[str]:
        """Yield the lines that give a value a name; its parts get theirs first."""
        yield from self._fitted(len("_10 = ") + len(value.name or "part"), named, scope)
        name = self._fresh(value.name or "part")
        yield from self._statement(f"{name} = ", named, scope)
        self._kept.append(value)
        scope.names[id(value)] = name

    def _fitted(self, head: int, value: Node, scope: _Scope) -> Iterator[str]:
        """Yield the lines that name the parts of a value, so many of them that the rest fits a line behind its head."""
        for longest in (_ENDLESS, _LONG):
            for part in value.args:
                yield from self._named(part, scope, longest=longest)
            if head + len(self._text(value, scope)) <= self._room:
                return

    def _statement(self, head: str, value: Node, scope: _Scope) -> Iterator[str]:
        """Yield a statement: of what is too long for a line, an argument or a case a line."""
        text = self._text(value, scope)
        calls = self._language.calls.get(value.op, "")
        if len(head) + len(text) <= self._room:
            yield head + text
        elif value.op == "where" and self._language.branches:
            condition, then, otherwise = (self._text(part, scope, _COMPARISON) for part in value.args)
            yield from (f"{head}(", f"{INDENT}{then}", f"{INDENT}if {condition}", f"{INDENT}else {otherwise}", ")")
        elif value.op in ("count", "take") and text.endswith(")"):
            opening, _, arguments = text.removesuffix(")").partition("(")
            yield from (f"{head}{opening}(", f"{INDENT}{arguments}", ")")
        elif calls and "{" not in calls:
            yield f"{head}{calls}("
            yield from (f"{INDENT}{self._text(part, scope)}," for part in value.args)
            yield ")"
        else:
            yield head + text

    def _fresh(self, name: str) -> str:
        count, unique = 1, name
        while unique in self._used:
            count += 1
            unique = f"{name}_{count}"
        self._used.add(unique)
        return unique

    def _text(self, value: Any, scope: _Scope, least: int = _ANY) -> str:
        """Return a value as text, in brackets where it binds less tightly than ``least``."""
        text, binds = self._bound(value, scope)
        return f"({text})" if binds < least else text

    def _bound(self, value: Any, scope: _Scope) -> tuple[str, int]:
        """Return a value as text, and how tightly it binds."""
        if not isinstance(value, Node):
            return self._constant(value)
        name = scope.names.get(id(value)) or (value.name if value.op == "name" else None)
        return (name, _ATOM) if name else self._operation(value, scope)

    def _operation(self, value: Node, scope: _Scope) -> tuple[str, int]:
        if value.op == "let":
            return self._bound(value.args[0], scope)
        if value.op in _BINARY:
            return self._binary(value, scope)
        if value.op in _COMPARED:
            left, right = (self._text(part, scope, _SUM) for part in value.args)
            return f"{left} {value.op} {right}", _COMPARISON
        return self._call(value, scope)

    def _binary(self, value: Node, scope: _Scope) -> tuple[str, int]:
        binds = _BINARY[value.op]
        on_left = binds + 1 if value.op == "**" else binds
        on_right = binds if value.op == "**" else binds + 1
        if value.op in ("+", "*"):
            on_right = binds + (value.op == "*")  # a * (b / c) is not a * b / c to the last bit
        if value.op == "**" and not isinstance(value.args[1], Node):  # a power of -0.5 needs no brackets
            on_right = _ANY
        left, right = self._text(value.args[0], scope, on_left), self._text(value.args[1], scope, on_right)
        # As formatters have it: no blanks around a power of names and numbers.
        close = value.op == "**" and _SIMPLE.fullmatch(left) and _SIMPLE.fullmatch(right)
        return f"{left}**{right}" if close else f"{left} {value.op} {right}", binds

    def _call(self, value: Node, scope: _Scope) -> tuple[str, int]:
        if value.op == "where" and self._language.branches:
            condition, then, otherwise = (self._text(part, scope, _COMPARISON) for part in value.args)
            return f"{then} if {condition} else {otherwise}", _CONDITION
        if value.op == "count":
            edges, time = self._table("edges", value.args[0]), self._text(value.args[1], scope)
            return self._language.calls["count"].format(edges, time), _ATOM
        if value.op == "take":
            values, index = self._table("values", value.args[0]), self._text(value.args[1], scope)
            counted = isinstance(value.args[1], Node) and _unnamed(value.args[1]).op == "count"
            return self._language.calls["pick" if counted else "take"].format(values, index), _ATOM
        words = (self._text(part, scope) for part in value.args)
        return f"{self._language.calls[value.op]}({', '.join(words)})", _ATOM

    def _table(self, name: str, values: tuple[float, ...]) -> str:
        for known, held in self.tables.items():
            if held == values:
                return known
        unique = self._fresh(f"{self._prefix}{name}".upper())
        self.tables[unique] = values
        return unique

    def _constant(self, value: Any) -> tuple[str, int]:
        if value in (math.pi, math.pi / 2):
            pi = self._language.pi
            return (pi, _ATOM) if value == math.pi else (f"{pi} / 2", _PRODUCT)
        text = number(float(value))
        return text, _ATOM if value >= 0 else _SUM


def _unnamed(value: Node) -> Node:
    return _unnamed(value.args[0]) if value.op == "let" else value


def number(value: float) -> str:
    """Return a constant as source text: whole numbers without a fraction, infinities as no language has them bare.

    >>> number(100.0), number(0.1), number(1e12)
    ('100', '0.1', '1000000000000.0')
    """
    if not math.isfinite(value):
        return f'float("{value}")'
    return whole(value).replace("e+", "e") if abs(value) < _LARGEST_INT else fraction(value)


def fraction(value: float) -> str:
    """Return a number as source text that keeps its fraction, as formatters leave it.

    >>> fraction(1.0), fraction(1e22)
    ('1.0', '1e22')
    """
    return repr(float(value)).replace("e+", "e")
