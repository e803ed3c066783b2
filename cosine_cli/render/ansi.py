"""Colors of curves in a terminal, and colored text as escape sequences."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Literal, NamedTuple

# Readable on light and dark screens, in the order of the figure's hues.
HUES = ("#3b7ddd", "#d9700a", "#0c9c7f", "#b0508f", "#8f86b8", "#5b83c4", "#98982a", "#b06fa4")

_WEIGHTS = {"bold": "1", "dim": "2"}
_FIRST_CUBE, _CUBE_STEP = 95, 40
"""The 256 colors contain a cube with six levels per channel: 0, 95, 135 ... 255."""


class Ink(NamedTuple):
    """The style of a character: a hue (``#rrggbb``, or empty) and a weight."""

    hue: str = ""
    weight: Literal["", "bold", "dim"] = ""


PLAIN = Ink()
DIM = Ink(weight="dim")
BOLD = Ink(weight="bold")


class Cell(NamedTuple):
    """One column of a line: its character; empty to the right of a wide character."""

    text: str = " "
    ink: Ink = PLAIN


def hue(index: int) -> str:
    """Return the hue of the curve at ``index``."""
    return HUES[index % len(HUES)]


def styled(line: Iterable[Cell], colors: str) -> str:
    r"""Return a line without trailing blanks, with escape sequences for ``colors``: "", "256" or "truecolor".

    >>> styled([Cell("a", Ink("#3b7ddd", "bold")), Cell(" ")], "256")
    '\x1b[1;38;5;68ma\x1b[0m'
    """
    seen = list(line)
    while seen and seen[-1].text.isspace():
        seen.pop()
    runs = groupby(seen, key=lambda cell: cell.ink)
    return "".join(_escaped("".join(cell.text for cell in run), ink, colors) for ink, run in runs)


def _escaped(text: str, ink: Ink, colors: str) -> str:
    if not colors or ink == PLAIN or text.isspace():
        return text
    weight = [_WEIGHTS[ink.weight]] if ink.weight else []
    color = [_color(ink.hue, colors)] if ink.hue else []
    return f"\x1b[{';'.join(weight + color)}m{text}\x1b[0m"


def _color(hue: str, colors: str) -> str:
    channels = [int(hue[i : i + 2], 16) for i in (1, 3, 5)]
    if colors == "truecolor":
        return "38;2;" + ";".join(map(str, channels))
    red, green, blue = map(_level, channels)
    return f"38;5;{16 + 36 * red + 6 * green + blue}"


def _level(channel: int) -> int:
    """Return the level of the cube that is nearest to a channel."""
    if channel < _FIRST_CUBE:
        return round(channel / _FIRST_CUBE)
    return 1 + round((channel - _FIRST_CUBE) / _CUBE_STEP)
