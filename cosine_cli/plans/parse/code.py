"""Values that a file computes, which are not read: nothing in a file is executed."""

from __future__ import annotations

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.node import Node

CODE = "code:"
"""The beginning of a node's tag that no YAML tag has; what the value is follows."""


def code_node(node: Node, what: str) -> Node:
    """Return a node whose value cannot be read, with what it is, as in ``the shell expression '$LR'``."""
    return node._replace(tag=f"{CODE}{what}")


def is_code(node: Node) -> bool:
    """Return whether the value of a node is computed."""
    return node.tag.startswith(CODE)


def code_error(node: Node, name: str = "") -> RequestError:
    """Return the error for reading a computed value, of the key ``name`` if it is given."""
    rule = f"{name} must be a plain value".lstrip()
    return user_error(node.where, rule, got=node.tag.removeprefix(CODE), hint="write the value in the file")
