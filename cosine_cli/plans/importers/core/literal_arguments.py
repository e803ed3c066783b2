"""Read lists of ``name=value``, whose values are Python literals, as ``["T_max=100", "eta_min=1e-6"]``."""

from __future__ import annotations

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.python import parse
from cosine_cli.plans.parse.raw import RawValue, raw_value


def literal_arguments(config: MappingReader, name: str) -> dict[str, RawValue]:
    """Return the arguments in a list by their names; none if the list is missing."""
    if name not in config:
        return {}
    node = config.values[name]
    if node.items is None:
        raise config.invalid(name, f"{name} must be a list, as in ['T_max=100']")
    return dict(_argument(item, name) for item in node.items)


def _argument(item: Node, name: str) -> tuple[str, RawValue]:
    argument, equals, text = item.text.partition("=")
    try:
        value = parse(f"value = {text}", "") if equals and argument else None
        raw = None if value is None or value.pairs is None else raw_value(value.pairs[0][1])
    except RequestError:
        raw = None
    if raw is None:
        raise user_error(item.where, f"{name} must contain texts like 'T_max=100'", got=item.kind)
    return argument.strip(), _at(raw, item.where)


def _at(raw: RawValue, where: str) -> RawValue:
    """Return a value at a place, with its parts."""
    parts = None if raw.parts is None else tuple(part._replace(where=where) for part in raw.parts)
    return raw._replace(where=where, parts=parts)
