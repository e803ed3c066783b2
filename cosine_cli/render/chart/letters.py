"""Letters on curves without a name beside them; the legend explains them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from string import ascii_letters

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.ansi import Ink, hue
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.text_placement import PlacedText, boxes, centres, rooms
from cosine_cli.render.core.clearance import gaps, gaps_to_boxes

_MOST_TRIED = 300
_FEWEST_ROWS = 3
"""A smaller chart does not have letters, which would cover it."""

_MOST_CLEAR, _MOST_APART = 20.0, 20.0
"""In dots: larger distances from other curves, or from other texts, do not score more."""

_CLEAR_FIRST, _OFF_CENTRE = 4.0, 6.0
"""The weights of the distance from other curves and from the middle, relative to that from other texts."""


def letters(context: ChartContext, named: Collection[int]) -> dict[int, str]:
    """Return a letter for each curve without a name, while there are letters; a single curve needs none."""
    if len(context.labels) == 1 or context.scale.rows < _FEWEST_ROWS:
        return {}
    return dict(zip((i for i in range(len(context.labels)) if i not in named), ascii_letters, strict=False))


def letter_marks(context: ChartContext, found: Mapping[int, str], placed: Sequence[PlacedText]) -> list[PlacedText]:
    """Return the placed letters, each where its curve is farthest from other curves and texts."""
    marked: list[PlacedText] = []
    for index, letter in found.items():
        cells = np.argwhere(context.taken[index].T)[:, ::-1]
        cells = cells[:: max(len(cells) // _MOST_TRIED, 1)]
        if len(cells):
            row, column = cells[np.argmax(_scores(context, index, cells, [*placed, *marked]))].tolist()
            marked.append(PlacedText(row, column, letter, Ink(hue(index), "bold")))
    return marked


def _scores(
    context: ChartContext, index: int, cells: NDArray[np.int64], placed: Sequence[PlacedText]
) -> NDArray[np.float64]:
    room = rooms(np.column_stack((cells, np.ones(len(cells), dtype=np.int64))))
    clear = np.minimum(gaps(room, centres(context.others((index,)))), _MOST_CLEAR)
    apart = np.minimum(gaps_to_boxes(room, boxes(placed)), _MOST_APART)
    score = _CLEAR_FIRST * clear + apart - _OFF_CENTRE * np.abs(cells[:, 1] / context.scale.columns - 0.5)
    return np.where(apart > 0, score, -np.inf)
