"""Values that a file computes by code, which is not run: nodes that raise an error where they are read."""

from __future__ import annotations

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.node import Node

CODE = "code"
"""The tag of such a node; YAML's tags begin with ``!``."""


def code_node(where: str, line: int, code: str) -> Node:
    """Return the node of a value that is code; its text is the code."""
    return Node(where, line, code, quoted=True, tag=CODE)


def code_error(node: Node, name: str = "") -> RequestError:
    """Return the error for a value that is code; ``name`` is its key."""
    return user_error(node.where, f"{name} must be a literal: code is not run".lstrip(), got=node.kind)
