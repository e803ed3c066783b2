"""The configs beside a log."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from cosine_cli.logs.core.raw_log import Carried
from cosine_cli.logs.core.source import STDIN
from cosine_cli.text import visible

_MOST_BYTES = 1 << 20


def configs_beside(path: str, names: Sequence[str]) -> tuple[Carried, ...]:
    """Return the configs with one of the names in the folder of a log."""
    return () if path == STDIN else tuple(_configs(os.path.dirname(path), names))


def _configs(folder: str, names: Sequence[str]) -> Iterator[Carried]:
    for name in names:
        path = os.path.join(folder, name)
        try:
            if not os.path.isfile(path) or os.path.getsize(path) > _MOST_BYTES:
                continue
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
        except (OSError, ValueError):  # a config that cannot be read: the log is read without it
            continue
        yield Carried(where=visible(path), text=text)
