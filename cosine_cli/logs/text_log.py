"""Text logs: lines that a program printed, with the learning rate and the step or the epoch."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.printed_lines import CUT_OFF, read_lines
from cosine_cli.logs.core.printed_rates import may_have_rate
from cosine_cli.logs.core.printed_rows import lines_in
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import UNENDED, Source

FORMAT = LogFormat(name="text log", order=90, files=("*.log", "log.txt", "*.out"), folder_order=70)


def matches(source: Source) -> bool:
    """Return whether a file is a text with a word for learning rates."""
    return not source.is_binary and any(map(may_have_rate, source.parts()))


def read(source: Source) -> RawLog:
    """Return the rates of the pattern of lines that most lines have."""
    whole = source.utf8.endswith((b"\n", b"\r"))
    raw = read_lines([chain.from_iterable(map(lines_in, source.parts()))], whole=whole)
    return raw if whole or CUT_OFF in raw.notes else replace(raw, notes=(*raw.notes, UNENDED))
