"""Tables in text files: CSV and TSV of Keras, Lightning, Stable Baselines3 and of scripts."""

from __future__ import annotations

from cosine_cli.logs.core.delimited_text import has_rows_only, read_table, table_header
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(name="CSV", order=30, files=("metrics.csv", "progress.csv"), folder_order=40)


def matches(source: Source) -> bool:
    """Return whether a text is a table of numbers, with or without a line of names."""
    return table_header(source) is not None or has_rows_only(source)


def read(source: Source) -> RawLog:
    """Return the columns of the table."""
    return read_table(source)
