"""How wide text is, and text cut so that it fits."""

from __future__ import annotations

from typing import Protocol

from cosine_cli.render.figure.marks import Words
from cosine_cli.render.figure.page import ASCENT, DESCENT, Box
from cosine_cli.text import shorten, visible

_LONGEST = 200
"""Characters: no page is wide enough for more."""


class Ruler(Protocol):
    """Knows how wide a font's text is."""

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""


def fitted(text: str, ruler: Ruler, *, size: float, most: float, bold: bool = False) -> str:
    """Return foreign text with its control characters made visible, cut to ``most`` points with an ellipsis."""
    whole = shorten(visible(shorten(text, width=_LONGEST)), width=_LONGEST)
    if ruler.width(whole, size, bold=bold) <= most:
        return whole
    fits, too_long = 0, len(whole)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if ruler.width(whole[:middle].rstrip() + "…", size, bold=bold) <= most:
            fits = middle
        else:
            too_long = middle
    return whole[:fits].rstrip() + "…" if fits else ""


def extent(words: Words, ruler: Ruler) -> Box:
    """Return the room that a line of text takes."""
    width = ruler.width(words.text, words.size, bold=words.bold)
    left = words.x - {"left": 0.0, "center": width / 2, "right": width}[words.align]
    return Box(left, words.y - DESCENT * words.size, left + width, words.y + ASCENT * words.size)
