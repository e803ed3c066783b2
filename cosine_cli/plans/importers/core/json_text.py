"""Read mappings that a config has as JSON text, as ``TrainingArguments`` take them from a command line."""

from __future__ import annotations

import json
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.parse.node import Node

_BOOLEANS = ("true", "false")


def mapping_or_json(config: MappingReader, name: str) -> MappingReader | None:
    """Return a nested mapping, which may be JSON text that begins with a brace; None if it is missing.

    In JSON text, strings that are booleans or decimal numbers count as such, as in ``_convert_str_dict`` of
    ``transformers/training_args.py``.
    """
    if not is_json(config, name):
        return config.mapping(name)
    node = config.values[name]
    try:
        value = json.loads(node.text, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except json.JSONDecodeError as error:
        raise user_error(node.where, f"{name} must be valid JSON: {error.msg.lower()}", got=node.kind) from None
    except RecursionError:
        raise user_error(node.where, f"{name} is nested too deeply") from None
    return MappingReader.of(_node(value, node))


def is_json(config: MappingReader, name: str) -> bool:
    """Return whether a value is a mapping as JSON text."""
    return name in config and config.values[name].text.startswith("{")


class _Number(str):
    """A number as written in the text."""

    __slots__ = ()


def _node(value: Any, place: Node) -> Node:
    """Return a JSON value as a node at a place."""
    plain = Node(place.where, place.line)
    if isinstance(value, dict):
        return plain._replace(
            pairs=tuple((plain._replace(text=key), _node(inner, place)) for key, inner in value.items())
        )
    if isinstance(value, list):
        return plain._replace(items=tuple(_node(inner, place) for inner in value))
    if isinstance(value, str):
        return plain._replace(text=value, quoted=not isinstance(value, _Number) and not _is_converted(value))
    return plain._replace(text="null" if value is None else str(value).lower())


def _is_converted(text: str) -> bool:
    return text.lower() in _BOOLEANS or text.replace(".", "", 1).isdecimal()
