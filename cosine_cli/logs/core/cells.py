"""The cells of a column as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Cell: TypeAlias = float | str | None
"""A number, the text of one if the file has text, or None if the row does not have it."""

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

    @property
    def count(self) -> int:
        """How many rows have a number."""
        return int(np.isfinite(self.values).sum())


def numbers(cells: Sequence[Cell] | Numbers) -> Numbers:
    """Return the cells of a column as numbers.

    >>> column = numbers(["0.1", None, "NA", "1e-3", "loss"])
    >>> column.values.tolist(), column.texts, column.rejected, column.first_rejected
    ([0.1, nan, nan, 0.001, nan], ('0.1', '1e-3'), 1, 'loss')
    """
    if isinstance(cells, Numbers):
        return cells
    listed = list(cells)
    kinds = set(map(type, listed))
    if kinds <= {float, int, type(None)}:
        return numbers_of(np.array(listed, dtype=np.float64))
    if bool in kinds:
        return _one_by_one(listed)
    try:
        return _texts(listed)
    except ValueError:
        return _one_by_one(listed)


def numbers_of(values: Floats, texts: Sequence[str] = (), rejected: Sequence[str] = ()) -> Numbers:
    """Return a column of values, of which those that are infinite count as rejected."""
    infinite = np.isinf(values)
    count = int(np.count_nonzero(infinite))
    if count:
        values = np.where(infinite, np.nan, values)
    return Numbers(
        values=values,
        texts=tuple(text.strip() for text in spread(texts) if parsed(text) is not None),
        rejected=count + len(rejected),
        first_rejected=next(iter(rejected), "inf" if count else ""),
    )


def _texts(cells: list[Cell]) -> Numbers:
    """Return cells of which none is something else than a number; raise ValueError if one is."""
    values = [np.nan if cell is None else float(cell) for cell in cells]
    texts = [cell for cell in cells if isinstance(cell, str)]
    if "_" in "".join(texts):
        raise ValueError
    return numbers_of(np.array(values, dtype=np.float64), texts)


def _one_by_one(cells: list[Cell]) -> Numbers:
    values = np.full(len(cells), np.nan)
    texts: list[str] = []
    rejected: list[str] = []
    for at, cell in enumerate(cells):
        if isinstance(cell, str):
            value = parsed(cell)
            if value is not None:
                values[at] = value
                texts.append(cell)
            elif not is_missing(cell):
                rejected.append(cell)
        elif cell is not None and not isinstance(cell, bool):
            values[at] = cell
    return numbers_of(values, texts, rejected)


class NumberColumns(Mapping[str, Numbers]):
    """The columns of a table as numbers, each converted once, when it is used first."""

    def __init__(self, columns: Mapping[str, Sequence[Cell] | Numbers]) -> None:
        self._columns = columns
        self._numbers: dict[str, Numbers] = {}

    def __getitem__(self, name: str) -> Numbers:
        if name not in self._numbers:
            self._numbers[name] = numbers(self._columns[name])
        return self._numbers[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)


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
