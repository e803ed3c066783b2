"""The kinds of files by their names, and which of them a document is."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from cosine_cli.plans.importers.core.flags import Flags

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue, Request


class Importer(Protocol):
    """The file of a kind.

    - ``TITLE``: what messages call it.
    - ``SHARES``: keys that a config of ours has too.
    - ``TAKES``: parameters of the run that it is read with.
    - ``INSTEAD``: for other parameters of the run, which key of the file says the same.
    """

    TITLE: str
    SHARES: tuple[str, ...]
    TAKES: tuple[str, ...]
    INSTEAD: Mapping[str, str]

    def matches(self, top: Node) -> bool:
        """Tell whether a document has the keys that this kind has."""

    def load(self, top: Node, flags: Flags) -> Request:
        """Return what the document asks for; ``flags`` is what the command line says of the run."""


@cache
def importers() -> tuple[str, ...]:
    """Return the names of the kinds, sorted: the folder's listing; loads none."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))


def importer(name: str) -> Importer:
    """Return the file of a kind."""
    return cast("Importer", import_module(f"cosine_cli.plans.importers.{name}"))


def load_request(kind: Importer, top: Node, given: Mapping[str, RawValue]) -> Request:
    """Return what a document of a kind asks for; ``given`` is what the command line says of the run.

    Raises RequestError for what would be laid over the schedule of the file.
    """
    flags = Flags(given)
    flags.check_taken(kind.TITLE, kind.TAKES, kind.INSTEAD)
    return kind.load(top, flags)


def importer_for(top: Node, ours: Collection[str]) -> Importer | None:
    """Return which kind of another program's file a document is, None where it is a config of ``ours``.

    It is one only where nothing contradicts: a key that ours has and the other has not makes it ours.
    """
    own = top.keys.intersection(ours)
    if top.pairs is not None and top.keys == own:
        return None
    return next((kind for kind in map(importer, importers()) if own.issubset(kind.SHARES) and kind.matches(top)), None)
