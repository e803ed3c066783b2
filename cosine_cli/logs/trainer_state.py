"""``trainer_state.json`` of the Trainer of Hugging Face Transformers, and of programs that build on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.json_shape import begins_with, document_in, has_object_per_line, whole_entries
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.row_columns import RowColumns
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(
    name="Hugging Face trainer state",
    order=10,
    files=("trainer_state.json",),
    folder_order=20,
    certain=True,
)

_LOG = "log_history"
_HORIZON = "max_steps"
_KEY = re.compile(r'"log_history"\s*+:\s*+\[')
_STEPS = re.compile(r'"max_steps"\s*+:\s*+([0-9]{1,15})\s*+[,}]')


def matches(source: Source) -> bool:
    """Return whether a file is one JSON object that has the log of a Trainer."""
    return begins_with(source, "{") and _start_of_log(source) is not None and not has_object_per_line(source)


def _start_of_log(source: Source) -> int | None:
    """Return where the first entry of the log is, None if there is no log."""
    found = _KEY.search(source.text) if b'"log_history"' in source.utf8 else None
    return None if found is None else found.end()


def read(source: Source) -> RawLog:
    """Return the entries of the log, as far as the file is whole."""
    rows = RowColumns()
    state: dict[str, Any] = {}

    def entry(value: dict[str, Any]) -> dict[str, Any] | None:
        """Collect the entries while the file is parsed: all together would take several times its size."""
        if _LOG in value:
            state.update(value)
            return value
        if not ("step" in value or "epoch" in value):
            return value
        rows.add(value)
        return None

    try:
        document_in(source, entry)
    except ValueError:
        return _beginning(source)
    return RawLog(
        tables=(Table(columns=rows.columns()),),
        horizon=_horizon(state.get(_HORIZON)),
        notes=tuple(_notes(state.get(_LOG))),
    )


def _notes(others: Any) -> Iterator[str]:
    """Yield the note on what is left of the log after its entries with a time were taken from it."""
    count = sum(entry is not None for entry in others) if isinstance(others, list) else 0
    if count:
        which = f"1 entry of {_LOG} was" if count == 1 else f"{count} entries of {_LOG} were"
        yield f"{which} not read: neither a step nor an epoch"


def _beginning(source: Source) -> RawLog:
    """Return the entries before the place where the file is not valid JSON."""
    text = source.text
    start = _start_of_log(source) or len(text)
    rows = RowColumns()
    for row in whole_entries(text, start):
        rows.add(row)
    steps = _STEPS.search(text, 0, start)
    note = f"the file is not valid JSON after entry {rows.count} of {_LOG}: what follows is missing"
    return RawLog(
        tables=(Table(columns=rows.columns()),), horizon=_horizon(int(steps[1])) if steps else None, notes=(note,)
    )


def _horizon(steps: Any) -> tuple[int, str] | None:
    return (steps, _HORIZON) if isinstance(steps, int) and not isinstance(steps, bool) and steps > 0 else None
