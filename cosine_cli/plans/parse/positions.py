"""Places of the characters of a text."""

from __future__ import annotations

from bisect import bisect_right


class Positions:
    """The places of a text's characters in messages, as ``run.toml:3:5``."""

    def __init__(self, text: str, path: str) -> None:
        self.path = path
        self._lines = [0, *(at + 1 for at, char in enumerate(text) if char == "\n")]

    def line(self, at: int) -> int:
        """Return the line of a character, from 1."""
        return bisect_right(self._lines, at)

    def place(self, at: int) -> str:
        """Return the path, the line and the column of a character."""
        line = self.line(at)
        return f"{self.path}:{line}:{at - self._lines[line - 1] + 1}"
