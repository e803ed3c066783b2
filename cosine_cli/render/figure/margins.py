"""The page and its margins: sizes, and the texts that a small page omits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

INCH = 72.0


@dataclass(frozen=True)
class Measures:
    """Lengths in points for a base font of 9 points; all scale with the base font."""

    left: float = 48.0
    right: float = 20.0
    ends: float = 34.0
    end_character: float = 5.6
    bottom: float = 36.0
    top: float = 66.0
    top_untitled: float = 26.0
    top_ticks: float = 13.0
    edge: float = 14.0
    title_at: float = 20.0
    title_line: float = 15.0
    subtitle_line: float = 12.0
    subtitle_at: float = 37.5
    rate_at: float = 56.0
    rate_at_untitled: float = 13.0
    time_at: float = 9.0
    bare: float = 7.0
    tick: float = 3.5
    gap: float = 3.0
    least_width: float = 60.0
    least_height: float = 40.0


@dataclass(frozen=True)
class Fonts:
    """Font sizes for a base font of 9 points."""

    title: float = 13.0
    subtitle: float = 9.5
    base: float = 9.0
    note: float = 8.0
    name: float = 10.0
    subject: float = 11.0
    rule: float = 8.5
    end: float = 8.5
    small: float = 7.0


MEASURES = Measures()
FONTS = Fonts()

_BASE, _SMALL_BASE = 9.0, 7.2
_WIDE, _NARROW = 5.5, 3.5
"""In inches: the width of a full page of text, and of one column."""

LEAST_SHARE = 0.5
"""The smallest width of the axes, as a fraction of the page."""

RISE = 0.262
"""The height of the middle of a line of text above its baseline, in font sizes."""

FIGURES_RISE = 0.365
"""The same for digits, which do not have descenders: half their height."""

ASCENT, DESCENT = 0.76, 0.24
"""The extent of text above and below its baseline, in font sizes."""


class Box(NamedTuple):
    """A rectangle on the page, in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """The width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in points."""
        return self.top - self.bottom


@dataclass(frozen=True, kw_only=True)
class ShownText:
    """The texts around the axes: whether they are shown, or the width that they need (0: not shown).

    - ``title_lines``, ``subtitle_lines``: the number of lines, if the title is shown.
    - ``key_above``, ``key_below``, ``key_right``: the height or the width of a key around the axes.
    """

    title: bool
    rate_ticks: float
    ends: float
    title_lines: int = 1
    subtitle_lines: int = 1
    header: bool = True
    time_ticks: bool = True
    times_above: bool = False
    key_above: float = 0.0
    key_below: float = 0.0
    key_right: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page, the box of its axes, and the texts that fit around it."""

    width: float
    height: float
    scale: float
    box: Box
    shown: ShownText

    @property
    def rate_line(self) -> float:
        """The height of the middle of the line with "Learning rate"."""
        at = MEASURES.rate_at if self.shown.title else MEASURES.rate_at_untitled
        return self.height - (at + _extra_lines(self.shown)) * self.scale - self.shown.key_above

    @property
    def time_line(self) -> float:
        """The height of the middle of the line with "Epoch"."""
        return MEASURES.time_at * self.scale + self.shown.key_below


def scale(width: float, base: float | None = None) -> float:
    """Return the factor of all lengths for a page of this width in inches, or for a ``base`` font in points.

    >>> scale(8), scale(3.25)
    (1.0, 0.8)
    """
    if base is not None:
        return round(base / _BASE, 6)
    share = min(max((width - _NARROW) / (_WIDE - _NARROW), 0.0), 1.0)
    return round((_SMALL_BASE + (_BASE - _SMALL_BASE) * share) / _BASE, 6)


def page_layout(size: tuple[float, float], shown: ShownText, base: float | None = None) -> Page:
    """Return the page of this size in inches, without the texts that would leave the axes too small."""
    width, height = size[0] * INCH, size[1] * INCH
    k = scale(size[0], base)
    endless = replace(shown, ends=0.0)
    narrower = (shown, endless, replace(endless, rate_ticks=0.0))
    least = max(MEASURES.least_width * k, LEAST_SHARE * width)
    shown = next((w for w in narrower if _box(width, height, k, w).width >= least), narrower[-1])
    untitled = replace(shown, title=False)
    untimed = replace(untitled, time_ticks=False)
    lower = (shown, untitled, untimed, replace(untimed, header=False))
    shown = next((w for w in lower if _box(width, height, k, w).height >= MEASURES.least_height * k), lower[-1])
    return Page(width=width, height=height, scale=k, box=_box(width, height, k, shown), shown=shown)


def _box(width: float, height: float, k: float, shown: ShownText) -> Box:
    m = MEASURES
    left = max(m.left * k, shown.rate_ticks + 4 * m.gap * k) if shown.rate_ticks else m.bare * k
    right = m.right * k + max(m.ends * k, shown.ends) if shown.ends else 2 * m.bare * k
    bottom = (m.bottom if shown.time_ticks else m.bare) * k + shown.key_below
    top = (m.top if shown.title else m.top_untitled) if shown.header else m.bare
    top += m.top_ticks * shown.times_above + _extra_lines(shown) if shown.header else 0.0
    above = shown.key_above if shown.header else 0.0
    return Box(left, bottom, width - right - shown.key_right, height - top * k - above)


def _extra_lines(shown: ShownText) -> float:
    """Return the height of the title's and the subtitle's lines after the first, before the scale of the page."""
    if not shown.title:
        return 0.0
    return MEASURES.title_line * (shown.title_lines - 1) + MEASURES.subtitle_line * (shown.subtitle_lines - 1)
