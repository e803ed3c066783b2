"""Logs that tests write."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.reading import read_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from cosine_cli.logs.core.log import Log, Series


def cosine(step: float, total: float, peak: float = 1e-3) -> float:
    return peak * (1 + math.cos(math.pi * step / total)) / 2


def csv_of(columns: Mapping[str, Sequence[object]], separator: str = ",") -> str:
    """Return a table as Python's csv module writes it: numbers with all their digits."""
    lines = [separator.join(columns), *(separator.join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"


def json_lines_of(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def log_of(folder: Path, text: str | bytes, *, name: str = "log", **options: Any) -> Log:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_log(str(path), **options)


def only_run(log: Log) -> Series:
    (series,) = log.runs
    return series


def refusal(folder: Path, text: str | bytes, **options: Any) -> str:
    """Return the error of a log, without the path of the folder."""
    with pytest.raises(RequestError) as caught:
        log_of(folder, text, **options)
    (line,) = str(caught.value).splitlines()
    return line.replace(f"{folder}/", "")
