"""The width of text, and text wrapped or shrunk to fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from cosine_cli.render.figure.margins import ASCENT, DESCENT, Box
from cosine_cli.render.figure.primitives import Text
from cosine_cli.text import visible

LONGEST = 1000
"""The largest number of characters of a name in a figure."""

_PIECE = re.compile(r"\s*(?:(?:[^\s\-_/,:;]|[\-,](?=\d)|(?<=\d) (?=\d{3}(?!\d)))+[\-_/,:;]*|[\-_/,:;]+)")
"""What a line break keeps together: a word or a number, or the part of a word up to a sign that separates parts."""

_LONGEST_PIECE = 20
"""In characters: longer pieces are broken between letters."""

_SLACK = 1e-6
"""In points: the tolerance for rounding."""

_HALVINGS = 6
"""The accuracy with which the lines of a text are made equally long."""


class Ruler(Protocol):
    """Measures text in a font; ``math``: parts of a text between dollars are mathematics."""

    math: bool

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""


class Face(NamedTuple):
    """The size and the weight of text."""

    size: float
    bold: bool = False


def shrunk(text: str, ruler: Ruler, face: Face, *, max_width: float, min_scale: float) -> Face:
    """Return the face shrunk until a text is at most ``max_width`` points wide, but not below ``min_scale``."""
    width = _width(visible(text[:LONGEST]), ruler, face)
    return face._replace(size=face.size * min(max(max_width / width, min_scale), 1.0)) if width else face


def wrapped(text: str, ruler: Ruler, face: Face, *, max_width: float, most: int) -> tuple[str, ...] | None:
    """Return a user's text in equally long lines of at most ``max_width`` points, with control characters escaped.

    Lines break between words and after signs such as ``_`` or ``/``; a longer part than 20 letters breaks anywhere.
    The result is None if the text needs more than ``most`` lines.
    """
    if len(text) > LONGEST:
        return None
    whole = visible(text)
    if _width(whole, ruler, face) <= max_width + _SLACK:
        return (whole,)
    pieces = _pieces_with_math(whole) if ruler.math else _pieces(whole)

    def lines(width: float) -> tuple[str, ...] | None:
        return _lines(pieces, most, lambda part: _width(part, ruler, face) <= width + _SLACK)

    greedy = lines(max_width)
    if greedy is None:
        return None
    narrow, wide, best = max(_width(piece.strip(), ruler, face) for piece in pieces), max_width, greedy
    for _ in range(_HALVINGS if narrow < max_width else 0):
        middle = (narrow + wide) / 2
        tried = lines(middle)
        if tried is not None and len(tried) == len(greedy):
            wide, best = middle, tried
        else:
            narrow = middle
    return best


def wrapped_all(
    texts: Sequence[str], ruler: Ruler, face: Face, *, max_width: float, most: int
) -> list[tuple[str, ...]] | None:
    """Return the lines of each text, None if one of them needs too many."""
    blocks: list[tuple[str, ...]] = []
    for text in texts:
        lines = wrapped(text, ruler, face, max_width=max_width, most=most)
        if lines is None:
            return None
        blocks.append(lines)
    return blocks


def _lines(pieces: Sequence[str], most: int, fits: Callable[[str], bool]) -> tuple[str, ...] | None:
    """Return pieces in as few lines as possible, None if these are more than ``most``."""
    lines: list[str] = []
    start = 0
    while start < len(pieces):
        end = _line_end(pieces, start, fits)
        if end == start or len(lines) == most:
            return None
        lines.append("".join(pieces[start:end]).strip())
        start = end
    return tuple(lines)


def _line_end(pieces: Sequence[str], start: int, fits: Callable[[str], bool]) -> int:
    """Return the end of the longest line that fits and begins at ``start``."""
    end, too_long = start, len(pieces) + 1
    while too_long - end > 1:
        middle = (end + too_long) // 2
        if fits("".join(pieces[start:middle]).strip()):
            end = middle
        else:
            too_long = middle
    return end


def _pieces(text: str) -> list[str]:
    """Return the parts of a text between which a line may break: the letters of a part that is too long."""
    parts = _PIECE.findall(text) or [text]
    return [piece for part in parts for piece in (part if len(part) > _LONGEST_PIECE else (part,))]


_MATH = re.compile(r"(\s?(?<!\\)\$(?:\\.|[^$\\])*\$)")


def is_math(text: str) -> bool:
    r"""Tell whether a text contains mathematics between dollars.

    >>> is_math(r"$\eta$"), is_math("5 $"), is_math(r"\$5 to \$6")
    (True, False, False)
    """
    return bool(_MATH.search(text))


def _pieces_with_math(text: str) -> list[str]:
    """Return the same for a text with mathematics, which are kept together."""
    parts = enumerate(_MATH.split(text))
    return [piece for index, part in parts if part for piece in ([part] if index % 2 else _pieces(part))]


def block_width(lines: tuple[str, ...], ruler: Ruler, face: Face) -> float:
    """Return the width of the widest line in points."""
    return max(_width(line, ruler, face) for line in lines)


def _width(text: str, ruler: Ruler, face: Face) -> float:
    return ruler.width(text, face.size, bold=face.bold)


def extent(words: Text, ruler: Ruler) -> Box:
    """Return the box of a line of text."""
    width = ruler.width(words.text, words.size, bold=words.bold)
    left = words.x - {"left": 0.0, "center": width / 2, "right": width}[words.align]
    return Box(left, words.y - DESCENT * words.size, left + width, words.y + ASCENT * words.size)
