"""Markers of curves that end below a logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.render.ansi import Ink, hue
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.dot_scale import ACROSS
from cosine_cli.render.chart.text_placement import PlacedText


def off_scale_marks(context: ChartContext) -> Iterator[PlacedText]:
    """Yield a marker at the bottom for each curve that ends below it, in its last visible column."""
    for index in reversed(range(len(context.dots))):
        columns = np.flatnonzero(context.dots[index].dots.any(axis=0))
        if (end := context.summaries[index].end) is not None and end < context.scale.floor and len(columns):
            column = int(columns[-1]) // ACROSS
            yield PlacedText(context.scale.rows - 1, column, context.signs.sunk, Ink(hue(index), "bold"))
