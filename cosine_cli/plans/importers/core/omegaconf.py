"""References of OmegaConf to another key of the same file, as in ``${optimization.lr}`` or ``${..lr}``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cosine_cli.plans.importers.core.nodes import item_at, node_at
from cosine_cli.plans.parse.node import Node

_REFERENCE = re.compile(r"\$\{(\.*)([A-Za-z_][\w-]*(?:\.[\w-]+)*)\}")

_MOST_LINKS = 10
"""More references from one value to the next than any config has."""


def interpolated(top: Node) -> Node:
    """Return a document whose interpolations of a text or a list are that value; others, as of a resolver, are kept.

    References to environment variables, to missing keys, to mappings, and within longer texts stay as they are: a
    reader then reports a text that is not a number.

    >>> key, value = Node("f", 1, "a"), Node("f", 1, "${b}")
    >>> interpolated(Node("f", 1, pairs=((key, value), (Node("f", 1, "b"), Node("f", 1, "3"))))).pairs[0][1].text
    '3'
    """
    return _Document(top).interpolated(top, ())


def path_of(top: Node, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of the value that the one at a path refers to, itself if it does not refer to another.

    >>> pairs = ((Node("f", 1, "a"), Node("f", 1, "${b}")), (Node("f", 1, "b"), Node("f", 1, "3")))
    >>> path_of(Node("f", 1, pairs=pairs), ("a",)), path_of(Node("f", 1, pairs=pairs), ("b",))
    (('b',), ('b',))
    """
    for _ in range(_MOST_LINKS):
        node = node_at(top, path)
        reference = None if node is None else _REFERENCE.fullmatch(node.text)
        if reference is None or reference[1]:
            break
        path = tuple(reference[2].split("."))
    return path


@dataclass(frozen=True)
class _Document:
    """A document, and the values of its mappings by key, by the ids of their pairs."""

    top: Node
    values: dict[int, dict[str, Node]] = field(default_factory=dict)

    def interpolated(self, node: Node, parents: tuple[Node, ...]) -> Node:
        """Return a node without references; ``parents`` are the nodes that it is in."""
        inner = (*parents, node)
        if node.pairs is not None:
            return node._replace(pairs=tuple((key, self.interpolated(value, inner)) for key, value in node.pairs))
        if node.items is not None:
            return node._replace(items=tuple(self.interpolated(item, inner) for item in node.items))
        return self._value(node, parents, _MOST_LINKS)

    def _value(self, node: Node, parents: tuple[Node, ...], links: int) -> Node:
        """Return the plain value or the list that a value refers to, at its own place."""
        reference = _REFERENCE.fullmatch(node.text)
        if reference is None or not links:
            return node
        ups = len(reference[1])
        path = parents[: len(parents) + 1 - ups] if ups else (self.top,)
        for name in reference[2].split("."):
            value = self._item(path[-1], name) if path else None
            if value is None:
                return node
            path = (*path, value)
        value = self._value(path[-1], path[:-1], links - 1)
        is_copied = value.pairs is None and _REFERENCE.fullmatch(value.text) is None
        return value._replace(where=node.where) if is_copied else node

    def _item(self, node: Node, name: str) -> Node | None:
        """Return a value of a mapping, or an item of a list; None if there is none."""
        if node.items is not None:
            return item_at(node, name)
        if node.pairs is None:
            return None
        values = self.values.setdefault(id(node.pairs), {})
        if not values:
            values.update((key.text, value) for key, value in node.pairs)
        return values.get(name)
