"""Limits of a parsed document, whatever its syntax."""

from __future__ import annotations

from cosine_cli.errors import user_error

MOST_NODES = 20_000
MOST_DEPTH = 32


class Limits:
    """Counts the nodes of a document."""

    def __init__(self) -> None:
        self.nodes = 0

    def add(self, where: str, depth: int, *, nodes: int = 1) -> None:
        """Count nodes that are ``depth`` levels deep; raise RequestError if a limit is exceeded."""
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise user_error(where, f"must have at most {MOST_NODES:,} values", got="more")
        if depth > MOST_DEPTH:
            raise user_error(where, f"must be at most {MOST_DEPTH} levels deep", got="more")
