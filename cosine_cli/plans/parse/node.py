"""A node of a parsed document, with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.text import quote


class Node(NamedTuple):
    """A text, a list of nodes, or a mapping from key nodes to nodes, with its place.

    - ``quoted``: whether the text is a string even if it looks like a number.
    - ``tag``: its custom tag in YAML, such as ``!CosineDecay``, or that of a value that is code.
    """

    where: str
    line: int
    text: str = ""
    quoted: bool = False
    items: Sequence[Node] | None = None
    pairs: tuple[tuple[Node, Node], ...] | None = None
    tag: str = ""

    @property
    def kind(self) -> str:
        """The node in a message: its text, or its type."""
        if self.pairs is not None:
            return "a mapping"
        return "a list" if self.items is not None else quote(self.text) if self.text else "nothing"

    @property
    def children(self) -> Iterator[Node]:
        """The items of a list, or the keys and the values of a mapping."""
        yield from self.items or ()
        for pair in self.pairs or ():
            yield from pair

    @property
    def keys(self) -> frozenset[str]:
        """The keys of a mapping; empty for other nodes."""
        return frozenset(key.text for key, _ in self.pairs or ())

    @property
    def levels(self) -> int:
        """The number of levels below the node; an empty list or mapping has none."""
        return 1 + max((child.levels for child in self.children), default=0) if self.items or self.pairs else 0

    @property
    def size(self) -> int:
        """The number of nodes, itself included."""
        return 1 + sum(child.size for child in self.children)
