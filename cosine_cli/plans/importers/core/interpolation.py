"""Resolve OmegaConf's interpolations of one key of the same file, as ``${trainer.max_steps}``."""

from __future__ import annotations

import re

from cosine_cli.plans.importers.core.nodes import node_at
from cosine_cli.plans.parse.node import Node

_REFERENCE = re.compile(r"\$\{([\w.]+)\}")
_MOST_REFERENCES = 10


def resolved(mapping: Node, top: Node) -> Node:
    """Return a mapping whose values have replaced their interpolations, if the document has their key."""
    return mapping._replace(pairs=tuple((key, _resolved(value, top)) for key, value in mapping.pairs or ()))


def _resolved(value: Node, top: Node) -> Node:
    found = value
    for _ in range(_MOST_REFERENCES):
        match = _REFERENCE.fullmatch(found.text)
        if match is None:
            return found._replace(where=value.where, line=value.line)
        target = node_at(top, match[1].split("."))
        if target is None:
            return value
        found = target
    return value
