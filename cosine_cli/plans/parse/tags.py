"""YAML's tags: those of the core schema are plain data, custom ones need an importer that accepts them."""

from __future__ import annotations

from collections.abc import Collection

from cosine_cli.errors import user_error
from cosine_cli.plans.parse.code import code_error, is_code
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import quote

UNSUPPORTED = "tags are not supported"

_CORE = "tag:yaml.org,2002:"
_SCALARS = ("str", "int", "float", "bool", "null")
_CORE_TAGS = {
    "ScalarEvent": frozenset({"!", *(_CORE + name for name in _SCALARS)}),
    "SequenceStartEvent": frozenset({"!", f"{_CORE}seq"}),
    "MappingStartEvent": frozenset({"!", f"{_CORE}map"}),
}
_STRING = ("!", f"{_CORE}str")


def custom_tag(tag: str | None, event: str) -> str:
    """Return a node's tag as it is written in YAML, empty if the node has none or one of the core schema.

    - ``event``: the kind of the event that begins the node.

    >>> custom_tag("tag:yaml.org,2002:float", "ScalarEvent"), custom_tag("!CosineDecay", "MappingStartEvent")
    ('', '!CosineDecay')
    """
    if not tag or tag in _CORE_TAGS[event]:
        return ""
    if tag.startswith(_CORE):
        return f"!!{tag.removeprefix(_CORE)}"
    return tag if tag.startswith("!") else f"!<{tag}>"


def is_string(tag: str | None, *, quoted: bool) -> bool:
    """Return whether a scalar is a string whatever its text is: by its tag or, without one, by its quotes."""
    return tag in _STRING if tag else quoted


def check_tags(node: Node, accepted: Collection[str]) -> None:
    """Raise RequestError at the first custom tag that does not begin with one of the accepted ones."""
    if node.tag and not node.tag.startswith(tuple(accepted)):
        if is_code(node):
            raise code_error(node)
        raise user_error(node.where, UNSUPPORTED, got=quote(node.tag))
    for child in node.children:
        check_tags(child, accepted)
