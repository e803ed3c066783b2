"""Texts between curves: their positions, and the space around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.ansi import Ink
from cosine_cli.render.chart.canvas import Dots
from cosine_cli.render.chart.dot_scale import ACROSS, DOWN
from cosine_cli.render.core.clearance import Boxes


class PlacedText(NamedTuple):
    """A text, as its columns, at a row and a column of the curve area."""

    row: int
    column: int
    text: Sequence[str]
    ink: Ink

    @property
    def end(self) -> int:
        """The column after it."""
        return self.column + len(self.text)


def is_free(words: PlacedText, free: Dots) -> bool:
    """Tell whether a text is inside the area on free characters, including one before and one after it."""
    rows, columns = free.shape
    if not (0 <= words.row < rows and words.column >= 0 and words.end <= columns):
        return False
    return bool(free[words.row, max(words.column - 1, 0) : words.end + 1].all())


def without(free: Dots, words: Sequence[PlacedText]) -> Dots:
    """Return the mask of free characters without those of texts."""
    left = free.copy()
    for one in words:
        left[one.row, one.column : one.end] = False
    return left


def boxes(words: Sequence[PlacedText]) -> Boxes:
    """Return the boxes of texts in dots, ``(N, 4)``."""
    return rooms(np.array([(w.row, w.column, len(w.text)) for w in words], dtype=np.int64).reshape(-1, 3))


def rooms(places: NDArray[np.int64]) -> Boxes:
    """Return the boxes in dots of texts given by row, column and width, ``(N, 3)``."""
    row, column, width = places.T
    return np.column_stack((ACROSS * column, DOWN * row, ACROSS * (column + width), DOWN * (row + 1))).astype(float)


def centres(taken: Dots) -> NDArray[np.float64]:
    """Return the centres of characters in dots, ``(N, 2)``."""
    rows, columns = np.nonzero(taken)
    return np.column_stack((ACROSS * (columns + 0.5), DOWN * (rows + 0.5)))
