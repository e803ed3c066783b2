"""The width of text, and text cut or shrunk to fit."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from cosine_cli.render.figure.margins import ASCENT, DESCENT, Box
from cosine_cli.render.figure.primitives import Text
from cosine_cli.text import shorten, visible

_LONGEST = 200
"""In characters: no page fits a longer text."""

_SLACK = 1e-6
"""In points: the tolerance for rounding."""


class Ruler(Protocol):
    """Measures text in a font."""

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""


class Face(NamedTuple):
    """The size and the weight of text."""

    size: float
    bold: bool = False


def fitted(text: str, ruler: Ruler, face: Face, *, max_width: float) -> str:
    """Return a user's text with control characters escaped, cut to ``max_width`` points with an ellipsis."""
    whole = _shown(text)
    if _width(whole, ruler, face) <= max_width + _SLACK:
        return whole
    fits, too_long = 0, len(whole)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if _width(whole[:middle].rstrip() + "…", ruler, face) <= max_width:
            fits = middle
        else:
            too_long = middle
    return whole[:fits].rstrip() + "…" if fits else ""


def is_cut(words: Text) -> bool:
    """Tell whether a text is the cut beginning of its name."""
    return words.names is not None and words.text.endswith("…") and words.text != visible(words.names.text)


def shrunk(text: str, ruler: Ruler, face: Face, *, max_width: float, min_scale: float) -> Face:
    """Return the face shrunk until a text is at most ``max_width`` points wide, but not below ``min_scale``."""
    width = _width(_shown(text), ruler, face)
    return face._replace(size=face.size * min(max(max_width / width, min_scale), 1.0)) if width else face


def _shown(text: str) -> str:
    return shorten(visible(shorten(text, width=_LONGEST)), width=_LONGEST)


def _width(text: str, ruler: Ruler, face: Face) -> float:
    return ruler.width(text, face.size, bold=face.bold)


def extent(words: Text, ruler: Ruler) -> Box:
    """Return the box of a line of text."""
    width = ruler.width(words.text, words.size, bold=words.bold)
    left = words.x - {"left": 0.0, "center": width / 2, "right": width}[words.align]
    return Box(left, words.y - DESCENT * words.size, left + width, words.y + ASCENT * words.size)
