"""What the reader's screen can show: its width, colours, and characters."""

from __future__ import annotations

import os
import shutil
import sys
from typing import NamedTuple

NARROWEST, WIDEST = 40, 500
UNBOUNDED = 1 << 20

# Block elements, a line, and signs, each with what stands for it where only ASCII can be shown.
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
    """A screen, or the pipe or file in its place.

    - ``width``: in characters; a pipe is as wide as the text needs.
    - ``colors``: none (""), ``256`` or ``truecolor``.
    - ``encoding``: of its characters.
    - ``screen``: its size as it is, None where there is no screen.
    """

    width: int = UNBOUNDED
    colors: str = ""
    encoding: str = "utf-8"
    screen: Size | None = None

    @classmethod
    def here(cls) -> Terminal:
        """Return what standard output is."""
        if sys.stdout is None:
            return cls()
        encoding = sys.stdout.encoding or "utf-8"
        screen = sys.stdout.isatty()
        colors = _colors(screen=screen)
        return cls(_width(), colors, encoding, _size()) if screen else cls(UNBOUNDED, colors, encoding)

    @classmethod
    def none(cls) -> Terminal:
        """Return what a file is."""
        return cls()

    def encode(self, text: str) -> bytes:
        """Return a text in the screen's encoding: our own signs in ASCII where it lacks them, others escaped."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return text.translate(_ASCII).encode(self.encoding, "backslashreplace")

    def shows(self, text: str) -> bool:
        """Tell whether the encoding has all characters of a text."""
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
