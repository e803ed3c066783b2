"""What a figure is asked to look like; the flags of ``plot`` and the keys under ``figure`` come from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cosine_cli.schedules.core.fields import Derived, declaration, param
from cosine_cli.text import either

MOST_PIXELS_A_SIDE = 30_000
MOST_PIXELS = 100_000_000

NAMED_SIZES = {"column": (3.25, 2.15), "page": (5.5, 3.1), "slide": (8.0, 4.5)}
"""One column of a two-column paper (ICML, CVPR), the width of a NeurIPS or ICLR page, a 16:9 slide."""

NARROW = 5.0
"""Below so many inches a figure is one column of a paper: printed at 300 dots per inch, under a caption."""


def default_dpi(size: tuple[float, ...]) -> float:
    """Return the dots per inch of a figure of this size."""
    return 300.0 if size[0] < NARROW else 200.0


def _dpi_for(given: Mapping[str, Any], run: float) -> float:
    del run
    return default_dpi(given["size"])


@declaration
class Caption:
    """What stands over a figure: a flag where figures are made, and the first key of a config."""

    title: str | None = param(None, "title over the figure", example="'Three decays'")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The settings of one figure."""

    output: str | None = param(
        None, "file to write; its suffix decides the format, - is standard output", short="o", example="lr.png"
    )
    size: tuple[float, ...] = param(
        (8.0, 4.5),
        f"width x height in inches, or {either(NAMED_SIZES)}",
        above=0,
        exactly=2,
        separator="x",
        named=NAMED_SIZES,
        example="8x4.5",
    )
    dpi: float = param(Derived("200, or 300 below 5 inches of width", _dpi_for), "dots per inch", above=0, alone=200.0)
    log: bool = param(False, "draw the rates on a logarithmic axis")
    theme: str = param("light", "colours; both writes a file each", choices=("light", "dark", "both"))
    annotations: bool = param(True, "half-peak marks, tint and the words on the curves")

    @property
    def narrow(self) -> bool:
        """Tell whether it is one column of a paper."""
        return self.size[0] < NARROW
