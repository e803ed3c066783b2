"""The log of a run's folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fnmatch import fnmatch

from cosine_cli.errors import user_error
from cosine_cli.logs.core.formats import readers
from cosine_cli.text import either, quote

_DEPTH = 4
_MOST_ENTRIES = 20_000
_NUMBER = re.compile(r"[0-9]{1,18}")
_MOST_NUMBERS = 8


def logs_in(folder: str) -> list[str]:
    """Return the logs in a folder and its subfolders, the best first.

    The formats have an order. Of the files of a format, those of the folder itself precede those of subfolders; then
    the one with the highest number in its name, such as the time of an event file; then the one with the highest
    number in the names of its folders, such as that of a checkpoint; then the newest.

    Raises RequestError if there is none.
    """
    formats = sorted((module.FORMAT for module in readers() if module.FORMAT.files), key=lambda each: each.folder_order)
    paths = list(_files(folder))
    logs: list[str] = []
    for each in formats:
        matches = [path for path in paths if any(fnmatch(_unpacked_name(path), name) for name in each.files)]
        logs += sorted(matches, key=lambda path: _rank(path, folder))
    if not logs:
        names = either([name for each in formats for name in each.files])
        raise user_error(f"folder {quote(folder)}", f"must contain {names}", hint="pass the file of the log")
    return logs


def _unpacked_name(path: str) -> str:
    return os.path.basename(path).removesuffix(".gz")


def _files(folder: str) -> Iterator[str]:
    count = 0
    for parent, folders, names in os.walk(folder):
        depth = os.path.relpath(parent, folder).count(os.sep) + 1
        if depth >= _DEPTH:
            folders.clear()
        folders.sort()
        for name in sorted(names):
            yield os.path.join(parent, name)
            count += 1
            if count == _MOST_ENTRIES:
                return


def _rank(path: str, folder: str) -> tuple[bool, list[int], list[int], float]:
    """Return the place of a file among those of its format, as :func:`logs_in` describes it."""
    inner, name = os.path.split(os.path.relpath(path, folder))
    return bool(inner), _numbers(name), _numbers(inner), -_modified(path)


def _numbers(text: str) -> list[int]:
    """Return the negative numbers in a name; zero for a name without, as of the first of several folders."""
    return [-int(number) for number in _NUMBER.findall(text)[:_MOST_NUMBERS]] or [0]


def _modified(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
