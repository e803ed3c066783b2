"""Detect the format of a figure and extract its embedded config."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.text import visible

MOST_BYTES = 1 << 26
"""The most bytes of a figure: more than the largest PNG, or an SVG of a hundred curves with thousands of drops."""

MOST_TEXT = 1 << 20
"""The most bytes of the embedded config, decompressed."""

LONGEST_MAGIC = 512
"""The number of bytes at the beginning of a file that determine its format."""

_MATPLOTLIB = re.compile(rb"Matplotlib v([0-9][0-9A-Za-z.+]{0,40})")
"""Matplotlib's version in an SVG; the other formats are written without it."""


_FIRST_LINES = {"\nlr: ": "\ncurves:\n", "\nruns:\n": "\n    curves:\n"}
"""How the lines of a config of one run and of several begin, each with a later line."""


class BrokenError(ValueError):
    """An invalid or unusual figure; the text is the reason."""


class _Kind(NamedTuple):
    """A format and the module that reads it."""

    name: str
    module: str


def is_figure(data: bytes) -> bool:
    """Return whether a file is a figure of any origin, judged by its beginning.

    >>> is_figure(b"lr: 0.1"), is_figure(b"%PDF-1.4")
    (False, True)
    """
    return _kind(data) is not None


def _kind(data: bytes) -> _Kind | None:
    if data.startswith(b"\x89PNG"):
        return _Kind("PNG", "png")
    if data.startswith(b"%PDF-"):
        return _Kind("PDF", "pdf")
    start = data[:LONGEST_MAGIC].removeprefix(b"\xef\xbb\xbf").lstrip()
    return _Kind("SVG", "svg") if start.startswith((b"<?xml", b"<svg", b"<!")) else None


def extract_plan(data: bytes, path: str) -> str:
    """Return the text of the config embedded in a figure.

    Raises RequestError if there is none, or if the figure is invalid.
    """
    kind, where = _kind(data), visible(path)
    if kind is None or len(data) > MOST_BYTES:
        raise user_error(where, f"a figure must be at most {MOST_BYTES >> 20} MiB", got="more")
    text = _read(kind, data, where)
    if text is None or not _is_config(text):
        hint = "pass a config, or a figure drawn by 'cosine-lr plot'"
        raise user_error(where, "does not contain a config: it was not drawn by cosine-lr", hint=hint)
    return text


def _is_config(text: str) -> bool:
    """Return whether a text has the lines of every config that we embed, unlike descriptions of other figures."""
    parts = (f"\n{text}\n".partition(first) for first in _FIRST_LINES)
    return any(found and curves in rest for (_, found, rest), curves in zip(parts, _FIRST_LINES.values(), strict=True))


def _read(kind: _Kind, data: bytes, where: str) -> str | None:
    # Import only the module of this format.
    description: Callable[[bytes], str | None] = import_module(f"cosine_cli.plans.embedded.{kind.module}").description
    try:
        return description(data)
    except BrokenError as error:
        raise user_error(where, f"invalid {kind.name}: {visible(str(error))}") from None


def figure_difference(old: bytes, new: bytes) -> str:
    """Return why an old and a new figure differ: in their configs, or in what drew them."""
    config = _config(old)
    if config is None:
        return "it does not contain a config"
    if config != _config(new):
        return "it contains another config"
    before, after = _MATPLOTLIB.search(old), _MATPLOTLIB.search(new)
    if before is not None and after is not None and before[1] != after[1]:
        return f"it was drawn with matplotlib {before[1].decode()}, now with {after[1].decode()}"
    return "it contains the same config, but was drawn by another version"


def _config(data: bytes) -> str | None:
    try:
        return extract_plan(data, "")
    except RequestError:
        return None
