"""``trainer_state.json`` of the Trainer of Hugging Face Transformers, and of programs that build on it."""

from __future__ import annotations

import json
import re
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import LogFormat
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
_SEPARATOR = re.compile(r"[\s,]*+")


def matches(source: Source) -> bool:
    """Return whether a file is one JSON object that has the log of a Trainer."""
    return source.start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and not _is_lines(source) and _has_log(source)


def _has_log(source: Source) -> bool:
    return b'"log_history"' in source.data and _KEY.search(source.text) is not None


def _is_lines(source: Source) -> bool:
    """Return whether the first line is an object of its own."""
    first, _, rest = source.start.lstrip().partition(b"\n")
    return bool(rest) and first.rstrip().endswith(b"}")


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
    start = _KEY.search(text)
    assert start is not None
    rows = RowColumns()
    decoder = json.JSONDecoder()
    at, count = start.end(), 0
    try:
        while text[at := _at(text, at)] != "]":
            row, at = decoder.raw_decode(text, at)
            if isinstance(row, dict):
                rows.add(row)
                count += 1
    except (ValueError, IndexError, RecursionError):
        pass
    steps = re.search(r'"max_steps"\s*+:\s*+([0-9]{1,15})\s*+[,}]', text[: start.start()])
    note = f"is not valid JSON after entry {count} of {_LOG}: what follows is missing"
    return RawLog(
        tables=(Table(columns=rows.columns()),), horizon=_horizon(int(steps[1])) if steps else None, notes=(note,)
    )


def _at(text: str, at: int) -> int:
    found = _SEPARATOR.match(text, at)
    return found.end() if found else at


def _horizon(steps: Any) -> tuple[int, str] | None:
    return (steps, _HORIZON) if isinstance(steps, int) and not isinstance(steps, bool) and steps > 0 else None
