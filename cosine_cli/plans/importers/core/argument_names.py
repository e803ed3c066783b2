"""Keys as ``argparse`` names them: ``--lr-decay-style`` and ``lr-decay-style`` are ``lr_decay_style``."""

from __future__ import annotations

from cosine_cli.errors import user_error
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import quote


def normalized(node: Node) -> Node:
    """Return a mapping with normalized keys; raise RequestError if two of them become the same."""
    first: dict[str, Node] = {}
    pairs = []
    for key, value in node.pairs or ():
        name = key.text.removeprefix("--").replace("-", "_")
        if name in first:
            raise user_error(key.where, f"duplicate key {quote(key.text)}, first on line {first[name].line}")
        first[name] = key
        pairs.append((key._replace(text=name), value))
    return node._replace(pairs=tuple(pairs))
