"""The font of a figure: DejaVu Sans, which ships with matplotlib, the font of a venue, or one that the user chose."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.ruler import is_math
from cosine_cli.text import either, quote

_SHIPPED = {
    "DejaVu Sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    "STIXGeneral": ("STIXGeneral.ttf", "STIXGeneralBol.ttf"),
}
"""Fonts that matplotlib contains: those files are used even if the system has others, so that figures are equal."""

_MEASURED_AT = 100.0
"""The size at which widths are measured; they are proportional to it."""

_MOST_SUGGESTED = 5

_SERIF = re.compile("serif|stix|times|roman|garamond|georgia|cambria|palatino|century|computer modern", re.IGNORECASE)
"""Fonts whose mathematics are set in STIX instead of DejaVu Sans."""


class Font(NamedTuple):
    """A font family, and its files."""

    family: str
    regular: str
    bold: str

    def path(self, *, bold: bool) -> str:
        """Return the file of a weight."""
        return self.bold if bold else self.regular


def _shipped(family: str) -> Font:
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return Font(family, *(str(folder / name) for name in _SHIPPED[family]))


DEFAULT = _shipped("DejaVu Sans")


def font_of(plan: Plan) -> Font:
    """Return the first installed font of those that a plan prefers.

    Raises RequestError if the user's font is not installed.
    """
    families = plan.figure.fonts
    font = next((font for family in families if (font := installed(family)) is not None), None)
    if font is None:
        raise _missing_family(families[0])
    return font


def font_notes(plan: Plan) -> list[str]:
    """Return the note that the preferred fonts are not installed and the last one is used."""
    font = font_of(plan)
    missing = [family for family in plan.figure.fonts if installed(family) is None]
    if not missing or font.family != plan.figure.fonts[-1]:
        return []
    verb = "is" if len(missing) == 1 else "are"
    return [f"font: {either(missing, last='and')} {verb} not installed; {font.family} is used"]


@cache
def installed(family: str) -> Font | None:
    """Return the font of a family, None if it is not installed."""
    if family in _SHIPPED:
        return _shipped(family)
    known = {name.casefold(): name for name in font_manager.get_font_names()}
    if family.casefold() not in known:
        return None
    family = known[family.casefold()]
    return Font(family, *(_file(family, weight) for weight in ("normal", "bold")))


def _file(family: str, weight: str) -> str:
    return str(font_manager.findfont(FontProperties(family=[family], weight=weight), fallback_to_default=False))


def _missing_family(family: str) -> RequestError:
    near = _near(family, font_manager.get_font_names())
    hint = (
        f"did you mean {either(map(quote, near))}?" if near else f"matplotlib contains {either(_SHIPPED, last='and')}"
    )
    return user_error("--font", "must be an installed font family", got=quote(family), hint=hint)


def _near(family: str, known: Sequence[str]) -> list[str]:
    """Return the known families that contain a name, then those with a similar name."""
    from difflib import get_close_matches

    by_key = {name.casefold(): name for name in sorted(known)}
    key = family.casefold()
    similar = [other for other in by_key if key in other or other in key] + get_close_matches(key, by_key)
    return [by_key[one] for one in dict.fromkeys(similar)][:_MOST_SUGGESTED]


@cache
def properties(font: Font, size: float, *, bold: bool) -> FontProperties:
    """Return the font in a size, for a matplotlib text."""
    # matplotlib takes characters that the file lacks from the family, by default that of the user's settings.
    math = "stix" if _SERIF.search(font.family) else "dejavusans"
    return FontProperties(family=[font.family], fname=font.path(bold=bold), size=size, math_fontfamily=math)


@cache
def _face(path: str) -> FT2Font:
    face = FT2Font(path)
    face.set_size(_MEASURED_AT, 72.0)
    return face


if hasattr(os, "register_at_fork"):
    # Processes that share an open font file move its position for each other.
    os.register_at_fork(after_in_child=_face.cache_clear)


@cache
def _width(text: str, path: str) -> float:
    face = _face(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of characters that the font lacks: missing() tells them
        face.set_text(text, 0.0)
    return float(face.get_width_height()[0]) / 64.0 / _MEASURED_AT


@cache
def _math_width(text: str, font: Font, *, bold: bool) -> float:
    from matplotlib.mathtext import MathTextParser  # here: few figures contain mathematics

    size = properties(font, _MEASURED_AT, bold=bold)
    return float(MathTextParser("path").parse(text, 72.0, size).width) / _MEASURED_AT


class FontRuler:
    """Measures text in a font."""

    def __init__(self, font: Font = DEFAULT, *, math: bool = False) -> None:
        """Create the ruler of a font; ``math``: parts of texts between dollars are mathematics."""
        self._font, self.math = font, math

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Return the width of one line of text in points."""
        if self.math and is_math(text):
            return _math_width(text, self._font, bold=bold) * size
        return _width(text, self._font.path(bold=bold)) * size


def missing(texts: Sequence[str], font: Font) -> str:
    """Return the characters of texts that a font lacks, each once, in order."""
    face = _face(font.bold)
    return "".join(char for char in dict.fromkeys("".join(texts)) if not face.get_char_index(ord(char)))
