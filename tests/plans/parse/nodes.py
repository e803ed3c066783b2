"""Nodes as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from cosine_cli.plans.parse.node import Node


def value_of(node: Node, scalar: Callable[[Node], Any]) -> Any:
    """Return the mappings and lists of a node, with what ``scalar`` returns of each other value."""
    if node.pairs is not None:
        return {key.text: value_of(value, scalar) for key, value in node.pairs}
    if node.items is not None:
        return [value_of(item, scalar) for item in node.items]
    return scalar(node)


def text_of(node: Node) -> Any:
    """Return the text of a node, marked if it is quoted."""
    return ("text", node.text) if node.quoted else node.text
