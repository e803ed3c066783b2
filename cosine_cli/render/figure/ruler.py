"""How wide text is, and text cut so that it fits."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from cosine_cli.render.figure.margins import ASCENT, DESCENT, Box
from cosine_cli.render.figure.primitives import Text
from cosine_cli.text import shorten, visible

_LONGEST = 200
"""Characters: no page is wide enough for more."""

_SLACK = 1e-6
"""In points: text shrunk to a width fits it, whatever its last bit."""


class Ruler(Protocol):
    """Knows how wide a font's text is."""

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""


class Face(NamedTuple):
    """How text is set."""

    size: float
    bold: bool = False


def fitted(text: str, ruler: Ruler, face: Face, *, most: float) -> str:
    """Return foreign text with its control characters made visible, cut to ``most`` points with an ellipsis."""
    whole = _shown(text)
    if _width(whole, ruler, face) <= most + _SLACK:
        return whole
    fits, too_long = 0, len(whole)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _width(whole[:middle].rstrip() + "…", ruler, face) <= most:
            fits = middle
        else:
            too_long = middle
    return whole[:fits].rstrip() + "…" if fits else ""


def is_cut(words: Text) -> bool:
    """Tell whether words are the beginning of what they are the name of."""
    return words.names is not None and words.text.endswith("…") and words.text != visible(words.names.text)


def shrunk(text: str, ruler: Ruler, face: Face, *, most: float, least: float) -> Face:
    """Return the face in which foreign text is ``most`` points wide, or its own; at least ``least`` of it."""
    width = _width(_shown(text), ruler, face)
    return face._replace(size=face.size * min(max(most / width, least), 1.0)) if width else face


def _shown(text: str) -> str:
    return shorten(visible(shorten(text, width=_LONGEST)), width=_LONGEST)


def _width(text: str, ruler: Ruler, face: Face) -> float:
    return ruler.width(text, face.size, bold=face.bold)


def extent(words: Text, ruler: Ruler) -> Box:
    """Return the room that a line of text takes."""
    width = ruler.width(words.text, words.size, bold=words.bold)
    left = words.x - {"left": 0.0, "center": width / 2, "right": width}[words.align]
    return Box(left, words.y - DESCENT * words.size, left + width, words.y + ASCENT * words.size)
