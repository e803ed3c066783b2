"""Whether a JSON file is one document or has a document in each line, and the parts of one that is cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.logs.core.source import Source

_LONGEST_LINE = 1 << 20
_EXAMINED = 8
_SEPARATOR = re.compile(r"[\s,]*+")


def begins_with(source: Source, signs: str) -> bool:
    """Return whether the first character of a text, after space, is one of the signs."""
    first = source.beginning.lstrip()[:1]
    return not source.is_binary and bool(first) and first in signs


def has_object_per_line(source: Source) -> bool:
    """Return whether there are several lines, and one of the first is a JSON object of its own."""
    lines = source.utf8[:_LONGEST_LINE].split(b"\n", _EXAMINED)[:_EXAMINED]
    examined = [line for line in lines if line.strip()]
    return len(examined) > 1 and any(object_in(line) is not None for line in examined)


def document_in(source: Source, object_hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """Return the JSON document that a file is; raise ValueError if it is not valid, RequestError if nested too deeply.

    - ``object_hook``: what replaces each object, as in :func:`json.loads`.
    """
    try:
        return json.loads(source.text, object_hook=object_hook)
    except RecursionError:
        raise user_error(source.where, "is nested too deeply") from None


def object_in(line: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a line is, None if it is not one."""
    try:
        value = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def whole_entries(text: str, at: int) -> Iterator[dict[str, Any]]:
    """Yield the objects of an array whose first entry is at ``at``, as far as they are valid."""
    decoder = json.JSONDecoder()
    while True:
        separator = _SEPARATOR.match(text, at)
        try:
            entry, at = decoder.raw_decode(text, separator.end() if separator else at)
        except (ValueError, RecursionError):
            return
        if isinstance(entry, dict):
            yield entry
