"""Values that a file computes, which are not read: nodes that raise an error where they are read."""

from __future__ import annotations

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.node import Node

CODE = "code:"
"""The beginning of the tag of such a node, before the reason; YAML's tags begin with ``!``."""


def code_node(where: str, line: int, code: str, reason: str = "code is not run") -> Node:
    """Return the node of a value that is code; its text is the code."""
    return Node(where, line, code, quoted=True, tag=f"{CODE} {reason}")


def is_code(node: Node) -> bool:
    """Return whether the value of a node is computed."""
    return node.tag.startswith(CODE)


def code_error(node: Node, name: str = "") -> RequestError:
    """Return the error for a value that is code; ``name`` is its key."""
    reason = node.tag.removeprefix(CODE).strip()
    return user_error(node.where, f"{name} must be a literal: {reason}".lstrip(), got=node.kind)
