"""``trainer_state.json`` of the Trainer of Hugging Face Transformers, and of programs that build on it."""

from __future__ import annotations

import json
import re
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.json_shape import begins_with, has_object_per_line, whole_entries
from cosine_cli.logs.core.raw_log import RawLog, Table
from cosine_cli.logs.core.row_columns import RowColumns
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(
    name="Hugging Face trainer state",
    order=10,
    files=("trainer_state.json",),
    folder_order=20,
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

    def entry(value: dict[str, Any]) -> dict[str, Any] | None:
        """Collect the entries while the file is parsed: all together would take several times its size."""
        if _LOG in value or not ("step" in value or "epoch" in value):
            return value
        rows.add(value)
        return None

    try:
        state = json.loads(source.text, object_hook=entry)
    except RecursionError:
        raise user_error(source.where, "is nested too deeply") from None
    except ValueError:
        return _beginning(source)
    return RawLog(tables=(Table(columns=rows.columns()),), horizon=_horizon(state.get(_HORIZON)))


def _beginning(source: Source) -> RawLog:
    """Return the entries before the place where the file is not valid JSON."""
    text = source.text
    start = _start_of_log(source) or len(text)
    rows = RowColumns()
    for row in whole_entries(text, start):
        rows.add(row)
    steps = _STEPS.search(text, 0, start)
    note = f"is not valid JSON after entry {rows.count} of {_LOG}: what follows is missing"
    return RawLog(
        tables=(Table(columns=rows.columns()),), horizon=_horizon(int(steps[1])) if steps else None, notes=(note,)
    )


def _horizon(steps: Any) -> tuple[int, str] | None:
    return (steps, _HORIZON) if isinstance(steps, int) and not isinstance(steps, bool) and steps > 0 else None
