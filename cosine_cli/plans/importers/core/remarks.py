"""Remarks on another program's config: what it was read as, and what was ignored."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.text import visible


def read_as(title: str, curve: str, length: str, *, defaults: Sequence[str] = ()) -> str:
    """Return the remark on what a config was read as, and on the program's defaults that were used."""
    note = f"; defaults of the program: {', '.join(defaults)}" if defaults else ""
    return visible(f"{title}: read as {curve} over {length}{note}")


def ignored(title: str, *what: str) -> tuple[str, ...]:
    """Return one remark for each ignored value; an empty string stands for none."""
    return tuple(visible(f"{title}: ignored: {value}") for value in what if value)
