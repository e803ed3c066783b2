"""The words and files that can replace a typed word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Candidate(NamedTuple):
    """A word, with its meaning for shells that show it; or the pattern of files, which the shell lists.

    A pattern is ``*``, the suffix of files, or ``*/`` for folders.
    """

    text: str
    meaning: str = ""

    @property
    def is_pattern(self) -> bool:
        """Tell whether it is the pattern of files."""
        return self.text.startswith("*")


FILES = (Candidate("*"), Candidate("*/"))
FOLDERS = (Candidate("*/"),)


def files_with(suffixes: Iterable[str]) -> tuple[Candidate, ...]:
    """Return the patterns of files with these suffixes, such as ``.yaml``, and of the folders that may have some."""
    return (*(Candidate(f"*{suffix}") for suffix in suffixes), *FOLDERS)


def matches(names: Iterable[str], typed: str) -> list[str]:
    """Return the names that begin with ``typed``, with dashes or underscores as typed.

    If there is none, capitals do not count.

    >>> matches(["min_lr", "lr"], "min-")
    ['min-lr']
    >>> matches(["CosineDecay", "cosine"], "cosined")
    ['CosineDecay']
    """
    spelled = [_spelled_as(typed, name) for name in names]
    exact = [name for name in spelled if name.startswith(typed)]
    return exact or [name for name in spelled if name.lower().startswith(typed.lower())]


def _spelled_as(typed: str, name: str) -> str:
    if "-" in typed and "_" not in typed:
        return name.replace("_", "-")
    return name.replace("-", "_") if "_" in typed and "-" not in typed else name
