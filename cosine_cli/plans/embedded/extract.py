"""The plan in a figure: which kind of picture a file is, and the text that it holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.text import visible

MOST_BYTES = 1 << 26
"""A picture of all the pixels that a plan may have is smaller; an SVG is, up to some hundred curves of thousands of
drops each."""

MOST_TEXT = 1 << 20
"""What a plan may take of it, unpacked."""

LONGEST_MAGIC = 512
"""How many bytes at the beginning of a file tell its kind."""

_MATPLOTLIB = re.compile(rb"Matplotlib v([0-9][0-9A-Za-z.+]{0,40})")
"""What an SVG says of its maker; the other formats are asked not to."""


class BrokenError(ValueError):
    """A picture that is not as its format asks; the text says what is wrong."""


class _Kind(NamedTuple):
    name: str
    module: str


def is_figure(data: bytes) -> bool:
    """Tell by its beginning whether a file is a picture, of whatever origin.

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
    """Return the text of the plan that a picture holds.

    Raises RequestError where it holds none, and where the picture is broken.
    """
    kind, where = _kind(data), visible(path)
    if kind is None or len(data) > MOST_BYTES:
        raise user_error(where, f"a figure must be at most {MOST_BYTES >> 20} MiB", got="more")
    found = _read(kind, data, where)
    if found is None or not _is_ours(found):
        raise _none(where)
    return found


def _is_ours(text: str) -> bool:
    """Tell whether a text has the lines of every plan of ours: descriptions of other pictures are other texts."""
    _, rate, behind = f"\n{text}".partition("\nlr: ")
    return bool(rate) and "\ncurves:\n" in f"{behind}\n"


def _read(kind: _Kind, data: bytes, where: str) -> str | None:
    # Each format has a module of its own, so that a command loads the one that it reads.
    texts: Callable[[bytes], str | None] = import_module(f"cosine_cli.plans.embedded.{kind.module}").description
    try:
        return texts(data)
    except BrokenError as error:
        raise user_error(where, f"must be a whole {kind.name}", got=visible(str(error))) from None


def difference(one: bytes, other: bytes) -> str:
    """Say why two pictures differ, as far as they tell: by their plans, or by what drew them."""
    plans = [_text(data) for data in (one, other)]
    if plans[0] is None:
        return "it holds no plan"
    if plans[0] != plans[1]:
        return "it shows another plan"
    drew = [_MATPLOTLIB.search(data) for data in (one, other)]
    if drew[0] is not None and drew[1] is not None and drew[0][1] != drew[1][1]:
        return f"it was drawn by matplotlib {drew[0][1].decode()}, and would be by {drew[1][1].decode()}"
    return "it shows the same plan, drawn by another version"


def _text(data: bytes) -> str | None:
    try:
        return extract_plan(data, "")
    except RequestError:
        return None


def _none(where: str) -> RequestError:
    hint = "give a config, or a figure that plot drew"
    return user_error(where, "holds no plan: it was not drawn by cosine-lr", hint=hint)
