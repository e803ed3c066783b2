"""The supported config formats: list the importers, and find the one for a document."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.flags import Flags
from cosine_cli.text import either

if TYPE_CHECKING:
    from cosine_cli.plans.parse.node import Node
    from cosine_cli.plans.parse.raw import RawValue, Request


class Importer(Protocol):
    """What each module of the folder ``importers`` defines.

    - ``TITLE``: the name of the format in messages.
    - ``COMMON_KEYS``: keys that cosine-lr's own configs have too.
    - ``ACCEPTED_OPTIONS``: options of the run that the importer reads.
    - ``REPLACEMENT_KEYS``: for other options of the run, the key to set in the file instead.
    - ``TAGS``: optional; the beginnings of the custom YAML tags that are data in the format, as ``("!CosineDecay",)``.
    """

    TITLE: str
    COMMON_KEYS: tuple[str, ...]
    ACCEPTED_OPTIONS: tuple[str, ...]
    REPLACEMENT_KEYS: Mapping[str, str]

    def matches(self, top: Node) -> bool:
        """Return whether a document has this format, judged by its keys."""

    def load(self, top: Node, flags: Flags) -> Request:
        """Return the request that a document is read as."""


@cache
def importers() -> tuple[str, ...]:
    """Return the sorted names of the importers, the modules in this folder, without importing them."""
    listed = os.listdir(os.path.dirname(os.path.dirname(__file__)))
    return tuple(sorted(name.removesuffix(".py") for name in listed if name.endswith(".py") and name[0] != "_"))


def importer(name: str) -> Importer:
    """Return the module of an importer."""
    return cast("Importer", import_module(f"cosine_cli.plans.importers.{name}"))


def accepted_tags(importer: Importer | None) -> tuple[str, ...]:
    """Return the beginnings of the custom YAML tags that a format accepts; cosine-lr's own configs have none."""
    tags: tuple[str, ...] = getattr(importer, "TAGS", ())
    return tags


def load_request(importer: Importer, top: Node, given: Mapping[str, RawValue]) -> Request:
    """Return the request of a document, read with the options ``given`` on the command line.

    Raises RequestError for options that would override the schedule of the file.
    """
    flags = Flags(given)
    flags.check_accepted(importer.TITLE, importer.ACCEPTED_OPTIONS, importer.REPLACEMENT_KEYS)
    return importer.load(top, flags)


def importer_for(top: Node, own_keys: Collection[str]) -> Importer | None:
    """Return the importer for a document, None if it is a config of cosine-lr.

    A key of cosine-lr's own configs that the format does not share makes a document one of cosine-lr.
    Raises RequestError if two importers match.
    """
    own = top.keys.intersection(own_keys)
    if top.pairs is not None and top.keys == own:
        return None
    candidates = map(importer, importers())
    matching = [module for module in candidates if own.issubset(module.COMMON_KEYS) and module.matches(top)]
    if len(matching) > 1:
        rule = "must have the keys of only one format"
        raise user_error(top.where, rule, got=either([module.TITLE for module in matching], last="and"))
    return matching[0] if matching else None
