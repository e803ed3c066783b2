"""Files with one JSON object per line: detectron2, OpenMMLab, DETR, LLaMA-Factory, ms-swift, and scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.json_shape import begins_with, has_object_per_line, object_in
from cosine_cli.logs.core.rate_column import NOT_TRAINING
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.row_columns import RowColumns
from cosine_cli.logs.core.source import UNENDED, Source

FORMAT = LogFormat(
    name="JSON Lines",
    order=40,
    files=("metrics.json", "scalars.json", "trainer_log.jsonl", "logging.jsonl", "*.log.json"),
    folder_order=50,
    configs=("config.py", "config.yaml", "args.json"),
)

_CHUNK = 1 << 18

_MODE = "mode"
"""The key of OpenMMLab, whose rows of validation have a rate, but the size of the validation set as their step."""


def matches(source: Source) -> bool:
    """Return whether a text has JSON objects in its first lines."""
    return begins_with(source, "{") and has_object_per_line(source)


def read(source: Source) -> RawLog:
    """Return the rows of the lines that are objects, without those of validation."""
    rows = RowColumns()
    other = validation = 0
    damaged: list[int] = []
    for part in _parts(source.utf8):
        for line, row in zip(part, _objects(part), strict=True):
            if row is None:
                other += 1
                if line.lstrip().startswith(b"{"):
                    damaged.append(rows.count)
            elif str(row.get(_MODE)) in NOT_TRAINING:
                validation += 1
            else:
                rows.add(_split(row))
    table = Table(columns=rows.columns(), damaged=damaged)
    return RawLog(tables=(table,), notes=tuple(_notes(source, other, validation)))


def _parts(data: bytes) -> Iterator[list[bytes]]:
    """Yield the lines of a part of the text."""
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + _CHUNK) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield [line for line in data[start:end].split(b"\n") if line.strip()]
        start = end


def _objects(lines: list[bytes]) -> list[dict[str, Any] | None]:
    """Return the object of each line, None for a line that is something else."""
    try:
        # One call for many lines is faster.
        values: list[dict[str, Any] | None] = json.loads(b"[" + b",".join(lines) + b"]")
    except (ValueError, RecursionError):
        values = []
    if len(values) == len(lines) and all(isinstance(value, dict) for value in values):
        return values
    return [object_in(line) for line in lines]


def _split(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a row with both values of a cell such as ``"global_step/max_steps": "10/438"``."""
    for name, value in row.items():
        if isinstance(value, str) and value.count("/") == name.count("/") == 1:
            return {**row, **dict(zip(name.split("/"), value.split("/"), strict=True))}
    return row


_MANY_LINES = "{} lines are not JSON objects and were not read"


def _notes(source: Source, other: int, validation: int) -> Iterator[str]:
    if not source.utf8.endswith(b"\n"):
        yield UNENDED
    if other:
        yield "1 line is not a JSON object and was not read" if other == 1 else _MANY_LINES.format(other)
    if validation:
        yield f"{validation} {'row of validation was' if validation == 1 else 'rows of validation were'} not read"
