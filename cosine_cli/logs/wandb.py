"""The local ``.wandb`` file of a run of Weights & Biases: its history and its config.

Source: ``wandb/proto/wandb_internal.proto`` of W&B 0.22.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.leveldb_log import CutOff, Gap, records
from cosine_cli.logs.core.protobuf import BYTES, VARINT, WireError, fields, int64
from cosine_cli.logs.core.raw_log import Carried, RawLog, Table
from cosine_cli.logs.core.source import Source
from cosine_cli.logs.core.sparse_table import NO_ROWS, RowCollector
from cosine_cli.text import visible

FORMAT = LogFormat(name="W&B run file", order=55, files=("run-*.wandb",), folder_order=60)

STEP = "_step"
"""The number of calls of ``wandb.log``, which is not the number of updates if a run logs more than once per update."""

_IDENT = b":W&B"
_MAGIC = _IDENT + b"\xe1\xbe"
_VERSION = 0
_HEADER = len(_MAGIC) + 1

_HISTORY, _CONFIG, _RUN = (2, BYTES), (5, BYTES), (17, BYTES)
_RUN_CONFIG = (4, BYTES)
_ITEM, _ITEM_STEP, _STEP_NUMBER = (1, BYTES), (2, BYTES), (1, VARINT)
_UPDATE, _REMOVE = (1, BYTES), (2, BYTES)
_KEY, _NESTED, _JSON = (1, BYTES), (2, BYTES), (16, BYTES)
_USUAL = re.compile(rb"\x0a([\x00-\x7f])([\x20-\x7f]{1,127}+)\x82\x01[\x00-\x7f]", re.DOTALL)
"""The fields of nearly every item up to the bytes of its JSON: key, length of the JSON."""

_OWN = "_wandb"


@dataclass(kw_only=True, eq=False)
class _Run:
    rows: RowCollector = field(default_factory=RowCollector)
    config: dict[str, Any] = field(default_factory=dict)


def matches(source: Source) -> bool:
    """Return whether a file begins as a ``.wandb`` file."""
    return source.data.startswith(_IDENT)


def read(source: Source) -> RawLog:
    """Return the history of the run and its config."""
    data = source.data
    if data[:_HEADER] != _MAGIC + bytes((_VERSION,)):
        raise user_error(source.where, "must be a .wandb file of version 0", got="another header")
    run, damaged = _Run(), 0
    cut_off: int | None = None
    for record in records(data, _HEADER):
        if isinstance(record, Gap):
            damaged += record.end - record.begin
        elif isinstance(record, CutOff):
            cut_off = record.begin
        else:
            try:
                _add_record(run, record)
            except (ValueError, OverflowError, RecursionError):
                damaged += len(record)
    columns = run.rows.columns(step=STEP)
    return RawLog(
        tables=(Table(columns=columns) if columns else NO_ROWS,),
        configs=(Carried(where=f"the config in {visible(source.path)}", text=json.dumps(run.config)),)
        if run.config
        else (),
        notes=tuple(_notes(damaged, cut_off)),
    )


def _add_record(run: _Run, record: bytes) -> None:
    for number, wire, begin, end in fields(record):
        if (number, wire) == _HISTORY:
            _add_history(run.rows, record, begin, end)
        elif (number, wire) == _CONFIG:
            _update_config(run.config, record, begin, end)
        elif (number, wire) == _RUN:
            for inner, kind, first, last in fields(record, begin, end):
                if (inner, kind) == _RUN_CONFIG:
                    _update_config(run.config, record, first, last)


def _add_history(rows: RowCollector, record: bytes, begin: int, end: int) -> None:
    step: int | None = None
    values: dict[str, float] = {}
    for number, wire, first, last in fields(record, begin, end):
        if (number, wire) == _ITEM:
            path, text = _item(record, first, last)
            if text[:1] in _FIRST_OF_NUMBER:
                values[".".join(path)] = _number(text)
        elif (number, wire) == _ITEM_STEP:
            numbers = [
                int64(record, *place)
                for inner, kind, *place in fields(record, first, last)
                if (inner, kind) == _STEP_NUMBER
            ]
            step = numbers[0] if numbers else 0
    logged = values.pop(STEP, None)
    if step is None and logged is None:
        raise WireError("a row without a step")
    for name, value in values.items():
        rows.add(step if step is not None else int(logged or 0), name, value)


_FIRST_OF_NUMBER = frozenset("-0123456789")
_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?(?:e[+-]?[0-9]{1,4})?")


def _number(text: str) -> float:
    """Return a number of JSON; raise ValueError if it is not one."""
    return float(text if _NUMBER.fullmatch(text) else json.loads(text))


def _update_config(config: dict[str, Any], record: bytes, begin: int, end: int) -> None:
    for number, wire, first, last in fields(record, begin, end):
        if (number, wire) not in (_UPDATE, _REMOVE):
            continue
        path, text = _item(record, first, last)
        if not path or path[0] == _OWN:
            continue
        inner = config
        for key in path[:-1]:
            nested = inner.get(key)
            if not isinstance(nested, dict):
                nested = inner[key] = {}
            inner = nested
        if (number, wire) == _UPDATE:
            inner[path[-1]] = _value(text)
        else:
            inner.pop(path[-1], None)


def _value(text: str) -> Any:
    """Return a setting from its JSON. Settings that are synced from TensorBoard have the text of Python's None."""
    value = json.loads(text)
    return None if value == "None" else value


def _item(record: bytes, begin: int, end: int) -> tuple[list[str], str]:
    """Return the path of a value and its JSON."""
    usual = _USUAL.match(record, begin, end)
    if usual and usual.end() + record[usual.end() - 1] == end and len(usual[2]) == record[begin + 1]:
        return [usual[2].decode()], record[usual.end() : end].decode()
    key, nested, text = "", [], ""
    for number, wire, first, last in fields(record, begin, end):
        if (number, wire) == _KEY:
            key = record[first:last].decode()
        elif (number, wire) == _NESTED:
            nested.append(record[first:last].decode())
        elif (number, wire) == _JSON:
            text = record[first:last].decode()
    return (nested or [key]), text


def _notes(damaged: int, cut_off: int | None) -> Iterator[str]:
    if damaged:
        yield f"{damaged} bytes are damaged and not read"
    if cut_off is not None:
        rest = f"it is not read, from byte {cut_off} on"
        yield f"the last record is cut off, as in a file that is still written to: {rest}"
