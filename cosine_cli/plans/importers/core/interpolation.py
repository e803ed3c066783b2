"""Replace OmegaConf's interpolations, such as ``${trainer.max_epochs}``, by the values that they refer to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cosine_cli.plans.parse.node import Node

_INTERPOLATION = re.compile(r"\$\{(\.*)([\w-]+(?:\.[\w-]+)*)\}")
_MOST_HOPS = 20


def interpolated(top: Node) -> Node:
    """Return a document whose interpolations of a text or a list are that value; others, as of a resolver, are kept.

    >>> key, value = Node("f", 1, "a"), Node("f", 1, "${b}")
    >>> interpolated(Node("f", 1, pairs=((key, value), (Node("f", 1, "b"), Node("f", 1, "3"))))).pairs[0][1].text
    '3'
    """
    return _Document(top).interpolated(top, ())


@dataclass(frozen=True)
class _Document:
    top: Node
    keys: dict[int, dict[str, Node]] = field(default_factory=dict)
    """The values of the mappings by key, by the id of their node's pairs."""

    def interpolated(self, node: Node, parents: tuple[Node, ...]) -> Node:
        """Return a node with its interpolations replaced; ``parents`` are the nodes that it is in."""
        inner = (*parents, node)
        if node.pairs is not None:
            return node._replace(pairs=tuple((key, self.interpolated(value, inner)) for key, value in node.pairs))
        if node.items is not None:
            return node._replace(items=tuple(self.interpolated(item, inner) for item in node.items))
        return self._value(node, parents, _MOST_HOPS)

    def _value(self, node: Node, parents: tuple[Node, ...], hops: int) -> Node:
        match = _INTERPOLATION.fullmatch(node.text)
        if match is None or not hops:
            return node
        ups = len(match[1])
        path = (self.top,) if not ups else parents[: len(parents) + 1 - ups]
        for name in match[2].split("."):
            value = self._item(path[-1], name) if path else None
            if value is None:
                return node
            path = (*path, value)
        if path[-1].pairs is not None:
            return node
        value = self._value(path[-1], path[:-1], hops - 1)
        return node._replace(text=value.text, quoted=value.quoted, items=value.items)

    def _item(self, node: Node, name: str) -> Node | None:
        """Return a value of a mapping or an item of a list, None if there is none."""
        if node.items is not None:
            return node.items[int(name)] if name.isdecimal() and int(name) < len(node.items) else None
        if node.pairs is None:
            return None
        keys = self.keys.setdefault(id(node.pairs), {})
        if not keys:
            keys.update((key.text, value) for key, value in node.pairs)
        return keys.get(name)
