"""HyperPyYAML, the YAML of SpeechBrain: its tags are data, nothing is created, and ``!ref`` is resolved."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from cosine_cli.plans.importers.core.nodes import item_at, node_at
from cosine_cli.plans.parse.code import is_code
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.python_values import Source, Values

NEW, NAME = "!new:", "!name:"
"""The tags of an object that is created, and of a function with some of its arguments."""

_REFERENCES = ("!ref", "!copy")
_REFERENCE = re.compile(r"<([^<>]+)>")
_KEY = re.compile(r"[^.\[\]]+")
_NUMBER = re.compile(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?")
_MOST_LINKS = 20
"""The most references from one value to the next."""
_LONGEST = 200
"""The most characters of an expression that is evaluated."""


class Tagged(NamedTuple):
    """A value with a tag, and its key."""

    key: str
    value: Node


def tagged(node: Node, prefix: str, key: str = "") -> Iterator[Tagged]:
    """Yield the values at any depth whose tag begins with a prefix."""
    if node.tag.startswith(prefix):
        yield Tagged(key, node)
    for name, value in node.pairs or ():
        yield from tagged(value, prefix, name.text)
    for item in node.items or ():
        yield from tagged(item, prefix, key)


@dataclass(frozen=True)
class References:
    """Resolves the references of a document; each value once."""

    top: Node
    _values: dict[str, Node] = field(default_factory=dict)

    def resolved(self, node: Node, links: int = 0) -> Node:
        """Return a value, or the one that it refers to; a reference that cannot be resolved stays as it is.

        The arithmetic of numbers is evaluated, as in ``!ref <epochs> * 1000``.
        """
        if node.tag not in _REFERENCES or links > _MOST_LINKS:
            return node
        if node.where not in self._values:
            self._values[node.where] = node  # for a reference to itself
            self._values[node.where] = self._value(node, links)
        return self._values[node.where]

    def arguments(self, node: Node, names: Sequence[str]) -> Node:
        """Return the arguments of an object as a mapping of resolved values: those of a list get their ``names``."""
        if node.items is None:
            pairs = node.pairs or ()
        else:
            keys = (Node(item.where, item.line, name) for item, name in zip(node.items, names, strict=False))
            pairs = tuple(zip(keys, node.items, strict=False))
        return Node(node.where, node.line, pairs=tuple((key, self.resolved(value)) for key, value in pairs))

    def _value(self, node: Node, links: int) -> Node:
        whole = _REFERENCE.fullmatch(node.text)
        if whole is None:
            return self._evaluated(node, links)
        value = self._at(whole[1])
        return node if value is None else self.resolved(value, links + 1)

    @cached_property
    def _keys(self) -> dict[str, Node]:
        return {key.text: value for key, value in self.top.pairs or ()}

    def _at(self, path: str) -> Node | None:
        """Return the value at a path, as in ``a``, ``a.b`` or ``a[b]``; None if there is none."""
        first, *rest = _KEY.findall(path) or [""]
        node = self._keys.get(first)
        for name in rest:
            if node is not None and node.items is not None:
                node = item_at(node, name)
            elif node is not None:
                node = node_at(node, (name,))
        return node

    def _evaluated(self, node: Node, links: int) -> Node:
        """Return the value of an expression of numbers; other texts stay as they are."""
        if len(node.text) > _LONGEST:
            return node
        expression = _REFERENCE.sub(lambda match: self._number(match, links), node.text).strip()
        try:
            tree = ast.parse(expression, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return node
        value = Values(Source(expression, ""), lambda _: None).node(tree)
        is_number = not is_code(value) and _NUMBER.fullmatch(value.text) is not None
        return node._replace(text=value.text, tag="") if is_number else node

    def _number(self, match: re.Match[str], links: int) -> str:
        """Return the number that a reference in an expression stands for, or the reference."""
        value = self._at(match[1])
        text = "" if value is None else self.resolved(value, links + 1).text
        return text if _NUMBER.fullmatch(text) else match[0]
