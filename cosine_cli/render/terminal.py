"""The capabilities of standard output: width, colors and characters."""

from __future__ import annotations

import os
import shutil
import sys
from typing import NamedTuple

NARROWEST, WIDEST = 40, 500
UNBOUNDED = 1 << 20

# Replacements where only ASCII can be shown.
_ASCII = str.maketrans({
    **dict(zip("▁▂▃▄▅▆▇█", "_.-~=+*#", strict=True)),
    "─": "-",
    "×": "x",
    "…": "...",
    "–": "-",
    "·": " ",
})  # fmt: skip


class Size(NamedTuple):
    """A size in characters."""

    columns: int
    lines: int


class Terminal(NamedTuple):
    """A screen, or a pipe or file instead.

    - ``width``: in characters; practically unbounded for a pipe.
    - ``colors``: none (""), ``256`` or ``truecolor``.
    - ``encoding``: the character encoding.
    - ``screen``: the size of the screen, None for a pipe or file.
    """

    width: int = UNBOUNDED
    colors: str = ""
    encoding: str = "utf-8"
    screen: Size | None = None

    @classmethod
    def here(cls) -> Terminal:
        """Return the terminal of standard output."""
        if sys.stdout is None:
            return cls()
        encoding = sys.stdout.encoding or "utf-8"
        screen = sys.stdout.isatty()
        colors = _colors(screen=screen)
        return cls(_width(), colors, encoding, _size()) if screen else cls(UNBOUNDED, colors, encoding)

    @classmethod
    def none(cls) -> Terminal:
        """Return the terminal that represents a file."""
        return cls()

    def encode(self, text: str) -> bytes:
        """Return an encoded text; signs that the encoding lacks become ASCII, other characters escapes."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.translate(_ASCII).encode(self.encoding, "backslashreplace")

    def shows(self, text: str) -> bool:
        """Tell whether the encoding supports all characters of a text."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True


def _width() -> int:
    return min(max(_size().columns, NARROWEST), WIDEST)


def _size() -> Size:
    columns, lines = shutil.get_terminal_size()
    return Size(min(columns, WIDEST), min(lines, WIDEST))


def _colors(*, screen: bool) -> str:
    if os.environ.get("NO_COLOR") or not (os.environ.get("FORCE_COLOR") or screen):
        return ""
    if os.environ.get("TERM") == "dumb" and not os.environ.get("FORCE_COLOR"):
        return ""
    return "truecolor" if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "256"
