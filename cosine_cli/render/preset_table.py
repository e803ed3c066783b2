"""The presets of figures as a table."""

from __future__ import annotations

from collections.abc import Iterator

from cosine_cli.plans.model.clock import whole
from cosine_cli.plans.model.figure_settings import PRESETS, Preset
from cosine_cli.render.terminal import Terminal

_GAP = "  "


def preset_table(terminal: Terminal) -> Iterator[bytes]:
    """Yield one line per preset: its size, resolution, fonts, font sizes in points, and source."""
    rows = [
        ("preset", "inches", "dpi", "font", "size", "smallest", "source"),
        *((name, *_cells(one)) for name, one in PRESETS.items()),
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield terminal.encode(_GAP.join(map(str.ljust, row, widths)).rstrip() + "\n")


def _cells(preset: Preset) -> tuple[str, ...]:
    size = "x".join(whole(round(side, 3)) for side in preset.size)
    numbers = (whole(preset.base), whole(preset.smallest))
    return (size, whole(preset.dpi), " or ".join(preset.fonts), *numbers, preset.source)
