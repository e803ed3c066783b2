"""Values of a document by the path of their key, of which several may be alternatives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.plans.importers.core.mapping_reader import MappingReader, is_null
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import shorten, visible

_OFF = re.compile(r"false|no|off|none|0(\.0*)?", re.IGNORECASE)
"""Values that turn a setting off."""


class PathValue(NamedTuple):
    """A value that is not null, with the mapping that it is in, and the path of its key."""

    mapping: MappingReader
    name: str
    path: str

    @classmethod
    def at(cls, top: Node, paths: str) -> PathValue | None:
        """Return the first value at one of several paths, ``a.b|c``, None if there is none."""
        return next(cls._at_each(top, paths), None)

    @classmethod
    def _at_each(cls, top: Node, paths: str) -> Iterator[PathValue]:
        yield from filter(None, (cls._in(top, path, path) for path in paths.split("|")))

    @classmethod
    def _in(cls, node: Node, rest: str, path: str) -> PathValue | None:
        keys = {_normalized(key.text): (key.text, value) for key, value in node.pairs or ()}
        if rest in keys:
            name, value = keys[rest]
            return None if is_null(value) else cls(MappingReader(node), name, path)
        first, _, inner = rest.partition(".")
        return cls._in(keys[first][1], inner, path) if first in keys and inner else None

    @classmethod
    def settings(cls, top: Node, key: str) -> Iterator[PathValue]:
        """Yield the values at paths that are neither false nor 0, or as ``a=b`` and ``a!=b`` require."""
        paths, _, word = key.partition("=")
        for value in cls._at_each(top, paths.removesuffix("!")):
            if (value.node.text == word) != paths.endswith("!") if word else _OFF.fullmatch(value.node.text) is None:
                yield value

    @property
    def where(self) -> str:
        """The place of the value."""
        return self.mapping.place(self.name)

    @property
    def node(self) -> Node:
        """The value; raises RequestError for one that is code."""
        return self.mapping.values[self.name]

    def __str__(self) -> str:
        """Return the path and the value, unless it is a list or a mapping."""
        text = visible(shorten(self.node.text))
        return f"{self.path}: {text}" if text else self.path


def setting_at(top: Node, key: str) -> PathValue | None:
    """Return the first value at one of several paths that is neither false nor 0, or as ``a=b`` and ``a!=b`` require.

    >>> key, value = Node("f:1:1", 1, "a"), Node("f:1:4", 1, "3")
    >>> top = Node("f:1:1", 1, pairs=((key, value),))
    >>> [str(setting_at(top, text)) for text in ("b|a", "a=3", "a!=3")]
    ['a: 3', 'a: 3', 'None']
    """
    return next(PathValue.settings(top, key), None)


def _normalized(key: str) -> str:
    """Return a key as ``argparse`` names it."""
    return key.removeprefix("--").replace("-", "_")
