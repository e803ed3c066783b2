"""What is said of another program's file: what it was read as, and what of it was left out."""

from __future__ import annotations

from collections.abc import Sequence

from cosine_cli.text import visible


def read_as(title: str, curve: str, length: str, *, defaults: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the line that says what a file was read as, and which values are the program's defaults."""
    taken = f"; not in the file, so as the program has it: {', '.join(defaults)}" if defaults else ""
    return (visible(f"{title}, read as {curve} over {length}{taken}"),)


def left_out(title: str, *what: str) -> tuple[str, ...]:
    """Return a line for each thing that is about the rate and was left out; an empty one is none."""
    return tuple(visible(f"{title}: left out: {thing}") for thing in what if thing)
