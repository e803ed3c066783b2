"""Combine two files that describe one run, such as the arguments of a Trainer and its DeepSpeed config."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

    Raises RequestError, at the ``option``, unless there are two documents and one can include the other.
    """
    if len(documents) != 2:  # noqa: PLR2004
        raise _invalid(option, f"{len(documents)} file{'' if len(documents) == 1 else 's'}")
    possible = [*_possible(*documents), *_possible(*documents[::-1])]
    if not possible:
        raise _invalid(option, either(map(_titles, documents), last="and"))
    # Of two files of one format, the one that has the key includes the other.
    return next((each.combined for each in possible if each.has_key), possible[0].combined)


def file_of(top: Node) -> str:
    """Return the file that a document is from."""
    return top.where.rsplit(":", 2)[0]


def hint_for(*paths: str) -> str:
    """Return the hint to pass two files."""
    return f"pass both, as in 'cosine-lr show {' '.join(paths)} --combine'"


class _Possible(NamedTuple):
    """Two documents as one, and whether the including document has the key."""

    combined: Combined
    has_key: bool


def _possible(outer: Document, inner: Document) -> Iterator[_Possible]:
    """Yield how a document can include another one."""
    for module in map(importer, outer.formats):
        for other, key in module.FORMAT.includes.items():
            if other in inner.formats:
                addition = f"with a {importer(other).FORMAT.title}" if importer(other) is not module else ""
                yield _Possible(Combined(_with(outer.top, key, inner.top), module, addition), key in outer.top.keys)


def _invalid(option: str, got: str) -> RequestError:
    return user_error(
        option, "needs two files of one run, such as TrainingArguments and their DeepSpeed config", got=got
    )


def _titles(document: Document) -> str:
    return either([importer(name).FORMAT.title for name in document.formats] or ["an unknown format"])


def _with(top: Node, name: str, value: Node) -> Node:
    """Return a mapping with a value replaced, or added."""
    kept = tuple((key, other) for key, other in top.pairs or () if key.text != name)
    return top._replace(pairs=(*kept, (Node(value.where, value.line, name), value)))
