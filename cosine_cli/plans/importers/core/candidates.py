"""The formats that a document may have, judged by its keys alone, so that only their importers are loaded.

``evidence_keys.json`` has the keys that each format requires (:data:`~cosine_cli.plans.importers.core.evidence.Keys`),
one format per line. ``python tests/docs/write.py`` writes it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cosine_cli.plans.importers.core.evidence import Evidence, Keys
    from cosine_cli.plans.parse.node import Node

FILE = os.path.join(os.path.dirname(os.path.dirname(__file__)), "evidence_keys.json")

TAG = "!"
"""Stands for any custom YAML tag."""

LIST = "[]"
"""Stands for a list at the top level."""

MOST_ITEMS = 100
"""Evidence at any depth is not in longer lists, which are data: the log of a trainer state has 100,000 items.

Other evidence requires that each item has a key: the first item of a longer list suffices."""


def candidates(top: Node, names: Iterable[str]) -> Iterator[str]:
    """Yield those of the names whose formats a document may have; a format that is not in the file may be any."""
    required = _required()
    keys = {*_keys(top), *([LIST] if top.items else [])}
    return (name for name in names if name not in required or _holds(required[name], keys))


@cache
def _required() -> Mapping[str, Keys]:
    with open(FILE, encoding="utf-8") as file:
        required: Mapping[str, Keys] = json.load(file)
    return required


def _keys(node: Node) -> Iterator[str]:
    if node.tag:
        yield TAG
    for key, value in node.pairs or ():
        yield key.text
        yield from _keys(value)
    if node.items:
        for item in node.items if len(node.items) <= MOST_ITEMS else node.items[:1]:
            yield from _keys(item)


def _holds(required: Keys, keys: set[str]) -> bool:
    if isinstance(required, str):
        return required in keys
    count: int = required[0]
    return sum(_holds(member, keys) for member in required[1:]) >= count


def index_text(needs: Mapping[str, tuple[Evidence, ...]]) -> str:
    """Return the content of the file, from the evidence of each format."""
    from cosine_cli.plans.importers.core.evidence import All

    lines = (f"{json.dumps(name)}: {json.dumps(All(*members).keys)}" for name, members in needs.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"
