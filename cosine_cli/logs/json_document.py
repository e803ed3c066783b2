"""JSON files: a list of rows, or a list for each column, such as the history of Keras."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.json_shape import begins_with, document_in, has_object_per_line, whole_entries
from cosine_cli.logs.core.rate_column import is_rate
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.row_columns import RowColumns
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(name="JSON", order=45)

_RATE = re.compile(rb'"[^"\n]{0,80}(?:lr|learning_?rate)[^"\n]{0,80}"\s{0,80}:', re.IGNORECASE)
_DEPTH = 4


def matches(source: Source) -> bool:
    """Return whether a text is a JSON document in which something is named like a rate."""
    if not begins_with(source, "{[") or has_object_per_line(source):
        return False
    return _RATE.search(source.utf8) is not None


def read(source: Source) -> RawLog:
    """Return the tables of the document."""
    try:
        document = document_in(source)
    except ValueError as error:
        return _beginning(source, error)
    return RawLog(tables=tuple(_tables(document)))


def _beginning(source: Source, error: ValueError) -> RawLog:
    """Return the rows before the place where a list is not valid JSON."""
    text = source.text
    rows = RowColumns()
    if begins_with(source, "["):
        for entry in whole_entries(text, text.index("[") + 1):
            rows.add(entry)
    if not rows.count:
        raise user_error(source.where, "must be valid JSON", got=str(error)) from None
    note = f"the file is not valid JSON after row {rows.count}: what follows is missing"
    return RawLog(tables=(Table(columns=rows.columns()),), notes=(note,))


def _tables(value: Any, name: str = "", depth: int = _DEPTH) -> Iterator[Table]:
    """Yield the lists of rows and the mappings of columns in a value that have rates."""
    if isinstance(value, list) and any(isinstance(row, dict) and any(map(is_rate, row)) for row in value):
        rows = RowColumns()
        for row in value:
            if isinstance(row, dict):
                rows.add(row)
        yield Table(columns=rows.columns(), name=name)
    elif isinstance(value, dict):
        if lengths := [len(cells) for key, cells in value.items() if is_rate(key) and isinstance(cells, list)]:
            yield _by_column(value, max(lengths), name)
        elif any(is_rate(key) and isinstance(cell, (int, float)) for key, cell in value.items()):
            rows = RowColumns()
            rows.add(value)
            yield Table(columns=rows.columns(), name=name)
        elif depth:
            for key, inner in value.items():
                yield from _tables(inner, f"{name}/{key}" if name else key, depth - 1)


def _by_column(columns: dict[str, Any], length: int, name: str) -> Table:
    """Return lists of the same length as a table."""
    lists = {key: cells for key, cells in columns.items() if isinstance(cells, list) and len(cells) == length}
    rows = RowColumns()
    for cells in zip(*lists.values(), strict=True):
        rows.add(dict(zip(lists, cells, strict=True)))
    return Table(columns=rows.columns(), name=name)
