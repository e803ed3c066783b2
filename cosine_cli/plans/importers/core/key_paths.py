"""The paths of the keys of a document, by the places of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.plans.parse.node import Node
from cosine_cli.text import shorten, visible

_NAME = re.compile(r"[A-Za-z][\w.-]*")
_MOST_ITEMS = 100
"""Longer lists, which are data, are not entered."""

_LONGEST = 50
"""The most characters of a path; the first keys of a longer one are left out."""


class Key(NamedTuple):
    """The path of a key, as in ``optimizer.params.lr``, and its value."""

    path: str
    value: Node


def shortened(path: str) -> str:
    """Return a path with as many of its last keys as fit.

    >>> shortened("train_config.optimizer.adam_optimizer.learning_rate.constant_learning_rate")
    '….learning_rate.constant_learning_rate'
    """
    while len(path) > _LONGEST and "." in path.removeprefix("…."):
        path = f"….{path.removeprefix('….').partition('.')[2]}"
    return path


def is_name(value: Node) -> bool:
    """Return whether a value may be the name of a scheduler."""
    return value.pairs is None and value.items is None and _NAME.fullmatch(value.text) is not None


def keys_by_place(top: Node) -> dict[str, Key]:
    """Return the keys of a document; of two at the place of one anchored value, the first."""
    keys: dict[str, Key] = {}
    for key in _keys(top, ""):
        keys.setdefault(key.value.where, key)
    return keys


def _keys(node: Node, path: str) -> Iterator[Key]:
    yield Key(path, node)
    for key, value in node.pairs or ():
        name = visible(shorten(key.text))
        yield from _keys(value, f"{path}.{name}" if path else name)
    if node.items is not None and len(node.items) <= _MOST_ITEMS:
        for at, item in enumerate(node.items):
            yield from _keys(item, f"{path}[{at}]")
