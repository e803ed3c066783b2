"""``results.csv`` of Ultralytics and of YOLOv5: one row for each epoch, one rate for each of three parameter groups."""

from __future__ import annotations

from cosine_cli.logs.core.delimited_text import read_table, table_header
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(
    name="YOLO results.csv",
    order=20,
    files=("results.csv",),
    folder_order=30,
    configs=("args.yaml", "opt.yaml"),
)

_RATES = ("lr/pg0", "lr/pg1", "x/lr0", "x/lr1")


def matches(source: Source) -> bool:
    """Return whether a text is a table with the rates of YOLO."""
    header = table_header(source)
    return header is not None and any(name in header.names for name in _RATES)


def read(source: Source) -> RawLog:
    """Return the columns of the table."""
    return read_table(source)
