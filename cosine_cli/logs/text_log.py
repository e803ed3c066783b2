"""Text logs: lines that a program printed, with the learning rate and the step or the epoch."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from itertools import chain

from cosine_cli.logs.core.formats import LogFormat
from cosine_cli.logs.core.printed_lines import CUT_OFF, read_lines
from cosine_cli.logs.core.printed_rates import may_have_rate
from cosine_cli.logs.core.printed_rows import lines_in
from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import UNENDED, Source

FORMAT = LogFormat(name="text log", order=90, files=("*.log", "log.txt", "*.out"), folder_order=70)

_REWRITTEN = re.compile(rb"[\r\x1b]")
"""Finds what a terminal does not print."""


def matches(source: Source) -> bool:
    """Return whether a file is a text with a word for learning rates."""
    return not source.is_binary and any(map(may_have_rate, source.parts()))


def read(source: Source) -> RawLog:
    """Return the rates of the pattern of lines that most lines have."""
    whole = source.utf8.endswith((b"\n", b"\r"))
    sections = [chain.from_iterable(map(lines_in, source.parts()))]
    raw = read_lines(sections, whole=whole, place=lambda number: f"line {_line_of(source, number)}")
    return raw if whole or CUT_OFF in raw.notes else replace(raw, notes=(*raw.notes, UNENDED))


def _line_of(source: Source, number: int) -> int:
    """Return the line of the file, from 1, that has the line of this number among those of :func:`lines_in`."""
    passed = 0
    for at, line in enumerate(io.BytesIO(source.utf8), 1):
        # A line that a program overwrote, such as that of a progress bar, is several; one without text is none.
        passed += (
            sum(1 for _ in lines_in(line.decode("utf-8", "replace"))) if _REWRITTEN.search(line) else line != b"\n"
        )
        if passed > number:
            return at
    return passed
