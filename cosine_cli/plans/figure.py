"""What a figure is asked to look like; the flags of ``plot`` and the keys under ``figure`` come from here."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.schedules.core.fields import param

MOST_PIXELS_A_SIDE = 30_000
MOST_PIXELS = 100_000_000


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The settings of one figure."""

    output: str | None = param(None, "file to write; its suffix decides the format", example="lr.png")
    size: tuple[float, ...] = param((8.0, 4.5), "width x height in inches", above=0, many=True, example="8x4.5")
    dpi: float = param(200.0, "dots per inch", above=0)
    log: bool = param(False, "draw the rates on a logarithmic axis")
    theme: str = param("light", "colours; both writes a file each", choices=("light", "dark", "both"))
    annotations: bool = param(True, "half-peak marks, tint and the words on the curves")
