"""Files with one JSON object a line: detectron2, OpenMMLab, DETR, LLaMA-Factory, ms-swift, and scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.row_columns import RowColumns
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(
    name="JSON Lines",
    order=40,
    files=("metrics.json", "scalars.json", "trainer_log.jsonl", "logging.jsonl", "*.log.json"),
    folder_order=50,
    configs=("config.py", "config.yaml", "args.json"),
)

_HORIZONS = ("total_steps", "max_steps")
_NOT_TRAINING = ("val", "valid", "validation", "test", "eval")
_MODE = "mode"


def matches(source: Source) -> bool:
    """Return whether a text has a JSON object in its first line."""
    if source.is_binary:
        return False
    first = next((line for line in source.beginning.split("\n") if line.strip()), "")
    return first.lstrip().startswith("{") and _object(first) is not None


def read(source: Source) -> RawLog:
    """Return the rows of the lines that are objects, without those of validation."""
    rows = RowColumns()
    other: list[str] = []
    validation = 0
    horizon: tuple[int, str] | None = None
    for line in source.text.split("\n"):
        if not line.strip():
            continue
        row = _object(line)
        if row is None:
            other.append(line)
        elif row.get(_MODE) in _NOT_TRAINING:
            validation += 1
        else:
            row = dict(_split(row))
            horizon = horizon or _horizon(row)
            rows.add(row)
    return RawLog(tables=(Table(columns=rows.columns()),), horizon=horizon, notes=tuple(_notes(other, validation)))


def _object(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _split(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the values of a row, and both values of one such as ``"global_step/max_steps": "10/438"``."""
    for name, value in row.items():
        if isinstance(value, str) and value.count("/") == name.count("/") == 1:
            yield from zip(name.split("/"), value.split("/"), strict=True)
        else:
            yield name, value


def _horizon(row: Mapping[str, Any]) -> tuple[int, str] | None:
    for name in _HORIZONS:
        text = str(row.get(name))
        if text.isdecimal() and int(text) > 0:
            return int(text), name
    return None


def _notes(other: list[str], validation: int) -> Iterator[str]:
    if other:
        lines = "1 line is" if len(other) == 1 else f"{len(other)} lines are"
        yield f"{lines} not a JSON object: not read"
    if validation:
        yield f"{validation} rows of validation: not read"
