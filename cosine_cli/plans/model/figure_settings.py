"""Settings of a figure: the flags of ``plot`` and the keys under ``figure`` in a config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from cosine_cli.plans.model.clock import Time
from cosine_cli.schedules.core.fields import Derived, declaration, param, params
from cosine_cli.text import either

MOST_PIXELS_A_SIDE = 30_000
MOST_PIXELS = 100_000_000

LEAST_DPI = 20
"""At this resolution the smallest text is about one pixel high; FreeType fails far below."""

SIZE = (8.0, 4.5)
NAMED_SIZES = {"column": (3.25, 2.15), "page": (5.5, 3.1), "slide": (8.0, 4.5)}
"""One column of a two-column paper (ICML, CVPR), the width of a NeurIPS or ICLR page, a 16:9 slide."""

NARROW = 5.0
"""A figure narrower than this (inches) is one column of a paper: 300 dots per inch, with a caption."""

SMALLEST_IN_PAPER, SMALLEST = 6.0, 6.5
"""The smallest font size in points: in one column of a paper, and elsewhere."""

LEAST_FONT_SIZE = 5.0
"""The smallest text that journals print; FreeType fails if letters, or their indices, are less than a pixel high."""

SANS = ("Helvetica", "Arial", "DejaVu Sans")
SERIF = ("Times New Roman", "STIXGeneral")
"""Fonts in order of preference; matplotlib contains the last one of each."""

Size = tuple[float, ...]
"""The width and the height of a figure, in inches."""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """The format of a venue's figures: size in inches, dots per inch, font size in points, with a caption or not.

    - ``fonts``: its fonts in order of preference.
    - ``smallest``: the smallest font size in points to which names shrink.
    - ``source``: where the venue states its width.
    """

    size: Size
    dpi: float
    base: float
    source: str
    captioned: bool = True
    fonts: tuple[str, ...] = SERIF
    smallest: float = SMALLEST_IN_PAPER


_ON_SCREEN = partial(Preset, dpi=200.0, captioned=False, fonts=SANS[-1:], smallest=SMALLEST)

PRESETS = {
    "neurips": Preset(size=(5.5, 3.1), dpi=300.0, base=8.0, source="neurips_2024.sty: \\textwidth 5.5 in"),
    "icml": Preset(size=(3.25, 2.15), dpi=300.0, base=7.2, source="icml2024.sty: two columns of 3.25 in"),
    "iclr": Preset(size=(5.5, 3.1), dpi=300.0, base=8.0, source="iclr2024_conference.sty: \\textwidth 5.5 in"),
    "cvpr": Preset(
        size=(3.25, 2.15), dpi=300.0, base=7.2, fonts=SANS, source="cvpr.sty: two columns in 6.875 in, 0.3125 in apart"
    ),
    "ieee": Preset(size=(3.5, 2.3), dpi=600.0, base=8.0, source="IEEE Author Center: one column is 3.5 in wide"),
    "nature": Preset(
        size=(89 / 25.4, 2.3),
        dpi=300.0,
        base=6.5,
        fonts=SANS,
        smallest=5.0,
        source="Nature figure guide: one column is 89 mm wide, text of 5 to 7 pt",
    ),
    "slide": _ON_SCREEN(size=(10.0, 5.625), base=14.0, source="a slide of 16:9"),
    "readme": _ON_SCREEN(size=SIZE, base=9.0, source="an image on a web page"),
}
"""Sizes are one column of a two-column paper, else the text width; a full 16:9 slide; an image on a web page."""


LEGENDS = ("none", "direct", "above", "below", "right")
"""Where the names of the curves are: on the curves, or in a key around the plot."""


class Axis(NamedTuple):
    """A parameter that differs between panels, and its values as the user wrote them."""

    name: str
    values: tuple[str, ...]


def default_size(preset: str | None) -> Size:
    """Return the default width and height of a figure."""
    return PRESETS[preset].size if preset is not None else SIZE


def default_dpi(size: Size, preset: str | None) -> float:
    """Return the default dots per inch of a figure of this size."""
    if preset is not None:
        return PRESETS[preset].dpi
    return 300.0 if size[0] < NARROW else 200.0


def with_height(size: Size, preset: str | None) -> Size:
    """Return a size whose height, if it is missing, has the proportion of the default."""
    width, height = default_size(preset)
    return size if len(size) > 1 else (size[0], size[0] * height / width)


def _size_for(given: Mapping[str, Any], run: float) -> Size:
    del run
    return default_size(given["preset"])


def _dpi_for(given: Mapping[str, Any], run: float) -> float:
    del run
    return default_dpi(given["size"], given["preset"])


@declaration
class Caption:
    """The title of a figure: a flag of the drawing commands, and the first key of a config."""

    title: str | None = param(None, "title of the figure", example="'Three decays'")


@dataclass(frozen=True, kw_only=True)
class OutputFile:
    """Where a figure is written."""

    output: str | None = param(
        None, "file to write (- for standard output); its suffix selects the format", short="o", example="lr.png"
    )


@dataclass(frozen=True, kw_only=True)
class Look:
    """The look of a figure with one pair of axes."""

    preset: str | None = param(None, "size, resolution and font size of a venue", choices=tuple(PRESETS))
    size: Size = param(
        Derived("8x4.5, or the preset's", _size_for),
        f"width x height, or width, in inches or as in 84mm; or {either(NAMED_SIZES)}",
        separator="x",
        example="84x60mm",
        standalone=SIZE,
    )
    dpi: float = param(
        Derived("200, 300 below 5 inches of width, or the preset's", _dpi_for),
        "resolution in dots per inch",
        at_least=LEAST_DPI,
        standalone=200.0,
    )
    log: bool = param(False, "logarithmic learning-rate axis")
    theme: str = param("light", "colors; both writes one file per theme", choices=("light", "dark", "both"))
    annotations: bool = param(True, "half-peak marks, shading and labels on the curves")
    legend: str | None = param(
        None, "place of the curves' names; by default, where they fit best", choices=LEGENDS, example="below"
    )
    style: str | None = param(None, "style sheet of matplotlib: its name, or a file", example="house.mplstyle")
    font: str | None = param(
        None, "font family, or several in order of preference", example="'Times New Roman,STIXGeneral'"
    )
    font_size: float | None = param(None, "font size in points", at_least=LEAST_FONT_SIZE, example="9")
    colors: tuple[str, ...] | None = param(
        None, "colors of the curves: a list, or a colormap of matplotlib", separator=",", example="okabe_ito"
    )
    xlabel: str | None = param(None, "name of the time axis", example="'Training step'")
    ylabel: str | None = param(None, "name of the rate axis", example="LR")
    xlim: tuple[Time, ...] | None = param(
        None,
        "part of the time axis to show: its start and its end",
        time="moment",
        at_least=0,
        ascending=True,
        exactly=2,
        separator=",",
        example="0,20",
    )
    ylim: tuple[float, ...] | None = param(
        None,
        "part of the rate axis to show: its bottom and its top",
        at_least=0,
        ascending=True,
        exactly=2,
        separator=",",
        share_of="lr",
        example="1e-5,0.1",
    )
    math: bool = param(False, "set parts of names between dollars as mathematics")
    transparent: bool = param(False, "no background")
    outlines: bool = param(False, "outlines of letters instead of text in SVG")


@dataclass(frozen=True, kw_only=True)
class Figure(Look, OutputFile):
    """The settings of one figure."""

    grid: tuple[Axis, ...] = param(
        (), "one panel per value of a parameter; repeat it for a matrix", example="min_lr=0,1e-5", repeated=True
    )

    @property
    def base(self) -> float | None:
        """The font size in points, None if it follows from the width."""
        if self.font_size is not None:
            return self.font_size
        return PRESETS[self.preset].base if self.preset is not None else None

    @property
    def smallest(self) -> float:
        """The smallest font size in points to which names shrink."""
        if self.font_size is not None:
            return min(self.font_size, self._smallest)
        return self._smallest

    @property
    def _smallest(self) -> float:
        if self.preset is not None:
            return PRESETS[self.preset].smallest
        return SMALLEST_IN_PAPER if self.captioned else SMALLEST

    @property
    def fonts(self) -> tuple[str, ...]:
        """The font families in order of preference."""
        if self.font is not None:
            return tuple(part.strip() for part in self.font.split(","))
        return PRESETS[self.preset].fonts if self.preset is not None else SANS[-1:]

    @property
    def captioned(self) -> bool:
        """Whether the figure has a caption in a paper."""
        return PRESETS[self.preset].captioned if self.preset is not None else self.size[0] < NARROW


SETTINGS = tuple(param.name for param in (*params(Caption), *params(Figure)) if param.name != "output")
"""The names of the settings that make up the look of a figure."""

REPLACED_BY_PRESET = ("size", "dpi", "font", "font_size")
"""What a preset determines: with a preset on the command line, those of a config have no effect."""
