"""Read quoted numbers as numbers, for the programs that convert text to the type of an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cosine_cli.plans.importers.core.mapping_reader import MappingReader

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node


def unquoted(config: MappingReader) -> MappingReader:
    """Return a mapping whose numbers count as written without quotes."""
    pairs = ((key, _unquoted(value)) for key, value in config.node.pairs or ())
    return MappingReader(config.node._replace(pairs=tuple(pairs)))


def _unquoted(node: Node) -> Node:
    try:
        float(node.text)
    except ValueError:
        return node
    return node._replace(quoted=False)
