"""Read quoted numbers as numbers, for the programs that convert text to the type of an argument."""

from __future__ import annotations

from cosine_cli.plans.importers.core.mapping_reader import MappingReader


def unquoted(config: MappingReader) -> MappingReader:
    """Return a mapping whose plain values count as written without quotes, except empty ones."""
    pairs = ((key, value._replace(quoted=not value.text)) for key, value in config.node.pairs or ())
    return MappingReader(config.node._replace(pairs=tuple(pairs)))
