"""Values that OmegaConf copies from another key of the same file, as in ``${optimization.max_update}``."""

from __future__ import annotations

import re

from cosine_cli.plans.parse.node import Node

_REFERENCE = re.compile(r"\$\{([A-Za-z_][\w.]*)\}")

_MOST_LINKS = 10
"""More references from one value to the next than any config has."""


def interpolated(top: Node) -> Node:
    """Return a document in which values that are a reference to another key have the value of that key.

    References to environment variables, to missing keys, and within longer texts stay as they are: a reader then
    reports a text that is not a number.
    """
    return _Document(top).interpolated(top)


class _Document:
    """A document, with the keys of the mappings on the paths of its references."""

    def __init__(self, top: Node) -> None:
        self._top = top
        self._keys: dict[int, dict[str, Node]] = {}

    def interpolated(self, node: Node) -> Node:
        """Return a node with the values that its values refer to."""
        if node.pairs is not None:
            return node._replace(pairs=tuple((key, self.interpolated(value)) for key, value in node.pairs))
        if node.items is not None:
            return node._replace(items=tuple(map(self.interpolated, node.items)))
        return self._value(node)

    def _value(self, node: Node) -> Node:
        """Return the text or the list that a value refers to, at its own place."""
        value: Node | None = node
        for _ in range(_MOST_LINKS):
            if value is None or value.pairs is not None:
                return node
            reference = None if value.items is not None else _REFERENCE.fullmatch(value.text)
            if reference is None:
                return value._replace(where=node.where)
            value = self._at(reference[1].split("."))
        return node

    def _at(self, path: list[str]) -> Node | None:
        node: Node | None = self._top
        for name in path:
            node = None if node is None else self._keys_of(node).get(name)
        return node

    def _keys_of(self, node: Node) -> dict[str, Node]:
        if id(node) not in self._keys:
            self._keys[id(node)] = {key.text: value for key, value in node.pairs or ()}
        return self._keys[id(node)]
