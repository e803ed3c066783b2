"""Settings of a figure: the flags of ``plot`` and the keys under ``figure`` in a config."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

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


@dataclass(frozen=True, kw_only=True)
class Preset:
    """The format of a venue's figures: size in inches, dots per inch, font size in points, with a caption or not.

    - ``smallest``: the smallest font size in points to which names shrink.
    """

    size: tuple[float, float]
    dpi: float
    base: float
    captioned: bool = True
    smallest: float = SMALLEST_IN_PAPER


PRESETS = {
    "neurips": Preset(size=(5.5, 3.1), dpi=300.0, base=8.0),
    "icml": Preset(size=(3.25, 2.15), dpi=300.0, base=7.2),
    "iclr": Preset(size=(5.5, 3.1), dpi=300.0, base=8.0),
    "cvpr": Preset(size=(3.25, 2.15), dpi=300.0, base=7.2),
    "ieee": Preset(size=(3.3, 2.2), dpi=600.0, base=7.2),
    "nature": Preset(size=(3.3, 2.2), dpi=300.0, base=6.5, smallest=5.0),
    "slide": Preset(size=(10.0, 5.625), dpi=200.0, base=14.0, captioned=False, smallest=SMALLEST),
    "readme": Preset(size=(8.0, 4.5), dpi=200.0, base=9.0, captioned=False, smallest=SMALLEST),
}
"""Sizes are one column of a two-column paper, else the text width; a full 16:9 slide; an image on a web page."""


LEGENDS = ("none", "direct", "above", "below", "right")
"""Where the names of the curves are: on the curves, or in a key around the plot."""


class Axis(NamedTuple):
    """A parameter that differs between panels, and its values as the user wrote them."""

    name: str
    values: tuple[str, ...]


def default_size(preset: str | None) -> tuple[float, ...]:
    """Return the default width and height of a figure."""
    return PRESETS[preset].size if preset is not None else SIZE


def default_dpi(size: tuple[float, ...], preset: str | None) -> float:
    """Return the default dots per inch of a figure of this size."""
    if preset is not None:
        return PRESETS[preset].dpi
    return 300.0 if size[0] < NARROW else 200.0


def _size_for(given: Mapping[str, Any], run: float) -> tuple[float, ...]:
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
class Figure:
    """The settings of one figure."""

    output: str | None = param(
        None, "file to write (- for standard output); its suffix selects the format", short="o", example="lr.png"
    )
    preset: str | None = param(None, "size, resolution and font size of a venue", choices=tuple(PRESETS))
    size: tuple[float, ...] = param(
        Derived("8x4.5, or the preset's", _size_for),
        f"width x height in inches, or {either(NAMED_SIZES)}",
        above=0,
        exactly=2,
        separator="x",
        named=NAMED_SIZES,
        example="8x4.5",
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
    grid: tuple[Axis, ...] = param(
        (), "one panel per value of a parameter; repeat it for a matrix", example="min_lr=0,1e-5", repeated=True
    )

    @property
    def base(self) -> float | None:
        """The font size in points, None if it follows from the width."""
        return PRESETS[self.preset].base if self.preset is not None else None

    @property
    def smallest(self) -> float:
        """The smallest font size in points to which names shrink."""
        if self.preset is not None:
            return PRESETS[self.preset].smallest
        return SMALLEST_IN_PAPER if self.captioned else SMALLEST

    @property
    def captioned(self) -> bool:
        """Whether the figure has a caption in a paper."""
        return PRESETS[self.preset].captioned if self.preset is not None else self.size[0] < NARROW


SETTINGS = tuple(param.name for param in (*params(Caption), *params(Figure)))
"""The names of the settings, the title included."""
