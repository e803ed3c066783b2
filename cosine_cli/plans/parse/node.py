"""A node of a parsed document, with its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.text import quote


class Node(NamedTuple):
    """A text, a list of nodes, or a mapping from key nodes to nodes, with its place."""

    where: str
    line: int
    text: str = ""
    quoted: bool = False
    items: Sequence[Node] | None = None
    pairs: tuple[tuple[Node, Node], ...] | None = None

    @property
    def kind(self) -> str:
        """The node in a message: its text, or its type."""
        if self.pairs is not None:
            return "a mapping"
        return "a list" if self.items is not None else quote(self.text) if self.text else "nothing"

    @property
    def keys(self) -> frozenset[str]:
        """The keys of a mapping; empty for other nodes."""
        return frozenset(key.text for key, _ in self.pairs or ())
