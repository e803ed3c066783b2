"""Read the values of a ``CfgNode`` of yacs and fvcore, which parse the text of a value as a Python literal."""

from __future__ import annotations

import re

from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.parse.node import Node

_SEQUENCE = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")


def section(config: MappingReader, name: str) -> MappingReader:
    """Return a nested mapping with its texts as literals; raise RequestError if it is missing."""
    if name not in config:
        raise config.missing(name)
    return MappingReader(with_literals(MappingReader.of(config.values[name]).node))


def with_literals(mapping: Node) -> Node:
    """Return a mapping whose texts are what they stand for: ``(60000, 80000)`` is a list, ``"1e-4"`` a number.

    >>> text = Node("f:1:8", 1, "(60000, 80000)")
    >>> [item.text for item in with_literals(Node("f:1:1", 1, pairs=((text, text),))).pairs[0][1].items]
    ['60000', '80000']
    """
    return mapping._replace(pairs=tuple((key, _literal(value)) for key, value in mapping.pairs or ()))


def _literal(node: Node) -> Node:
    if node.pairs is not None:
        return node
    if node.items is not None:
        return node._replace(items=tuple(item._replace(quoted=False) for item in node.items))
    sequence = _SEQUENCE.fullmatch(node.text.strip())
    if sequence is None:
        return node._replace(quoted=False)
    words = [word.strip() for word in (sequence[1] or sequence[2] or "").split(",")]
    items = words[:-1] if not words[-1] else words
    return node._replace(text="", quoted=False, items=tuple(node._replace(text=item, quoted=False) for item in items))
