"""JSON files: a list of rows, or a list for each column, such as the history of Keras."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.json_shape import begins_with, document_in, has_object_per_line, whole_entries
from cosine_cli.logs.core.rate_column import is_rate
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.row_columns import RowColumns
from cosine_cli.logs.core.source import Source
from cosine_cli.logs.core.time_column import is_time
from cosine_cli.text import visible

FORMAT = LogFormat(name="JSON", order=45)

_RATE = re.compile(rb'"[^"\n]{0,80}(?:lr|learning_?rate)[^"\n]{0,80}"\s{0,80}:', re.IGNORECASE)
_LIST = re.compile(r"\s*\[\s*\{")
_DEPTH = 4


def matches(source: Source) -> bool:
    """Return whether a text is a JSON document in which something is named like a rate."""
    is_list = not source.is_binary and _LIST.match(source.beginning) is not None
    is_object = begins_with(source, "{") and not has_object_per_line(source)
    return (is_list or is_object) and _RATE.search(source.utf8) is not None


def read(source: Source) -> RawLog:
    """Return the tables of the document."""
    try:
        document = document_in(source)
    except ValueError as error:
        return _beginning(source, error)
    notes: list[str] = []
    return RawLog(tables=tuple(_tables(document, notes)), notes=tuple(notes))


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


def _tables(value: Any, notes: list[str], name: str = "", depth: int = _DEPTH) -> Iterator[Table]:
    """Yield the lists of rows and the mappings of columns in a value that have rates; add what is not read to notes."""
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        if any(is_rate(key) for row in rows for key in row):
            if others := len(value) - len(rows):
                which = (
                    "1 entry is not an object and was" if others == 1 else f"{others} entries are not objects and were"
                )
                notes.append(f"{which} not read")
            yield _table(rows, name)
    elif isinstance(value, dict):
        if lengths := [len(cells) for key, cells in value.items() if is_rate(key) and isinstance(cells, list)]:
            yield _by_column(value, max(lengths), name, notes)
            return
        inner = (_tables(part, notes, f"{name}/{key}" if name else key, depth - 1) for key, part in value.items())
        tables = list(chain.from_iterable(inner)) if depth else []
        if not tables and any(is_rate(key) and isinstance(cell, (int, float)) for key, cell in value.items()):
            tables = [_table([value], name)]
        yield from tables


def _by_column(columns: dict[str, Any], length: int, name: str, notes: list[str]) -> Table:
    """Return lists of the same length as a table."""
    lists = {key: cells for key, cells in columns.items() if isinstance(cells, list)}
    for key, cells in lists.items():
        if len(cells) != length and (is_rate(key) or is_time(key)):
            notes.append(f"{visible(key)} has {len(cells)} values instead of {length} and was not read")
    same = {key: cells for key, cells in lists.items() if len(cells) == length}
    return _table((dict(zip(same, cells, strict=True)) for cells in zip(*same.values(), strict=True)), name)


def _table(rows: Iterable[dict[str, Any]], name: str) -> Table:
    collected = RowColumns()
    for row in rows:
        collected.add(row)
    return Table(columns=collected.columns(), name=name)
