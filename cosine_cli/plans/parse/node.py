"""A value of a document and its place: what a config, ours or another program's, is read as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.text import quote


class Node(NamedTuple):
    """A value of a document and its place: a text, a list of nodes, or a mapping from key nodes to nodes."""

    where: str
    line: int
    text: str = ""
    quoted: bool = False
    items: Sequence[Node] | None = None
    pairs: tuple[tuple[Node, Node], ...] | None = None

    @property
    def kind(self) -> str:
        """What the node is, in a message."""
        if self.pairs is not None:
            return "a mapping"
        return "a list" if self.items is not None else quote(self.text) if self.text else "nothing"

    @property
    def keys(self) -> frozenset[str]:
        """The keys of a mapping; of anything else none."""
        return frozenset(key.text for key, _ in self.pairs or ())
