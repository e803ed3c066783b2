"""Columns from rows that are mappings, such as the objects of JSON Lines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np

from cosine_cli.logs.core.cells import Cell, Floats, numbers_of
from cosine_cli.logs.core.rate_column import is_rate
from cosine_cli.logs.core.raw_log import Cells
from cosine_cli.logs.core.time_column import is_time

_CHUNK = 1 << 13
_LONGEST_NUMBER = 40
_TOO_LONG = f"more than {_LONGEST_NUMBER} characters"
"""The most characters of the text of a number that is read, and what replaces a longer text."""

_MOST_OTHERS = 200
"""The most columns that are kept and are not named like rates or times."""


class RowColumns:
    """Collects rows, and has them as columns.

    Values in nested mappings and lists are columns of their own, as ``lr/encoder`` and ``lr/0``.
    """

    def __init__(self) -> None:
        self._rows: list[Mapping[str, Any]] = []
        self._parts: dict[str, list[Floats | list[Cell]]] = {}
        self._flushed = 0

    @property
    def count(self) -> int:
        """The number of rows."""
        return self._flushed + len(self._rows)

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) == _CHUNK:
            self._flush()

    def columns(self) -> dict[str, Cells]:
        """Return the cells of all rows by the name of their column."""
        self._flush()
        return {name: _joined(parts) for name, parts in self._parts.items()}

    def _flush(self) -> None:
        rows = self._rows
        if any(isinstance(value, (dict, list)) for row in rows for value in row.values()):
            rows = [dict(_flat(row)) for row in rows]
        for name in _kept(dict.fromkeys(chain(self._parts, *rows))):
            parts = self._parts.setdefault(name, [np.full(self._flushed, np.nan)] if self._flushed else [])
            parts.append(_part([row.get(name) for row in rows]))
        self._flushed += len(rows)
        self._rows = []


def _kept(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of the columns that are kept."""
    others = 0
    for name in names:
        if is_rate(name) or is_time(name):
            yield name
        elif others < _MOST_OTHERS:
            others += 1
            yield name


def _flat(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}/")
        elif isinstance(value, list):
            yield from _flat({str(at): item for at, item in enumerate(value)}, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", value


def _part(cells: list[Any]) -> Floats | list[Cell]:
    """Return the cells of a chunk: as an array if none is text."""
    kinds = set(map(type, cells))
    if kinds <= {float, type(None)}:
        return np.array(cells, dtype=np.float64)
    if str in kinds:
        return [_cell(value) for value in cells]
    return np.array([_number(value) for value in cells], dtype=np.float64)


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_NUMBER else _TOO_LONG
    return _number(value)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number above every double
        return math.inf


def _joined(parts: list[Floats | list[Cell]]) -> Cells:
    arrays = [part for part in parts if isinstance(part, np.ndarray)]
    if len(arrays) == len(parts):
        return numbers_of(np.concatenate(arrays))
    return list(chain.from_iterable(part.tolist() if isinstance(part, np.ndarray) else part for part in parts))
