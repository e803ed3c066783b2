"""DejaVu Sans, which ships with matplotlib, so that a plan gives the same figure everywhere."""

from __future__ import annotations

import warnings
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

_FAMILY = "DejaVu Sans"

_MEASURED_AT = 100.0
"""The size at which widths are measured; they are proportional to it."""


def path(*, bold: bool = False) -> Path:
    """Return the path of the font file."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-Bold' if bold else ''}.ttf"


@cache
def properties(size: float, *, bold: bool) -> FontProperties:
    """Return the font in a size, for a matplotlib text."""
    # matplotlib takes characters that the file lacks from the family, by default that of the user's settings.
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
    """Measures text in DejaVu Sans."""

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""
        return _width(text, bold=bold) * size


def missing(text: str) -> str:
    """Return the characters of ``text`` that the font lacks, each once, in order."""
    face = _face(bold=True)
    return "".join(char for char in dict.fromkeys(text) if not face.get_char_index(ord(char)))
