"""Tables in text files: CSV and TSV of Keras, Lightning, Stable Baselines3 and of scripts."""

from __future__ import annotations

from cosine_cli.logs.core.delimited_text import read_table, table_header
from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import Source

FORMAT = LogFormat(name="CSV", order=30, files=("metrics.csv", "progress.csv"), folder_order=40)


def matches(source: Source) -> bool:
    """Return whether a text begins with a line of names and has rows of numbers."""
    return table_header(source) is not None


def read(source: Source) -> RawLog:
    """Return the columns of the table."""
    return read_table(source)
