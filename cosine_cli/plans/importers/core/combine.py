"""Combine two files that describe one run: the arguments of a Trainer, and the DeepSpeed config that they include."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.importers.core.formats import Importer, importer
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import either


class Document(NamedTuple):
    """A document, and the names of the formats that it has."""

    top: Node
    formats: Sequence[str]


class Combined(NamedTuple):
    """The including document with the other one as the value of a key, its importer, and what is added, in words."""

    top: Node
    importer: Importer
    addition: str


def combined(documents: Sequence[Document], option: str) -> Combined:
    """Return two documents as one.

    Raises RequestError, at the ``option``, unless exactly one of two documents can include the other.
    """
    if len(documents) != 2:  # noqa: PLR2004
        raise _invalid(option, f"{len(documents)} file{'' if len(documents) == 1 else 's'}")
    for outer, inner in (documents, documents[::-1]):
        for name in outer.formats:
            module = importer(name)
            for other, key in module.FORMAT.includes.items():
                if other in inner.formats:
                    return Combined(_with(outer.top, key, inner.top), module, f"with a {importer(other).FORMAT.title}")
    raise _invalid(option, either(map(_titles, documents), last="and"))


def _invalid(option: str, got: str) -> RequestError:
    return user_error(option, "needs two files, the arguments of a Trainer and its DeepSpeed config", got=got)


def _titles(document: Document) -> str:
    return either([importer(name).FORMAT.title for name in document.formats] or ["an unknown format"])


def _with(top: Node, name: str, value: Node) -> Node:
    """Return a mapping with a value replaced, or added."""
    kept = tuple((key, other) for key, other in top.pairs or () if key.text != name)
    return top._replace(pairs=(*kept, (Node(value.where, value.line, name), value)))
