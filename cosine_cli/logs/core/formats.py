"""The formats of logs: the readers of the folder, and the one for a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from cosine_cli.logs.core.raw_log import RawLog
from cosine_cli.logs.core.source import Source

_PACKAGE = "cosine_cli.logs"


@dataclass(frozen=True, kw_only=True)
class LogFormat:
    """The declaration of a format.

    - ``name``: its name in answers: ``TensorBoard event file``.
    - ``order``: its place among the formats. They are tried in this order, so a special format precedes a general one.
    - ``files``: the names of the files in the folder of a run that have it, as patterns of ``fnmatch``; empty if no
      name is typical.
    - ``folder_order``: its place among the formats that are searched in a folder.
    - ``configs``: the names of the configs that programs write beside such a file.
    """

    name: str
    order: int
    files: tuple[str, ...] = ()
    folder_order: int = 0
    configs: tuple[str, ...] = ()


class Reader(Protocol):
    """What each module of the folder ``logs`` defines."""

    FORMAT: LogFormat

    def matches(self, source: Source) -> bool:
        """Return whether a file has the format, by its content."""

    def read(self, source: Source) -> RawLog:
        """Return the columns of the file."""


@cache
def readers() -> tuple[Reader, ...]:
    """Return the modules that read a format, in the order in which they are tried."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    names = (name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_")
    modules = (cast("Reader", import_module(f"{_PACKAGE}.{name}")) for name in names)
    return tuple(sorted(modules, key=lambda module: module.FORMAT.order))


def matching(source: Source) -> Iterator[Reader]:
    """Yield the readers of the formats that a file has, the most special first."""
    return (module for module in readers() if module.matches(source))
