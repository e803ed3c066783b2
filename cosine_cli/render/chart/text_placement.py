"""Text among the curves: where it stands, and how far it is from what else is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.ansi import Ink
from cosine_cli.render.chart.canvas import Dots
from cosine_cli.render.chart.dot_scale import ACROSS, DOWN
from cosine_cli.render.figure.clearance import Boxes


class PlacedText(NamedTuple):
    """A text, as its columns, at a row and a column of the area of the curves."""

    row: int
    column: int
    text: Sequence[str]
    ink: Ink

    @property
    def end(self) -> int:
        """The column behind it."""
        return self.column + len(self.text)


def is_free(words: PlacedText, free: Dots) -> bool:
    """Tell whether a text stands within the area on free characters, with another before and behind it."""
    rows, columns = free.shape
    if not (0 <= words.row < rows and words.column >= 0 and words.end <= columns):
        return False
    return bool(free[words.row, max(words.column - 1, 0) : words.end + 1].all())


def without(free: Dots, words: Sequence[PlacedText]) -> Dots:
    """Return what is still free when texts have been placed."""
    left = free.copy()
    for one in words:
        left[one.row, one.column : one.end] = False
    return left


def boxes(words: Sequence[PlacedText]) -> Boxes:
    """Return the room that texts take, in dots, ``(N, 4)``."""
    return rooms(np.array([(w.row, w.column, len(w.text)) for w in words], dtype=np.int64).reshape(-1, 3))


def rooms(places: NDArray[np.int64]) -> Boxes:
    """Return the room of texts by their row, column and width, ``(N, 3)``, in dots."""
    row, column, width = places.T
    return np.column_stack((ACROSS * column, DOWN * row, ACROSS * (column + width), DOWN * (row + 1))).astype(float)


def centres(taken: Dots) -> NDArray[np.float64]:
    """Return the middles of characters, in dots, ``(N, 2)``."""
    rows, columns = np.nonzero(taken)
    return np.column_stack((ACROSS * (columns + 0.5), DOWN * (rows + 0.5)))
