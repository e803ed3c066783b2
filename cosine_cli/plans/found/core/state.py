"""The state of a Hugging Face Trainer as JSON: it holds a log of every step, and so is larger than any config."""

from __future__ import annotations

import json
import re
from typing import Any

from cosine_cli.errors import refusal
from cosine_cli.plans.node import Node
from cosine_cli.text import quote, visible

MOST_BYTES = 1 << 25
MOST_VALUES = 4_000_000
"""What 400 000 logged steps have; a million more empty lists would fill the memory before anything is read."""

KEPT = ("step", "learning_rate")
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
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise refusal(where, f"{quote(twice)} must be given once", got="it a second time")
        return found

    try:
        top = json.loads(text, object_pairs_hook=once, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except json.JSONDecodeError as error:
        raise refusal(f"{where}:{error.lineno}:{error.colno}", "must be JSON", got=visible(error.msg).lower()) from None
    except RecursionError:
        raise refusal(where, "must be JSON of a few levels", got="more") from None
    return _node(top, where, top=True)


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _node(value: Any, where: str, *, top: bool = False) -> Node:
    if isinstance(value, dict):
        names = value if top else [name for name in KEPT if name in value]
        pairs = ((Node(where, 1, name), _node(value[name], _inside(where, name))) for name in names)
        return Node(where, 1, pairs=tuple(pairs))
    if isinstance(value, list):
        return Node(where, 1, items=tuple(_node(item, f"{where}[{at}]") for at, item in enumerate(value)))
    if isinstance(value, str):
        return Node(where, 1, value, quoted=not isinstance(value, _Number))
    return Node(where, 1, {True: "true", False: "false"}.get(value, "null"))


def _inside(where: str, name: str) -> str:
    return f"{where}: {visible(name)}" if ": " not in where else f"{where}.{visible(name)}"
