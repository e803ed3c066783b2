"""The cells of a column as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MISSING = frozenset({"", "na", "n/a", "nan", "none", "null", "-", "--"})
"""What programs write, in lower case, where a row does not have a number."""

SAMPLE = 1024
"""The most cells whose text is kept: the format of a column shows in few of its cells."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Numbers:
    """A column as numbers.

    - ``values``: the numbers, NaN where a row does not have one, shape (n,).
    - ``texts``: some of the numbers as the file has them, spread over its rows; empty if it does not have text.
    - ``rejected``: how many cells have something else than a number, and ``first_rejected``: the first of them.
    """

    values: Floats
    texts: tuple[str, ...] = ()
    rejected: int = 0
    first_rejected: str = ""


def numbers(cells: Sequence[float | str | None] | Numbers) -> Numbers:
    """Return the cells of a column as numbers.

    >>> column = numbers(["0.1", None, "NA", "1e-3", "loss"])
    >>> column.values.tolist(), column.texts, column.rejected, column.first_rejected
    ([0.1, nan, nan, 0.001, nan], ('0.1', '1e-3'), 1, 'loss')
    """
    if isinstance(cells, Numbers):
        return cells
    values = np.full(len(cells), np.nan)
    texts: list[str] = []
    rejected: list[str] = []
    for at, cell in enumerate(cells):
        if isinstance(cell, str):
            value = parsed(cell)
            if value is not None:
                values[at] = value
                texts.append(cell.strip())
            elif not is_missing(cell):
                rejected.append(cell)
        elif cell is not None and not isinstance(cell, bool):
            values[at] = cell
    return Numbers(
        values=_finite(values),
        texts=tuple(spread(texts)),
        rejected=len(rejected),
        first_rejected=rejected[0] if rejected else "",
    )


def parsed(text: str) -> float | None:
    """Return the finite number that a text is, None if it is not one."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in text else None


def is_missing(text: str) -> bool:
    """Return whether a cell is what programs write where a row does not have a number."""
    return text.strip().lower() in MISSING


def spread(texts: Sequence[str]) -> Sequence[str]:
    """Return at most ``SAMPLE`` of the texts, evenly spread, with the first."""
    return texts[:: -(-len(texts) // SAMPLE) or 1]


def _finite(values: Floats) -> Floats:
    values[~np.isfinite(values)] = np.nan
    return values
