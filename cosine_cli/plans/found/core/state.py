"""The state of a Hugging Face Trainer as JSON: it holds a log of every step, and so is larger than any config."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from cosine_cli.errors import refusal
from cosine_cli.plans.node import Node
from cosine_cli.text import quote, visible

MOST_BYTES = 1 << 25
MOST_VALUES = 4_000_000
"""What 400 000 logged steps have; a million more empty lists would fill the memory before anything is read."""

RATE = "learning_rate"

_KEPT = tuple(Node("", 1, name) for name in ("step", RATE))
"""What of a logged entry is about the rate."""

_LOG = re.compile(r'"log_history"\s*:')
_BEGINS = re.compile(rb"\s*\{")


def may_be_state(data: bytes) -> bool:
    """Tell by its beginning whether a file may be the state of a trainer, which is more than a config may be.

    >>> may_be_state(b'{"best_metric": null'), may_be_state(b"lr: 0.1")
    (True, False)
    """
    return _BEGINS.match(data) is not None


def is_state(text: str) -> bool:
    """Tell whether a text is the state of a trainer.

    >>> is_state('{"log_history": []}'), is_state('{"lr": 0.1}')
    (True, False)
    """
    return text.lstrip().startswith("{") and _LOG.search(text) is not None


def parse_state(text: str, path: str) -> Node:
    """Return the state as nodes, of its log only what is about the rate.

    Raises RequestError where it is no JSON, gives a key twice, or has too many values.
    """
    where = visible(path)
    if sum(map(text.count, ",[{")) > MOST_VALUES:
        raise refusal(where, f"must be at most {MOST_VALUES:,} values", got="more")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen: set[str] = set()
            twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise refusal(where, f"{quote(twice)} must be given once", got="it a second time")
        return found

    try:
        top = json.loads(text, object_pairs_hook=once, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except json.JSONDecodeError as error:
        raise refusal(f"{where}:{error.lineno}:{error.colno}", "must be JSON", got=visible(error.msg).lower()) from None
    except RecursionError:
        raise refusal(where, "must be JSON of a few levels", got="more") from None
    return _whole(top, where)


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _whole(state: dict[str, Any], where: str) -> Node:
    """Return the state; of the entries of its log those with a rate, and of them what is about it."""
    pairs = ((Node(where, 1, name), _value(value, f"{where}: {visible(name)}")) for name, value in state.items())
    return Node(where, 1, pairs=tuple(pairs))


def _value(value: Any, where: str) -> Node:
    if isinstance(value, list):
        return Node(where, 1, items=tuple(_entry(item, f"{where}[{at}]") for at, item in _rated(value)))
    return _scalar(value, where)


def _rated(log: list[Any]) -> Iterator[tuple[int, Any]]:
    return ((at, item) for at, item in enumerate(log) if not isinstance(item, dict) or RATE in item)


def _entry(item: Any, where: str) -> Node:
    if not isinstance(item, dict):
        return _scalar(item, where)
    pairs = ((key, _scalar(item[key.text], f"{where}.{key.text}")) for key in _KEPT if key.text in item)
    return Node(where, 1, pairs=tuple(pairs))


def _scalar(value: Any, where: str) -> Node:
    """Return a value that is no mapping of ours to read: a mapping or a list is shown as an empty one."""
    if isinstance(value, str):
        return Node(where, 1, value, quoted=not isinstance(value, _Number))
    if isinstance(value, dict | list):
        return Node(where, 1, pairs=()) if isinstance(value, dict) else Node(where, 1, items=())
    return Node(where, 1, "null" if value is None else str(value).lower())
