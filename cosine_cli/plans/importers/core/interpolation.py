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
    return _in(top, top)


def _in(node: Node, top: Node) -> Node:
    if node.pairs is not None:
        return node._replace(pairs=tuple((key, _in(value, top)) for key, value in node.pairs))
    if node.items is not None:
        return node._replace(items=tuple(_in(item, top) for item in node.items))
    return _value(node, top)


def _value(node: Node, top: Node) -> Node:
    """Return the plain value that a value refers to, at its own place."""
    value: Node | None = node
    for _ in range(_MOST_LINKS):
        if value is None or value.pairs is not None or value.items is not None:
            return node if value is None or value.pairs is not None else value._replace(where=node.where)
        reference = _REFERENCE.fullmatch(value.text)
        if reference is None:
            return value._replace(where=node.where)
        value = _at(top, reference[1].split("."))
    return node


def _at(node: Node, path: list[str]) -> Node | None:
    for name in path:
        found = next((value for key, value in node.pairs or () if key.text == name), None)
        if found is None:
            return None
        node = found
    return node
