"""Resolve OmegaConf's interpolations of one key of the same file, as ``${trainer.max_steps}``."""

from __future__ import annotations

import re

from cosine_cli.plans.parse.node import Node

_REFERENCE = re.compile(r"\$\{([\w.]+)\}")
_MOST_REFERENCES = 10


def resolved(mapping: Node, top: Node) -> Node:
    """Return a mapping whose values have replaced their interpolations, if the document has their key."""
    return mapping._replace(pairs=tuple((key, _resolved(value, top)) for key, value in mapping.pairs or ()))


def replaced(node: Node, path: tuple[str, ...], text: str) -> Node:
    """Return a document with another text at a path, if it has a value there."""
    if not path:
        return node._replace(text=text, quoted=False, items=None, pairs=None)
    if node.pairs is None:
        return node
    pairs = ((key, replaced(value, path[1:], text) if key.text == path[0] else value) for key, value in node.pairs)
    return node._replace(pairs=tuple(pairs))


def _resolved(value: Node, top: Node) -> Node:
    found = value
    for _ in range(_MOST_REFERENCES):
        match = _REFERENCE.fullmatch(found.text)
        if match is None:
            return found._replace(where=value.where, line=value.line)
        target = _at(top, match[1].split("."))
        if target is None:
            return value
        found = target
    return value


def _at(top: Node, path: list[str]) -> Node | None:
    node: Node | None = top
    for name in path:
        node = next((value for key, value in (node.pairs if node else None) or () if key.text == name), None)
    return node
