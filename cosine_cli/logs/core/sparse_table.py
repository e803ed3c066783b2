"""Rows of values that arrive one by one, where most cells are empty."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import overload

from cosine_cli.logs.core.cells import Cell
from cosine_cli.logs.core.raw_log import Table

NO_ROWS = Table(columns={})
"""The table of a file without rows, for which the readers share an error."""


class SparseColumn(Sequence[Cell]):
    """The cells of a column; those of rows without a value are None and take no memory.

    >>> list(SparseColumn([1, 3], [0.5, 0.25], 5))
    [None, 0.5, None, 0.25, None]
    """

    def __init__(self, rows: Sequence[int], values: Sequence[Cell], length: int) -> None:
        self._rows = rows
        self._values = values
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Cell]:
        if len(self._rows) == self._length:
            return iter(self._values)
        cells: list[Cell] = [None] * self._length
        for row, value in zip(self._rows, self._values, strict=True):
            cells[row] = value
        return iter(cells)

    @overload
    def __getitem__(self, index: int) -> Cell: ...
    @overload
    def __getitem__(self, index: slice) -> list[Cell]: ...
    def __getitem__(self, index: int | slice) -> Cell | list[Cell]:
        if isinstance(index, slice):
            return list(self)[index]
        row = range(self._length)[index]
        place = bisect_left(self._rows, row)
        return self._values[place] if place < len(self._rows) and self._rows[place] == row else None


class RowCollector:
    """Collects values by step and name: a row is a series of values of the same step, each name once.

    >>> rows = RowCollector()
    >>> rows.add(10, "lr", 0.5); rows.add(10, "loss", 3.0); rows.add(20, "lr", 0.25)
    >>> {name: list(column) for name, column in rows.columns().items()}
    {'step': [10, 20], 'lr': [0.5, 0.25], 'loss': [3.0, None]}
    """

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._columns: dict[str, tuple[list[int], list[Cell]]] = {}

    def add(self, step: int, name: str, value: Cell) -> None:
        """Add a value to the last row, or to a new one if that row has another step or the name already."""
        rows, values = self._columns.setdefault(name, ([], []))
        last = len(self._steps) - 1
        if last < 0 or self._steps[last] != step or (rows and rows[-1] == last):
            self._steps.append(step)
            last += 1
        rows.append(last)
        values.append(value)

    def columns(self, *, step: str = "step") -> dict[str, Sequence[Cell]]:
        """Return the columns, the steps first; empty if nothing was added. A name that is ``step`` gets a suffix."""
        count = len(self._steps)
        named = {f"{name} (logged)" if name == step else name: cells for name, cells in self._columns.items()}
        columns: dict[str, Sequence[Cell]] = {step: self._steps} if count else {}
        columns.update((name, SparseColumn(*cells, count)) for name, cells in named.items())
        return columns
