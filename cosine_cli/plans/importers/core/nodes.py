"""Values of a document by their path."""

from __future__ import annotations

from collections.abc import Iterable

from cosine_cli.plans.parse.node import Node


def node_at(node: Node, path: Iterable[str]) -> Node | None:
    """Return the value at a path of keys, None if there is none."""
    for name in path:
        found = next((value for key, value in node.pairs or () if key.text == name), None)
        if found is None:
            return None
        node = found
    return node


def item_at(node: Node, index: str) -> Node | None:
    """Return the item of a list at an index in decimal digits, None if there is none."""
    items = node.items or ()
    is_short = index.isdecimal() and len(index) <= len(str(len(items)))
    return items[int(index)] if is_short and int(index) < len(items) else None


def replaced(node: Node, path: tuple[str, ...], text: str) -> Node:
    """Return a document with another text at a path, if it has a value there."""
    if not path:
        return node._replace(text=text, quoted=False, items=None, pairs=None)
    if node.pairs is None:
        return node
    pairs = ((key, replaced(value, path[1:], text) if key.text == path[0] else value) for key, value in node.pairs)
    return node._replace(pairs=tuple(pairs))
