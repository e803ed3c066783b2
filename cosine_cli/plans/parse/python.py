"""Parse a Python config to nodes without running it: the values that it assigns to names.

A value that is computed by code becomes a node that raises an error where it is read. So does the value of a name that
code may change: in a condition or a loop, by a method of a list, or by a function that refers to it.
"""

from __future__ import annotations

import ast
import warnings
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import TypeGuard

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.code import is_code
from cosine_cli.plans.parse.limits import MOST_NODES
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.python_bases import BASE, check_bases
from cosine_cli.plans.parse.python_values import Source, Values
from cosine_cli.text import shorten, visible

_MOST_MARKS = 4 * MOST_NODES
"""The most lines, values and braces, which limit the time and the memory that parsing takes."""
_LONGEST_PROBLEM = 200

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LEAVES = (ast.Constant, ast.operator, ast.cmpop, ast.boolop, ast.unaryop, ast.expr_context)
_NAMESPACES = frozenset(("exec", "eval", "globals", "locals", "vars"))
"""Functions that may assign any name."""


def parse(text: str, path: str) -> Node | None:
    """Return the assigned values as a mapping, None if the document is empty.

    Raises RequestError if the text is invalid or too large, if it assigns nothing, or takes values from other files.
    """
    where = visible(path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if sum(map(text.count, "\n;,{")) > _MOST_MARKS:
        raise user_error(where, f"must have at most {_MOST_MARKS:,} lines and values", got="more")
    module, source = _module(text, where), Source(text, where)
    check_bases(module, source)
    pairs = _Module(module, source).pairs()
    if module.body and not pairs:
        raise user_error(where, "must assign values, as in 'lr = 0.1': code is not run")
    return Node(f"{where}:1:1", 1, pairs=pairs) if pairs else None


def _module(text: str, where: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        place = where if error.lineno is None else f"{where}:{error.lineno}:{error.offset or 1}"
        raise _invalid(place, error.msg.partition(";")[0]) from None
    except (MemoryError, RecursionError):
        raise _invalid(where, "nested too deeply") from None
    except ValueError as error:
        raise _invalid(where, str(error)) from None


def _invalid(where: str, problem: str) -> RequestError:
    return user_error(where, f"invalid Python: {visible(shorten(problem, width=_LONGEST_PROBLEM))}")


class _Module:
    """The names of a module after its last statement."""

    def __init__(self, module: ast.Module, source: Source) -> None:
        self._source = source
        self._keys: dict[str, Node] = {}
        self._values = Values(source, self._touch)
        self._aliases = _Aliases()
        self._scopes = _Scopes(module)
        for statement in module.body:
            self._run(statement)

    def pairs(self) -> tuple[tuple[Node, Node], ...]:
        """Return the names with their values."""
        return tuple((self._keys[name], value) for name, value in self._values.names.items() if name != BASE)

    def _run(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Assign):
            self._assign_all(statement.targets, statement.value)
        elif isinstance(statement, ast.AnnAssign):
            if statement.value is not None:
                self._assign_all([statement.target], statement.value)
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            self._augment(statement, statement.target)
        else:
            self._touch(statement)

    def _assign_all(self, targets: list[ast.expr], expr: ast.expr) -> None:
        value = self._values.node(expr)
        for target in targets:
            self._assign(target, value)
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and node.id in self._scopes.loaded:
                    self._change(node.id, target)

    def _assign(self, target: ast.expr, value: Node) -> None:
        if isinstance(target, ast.Name):
            self._bind(target.id, target, value)
        elif _unpacks(target, value):
            for name, item in zip(target.elts, value.items or (), strict=True):
                self._assign(name, item)
        else:
            self._touch(target)

    def _augment(self, statement: ast.AugAssign, target: ast.Name) -> None:
        """Assign ``name = name + value``, which changes a list in place."""
        name = ast.copy_location(ast.Name(target.id, ast.Load()), target)
        value = self._values.node(ast.copy_location(ast.BinOp(name, statement.op, statement.value), statement))
        self._change(target.id, statement)
        self._bind(target.id, target, value if value.items is None else self._source.code(statement))

    def _bind(self, name: str, tree: ast.expr | ast.stmt, value: Node) -> None:
        self._forget(name)
        self._keys[name] = Node(self._source.place(tree), tree.lineno, name, quoted=True)
        self._values.names[name] = self._source.code(tree) if self._scopes.may_assign(name) else value
        self._aliases.add(name, self._values.names[name])

    def _touch(self, tree: ast.expr | ast.stmt) -> None:
        """Make the names code that an expression or a statement may change."""
        for node in _walk(tree):
            if isinstance(node, ast.Name):
                self._touch_name(node, tree)
            elif isinstance(node, ast.Import | ast.ImportFrom):
                self._import(node)
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._hide(node.name)
            elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
                self._bind(node.name, tree, self._source.code(tree))
            elif isinstance(node, ast.MatchMapping) and node.rest:
                self._bind(node.rest, tree, self._source.code(tree))

    def _touch_name(self, node: ast.Name, tree: ast.expr | ast.stmt) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node, self._source.code(tree))
        elif node.id in _NAMESPACES:
            for name in self._aliases.names:
                self._bind(name, tree, self._source.code(tree))
        else:
            self._change(node.id, tree)

    def _change(self, name: str, tree: ast.expr | ast.stmt) -> None:
        """Make a list or a mapping code, and those that share a part of it."""
        for sharing in self._aliases.sharing(name):
            self._bind(sharing, tree, self._source.code(tree))

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        for alias in statement.names:
            name = alias.asname or alias.name.partition(".")[0]
            self._hide(name)
            if isinstance(statement, ast.ImportFrom) and alias.name[:1].isupper():
                self._values.classes[name] = alias.name

    def _hide(self, name: str) -> None:
        """Bind a name to something else than a value, such as a function."""
        self._forget(name)
        self._values.hidden.add(name)

    def _forget(self, name: str) -> None:
        self._values.names.pop(name, None)
        self._aliases.remove(name)
        self._values.hidden.discard(name)
        self._values.classes.pop(name, None)


def _unpacks(target: ast.expr, value: Node) -> TypeGuard[ast.Tuple | ast.List]:
    """Return whether names take the items of a list one by one."""
    return (
        isinstance(target, ast.Tuple | ast.List)
        and len(target.elts) == len(value.items or ())
        and not any(isinstance(name, ast.Starred) for name in target.elts)
    )


class _Aliases:
    """Which names share a list or a mapping: what changes that of one name changes that of the others."""

    def __init__(self) -> None:
        self._values: dict[str, Node] = {}
        self._holders: defaultdict[int, set[str]] = defaultdict(set)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of values that are not code."""
        return tuple(self._values)

    def add(self, name: str, value: Node) -> None:
        """Add a name, unless its value is code."""
        if not is_code(value):
            self._values[name] = value
            for container in _containers(value):
                self._holders[id(container)].add(name)

    def remove(self, name: str) -> None:
        """Remove a name."""
        value = self._values.pop(name, None)
        for container in () if value is None else _containers(value):
            self._holders[id(container)].discard(name)

    def sharing(self, name: str) -> set[str]:
        """Return the names that share a part of the value of ``name``, itself included; none for a plain value."""
        value = self._values.get(name)
        return set() if value is None else {other for part in _containers(value) for other in self._holders[id(part)]}


def _containers(node: Node) -> Iterator[Node]:
    """Yield the lists and mappings of a node."""
    if node.items is not None or node.pairs is not None:
        yield node
    for child in node.children:
        yield from _containers(child)


class _Scopes:
    """What the functions and classes of a module refer to, which they may change whenever they are called.

    - ``loaded``: the names that they use.
    """

    def __init__(self, module: ast.Module) -> None:
        self.loaded: set[str] = set()
        self._assigned: set[str] = set()
        for scope in _walk(module):
            if isinstance(scope, _SCOPES):
                self._add(scope)

    def _add(self, scope: ast.AST) -> None:
        for node in ast.walk(scope):
            if isinstance(node, ast.Name):
                self.loaded.add(node.id)
            elif isinstance(node, ast.Global):
                self._assigned.update(node.names)

    def may_assign(self, name: str) -> bool:
        """Return whether a function may assign a name of the module."""
        return name in self._assigned or not _NAMESPACES.isdisjoint(self.loaded)


def _walk(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree, except constants, operators, and those in functions and classes."""
    queue = deque([tree])
    while queue:
        node = queue.popleft()
        yield node
        if not isinstance(node, _SCOPES):
            queue.extend(child for child in ast.iter_child_nodes(node) if not isinstance(child, _LEAVES))
