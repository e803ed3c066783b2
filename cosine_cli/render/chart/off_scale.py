"""Where curves go below a logarithmic axis for good."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.render.ansi import Ink, hue
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.dot_scale import ACROSS
from cosine_cli.render.chart.text_placement import PlacedText


def marks(context: ChartContext) -> Iterator[PlacedText]:
    """Yield a mark at the bottom for each curve that ends below it, at the last place where it is seen."""
    for index in reversed(range(len(context.drawn))):
        columns = np.flatnonzero(context.drawn[index].dots.any(axis=0))
        if (end := context.summaries[index].end) is not None and end < context.scale.floor and len(columns):
            column = int(columns[-1]) // ACROSS
            yield PlacedText(context.scale.rows - 1, column, context.signs.sunk, Ink(hue(index), "bold"))
