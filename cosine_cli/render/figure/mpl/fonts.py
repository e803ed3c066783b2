"""The font that ships with matplotlib, so that the same plan gives the same picture everywhere."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

_FAMILY = "DejaVu Sans"

_MEASURED_AT = 100.0
"""The size at which widths are taken; they grow in proportion."""


def path(*, bold: bool = False) -> Path:
    """Return the file of the font."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def properties(size: float, *, bold: bool) -> FontProperties:
    """Return the font in a size, for a matplotlib text."""
    # The family is where matplotlib looks for characters that the file lacks: by default, wherever the user says.
    return FontProperties(family=[_FAMILY], fname=path(bold=bold), size=size)


@cache
def _face(*, bold: bool) -> FT2Font:
    face = FT2Font(str(path(bold=bold)))
    face.set_size(_MEASURED_AT, 72.0)
    return face


@cache
def _width(text: str, *, bold: bool) -> float:
    face = _face(bold=bold)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of characters that the font lacks: missing() tells them
        face.set_text(text, 0.0)
    return float(face.get_width_height()[0]) / 64.0 / _MEASURED_AT


class FontRuler:
    """Widths as the font has them."""

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""
        return _width(text, bold=bold) * size


def missing(text: str) -> str:
    """Return the characters of ``text`` that the font can not draw, each once, in their order."""
    face = _face(bold=True)
    return "".join(char for char in dict.fromkeys(text) if not face.get_char_index(ord(char)))
