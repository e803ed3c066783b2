"""Evidence for the program that wrote a document: keys at paths, their kinds of values, and combinations of them."""

from __future__ import annotations

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from cosine_cli.plans.importers.core.candidates import LIST, MOST_ITEMS, TAG
from cosine_cli.plans.importers.core.mapping_reader import is_null
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import either

Shape = Literal["any", "mapping", "list", "text", "number", "boolean"]

Keys = str | tuple[Any, ...]
"""Keys that a document must have, at any depth: a key, or a number with members, at least so many of which it has."""

_NUMBER = re.compile(r"[-+]?(\d[\d_]*(\.\d*)?|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)
_BOOLEANS = ("true", "false")


class Evidence(ABC):
    """A property of documents; its text says in a table what it requires."""

    @abstractmethod
    def holds(self, top: Node) -> bool:
        """Return whether a document has the property."""

    @property
    @abstractmethod
    def keys(self) -> Keys:
        """The keys that every document with the property has."""

    @abstractmethod
    def __str__(self) -> str:
        """Return the property in words."""


@dataclass(frozen=True)
class Key(Evidence):
    """A key whose value is not null.

    - ``path``: keys from the top level on, with dots in between. ``a|b`` is either key, ``*`` any key, ``[]`` every
      item of a list (at least one), ``**`` any number of levels, including none.
    - ``shape``: the kind of the value.
    - ``among``: the words of which the value is one.
    - ``pattern``: a regular expression that matches the whole value; ``example``: what to show of it.
    - ``tag``: the beginning of the value's YAML tag; a value without content is then not null.
    """

    path: str
    shape: Shape = "any"
    among: tuple[str, ...] = ()
    pattern: str = ""
    example: str = ""
    tag: str = ""

    def holds(self, top: Node) -> bool:
        """Return whether a value at the path has the kind, the words, the pattern and the tag."""
        return _any_at(top, tuple(self.path.split(".")), self._accepts)

    @property
    def keys(self) -> Keys:
        """The keys of the path, and what stands for a list at the top level and for a tag."""
        first, *rest = self.path.split(".")
        steps = (tuple(step.split("|")) for step in (first, *rest) if step not in ("*", "**", "[]"))
        others = [*([LIST] if first == "[]" else []), *([TAG] if self.tag else [])]
        return _least(None, *(_least(1, *names) for names in steps), *others)

    def _accepts(self, node: Node) -> bool:
        if self.tag and not node.tag.startswith(self.tag):
            return False
        if is_null(node) and not self.tag:
            return False
        plain = node.pairs is None and node.items is None
        return (
            self.shape in ("any", _shape(node))
            and (not self.among or (plain and node.text in self.among))
            and (not self.pattern or (plain and re.fullmatch(self.pattern, node.text) is not None))
        )

    def __str__(self) -> str:
        """Return the path, or each of its alternatives, and what its value is."""
        details = [
            *([f"a {self.shape}"] if self.shape != "any" else []),
            *([either(self.among)] if self.among else []),
            *([f"like {self.example or self.pattern}"] if self.pattern else []),
            *([f"with the tag {self.tag}…"] if self.tag else []),
        ]
        paths = map(".".join, itertools.product(*(step.split("|") for step in self.path.split("."))))
        return either(paths) + (f" ({', '.join(details)})" if details else "")


@dataclass(frozen=True, init=False)
class AtLeast(Evidence):
    """At least ``count`` of several properties."""

    count: int
    members: tuple[Evidence, ...]

    def __init__(self, count: int, *members: Evidence | str) -> None:
        """Create it; a text is the path of a key."""
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "members", evidence(*members))

    def holds(self, top: Node) -> bool:
        """Return whether enough of them hold."""
        return sum(member.holds(top) for member in self.members) >= self.count

    @property
    def keys(self) -> Keys:
        """The keys of at least as many of the members."""
        return _least(self.count, *(member.keys for member in self.members))

    def __str__(self) -> str:
        """Return the members, with their number if one is not enough."""
        if self.count == 1:
            return either(map(_grouped, self.members))
        return f"at least {self.count} of {', '.join(map(_grouped, self.members))}"


@dataclass(frozen=True, init=False)
class All(Evidence):
    """Several properties together, as a member of :class:`AtLeast`."""

    members: tuple[Evidence, ...]

    def __init__(self, *members: Evidence | str) -> None:
        """Create it; a text is the path of a key."""
        object.__setattr__(self, "members", evidence(*members))

    def holds(self, top: Node) -> bool:
        """Return whether all of them hold."""
        return all(member.holds(top) for member in self.members)

    @property
    def keys(self) -> Keys:
        """The keys of all members."""
        return _least(None, *(member.keys for member in self.members))

    def __str__(self) -> str:
        """Return the members."""
        return either(map(_grouped, self.members), last="and")


@dataclass(frozen=True)
class Check(Evidence):
    """A property that only a function can check: the last resort.

    - ``words``: the property in words.
    - ``keys``: those that every document with the property has, by default none.
    """

    words: str
    test: Callable[[Node], bool]
    keys: Keys = field(default=(0,), kw_only=True)

    def holds(self, top: Node) -> bool:
        """Return what the function returns."""
        return self.test(top)

    def __str__(self) -> str:
        """Return its words."""
        return self.words


def one_of(*members: Evidence | str) -> AtLeast:
    """Return that at least one of several properties holds; a text is the path of a key."""
    return AtLeast(1, *members)


def evidence(*members: Evidence | str) -> tuple[Evidence, ...]:
    """Return properties; a text is the path of a key."""
    return tuple(Key(member) if isinstance(member, str) else member for member in members)


def _least(count: int | None, *members: Keys) -> Keys:
    """Return at least ``count`` of several keys, None for all of them."""
    return members[0] if len(members) == 1 else (len(members) if count is None else count, *members)


def _grouped(member: Evidence) -> str:
    is_group = isinstance(member, All | AtLeast) or (isinstance(member, Key) and "|" in member.path)
    return f"({member})" if is_group else str(member)


def _any_at(node: Node, path: tuple[str, ...], accepts: Callable[[Node], bool]) -> bool:
    if not path:
        return accepts(node)
    step, rest = path[0], path[1:]
    if step == "[]":
        return bool(node.items) and all(_any_at(item, rest, accepts) for item in node.items or ())
    if step == "**":
        return _any_at(node, rest, accepts) or any(_any_at(child, path, accepts) for child in _inner(node))
    names = step.split("|")
    return any(_any_at(value, rest, accepts) for key, value in node.pairs or () if step == "*" or key.text in names)


def _inner(node: Node) -> Iterator[Node]:
    for _, value in node.pairs or ():
        yield value
    if node.items is not None and len(node.items) <= MOST_ITEMS:
        yield from node.items


def _shape(node: Node) -> Shape:
    if node.pairs is not None:
        return "mapping"
    if node.items is not None:
        return "list"
    if not node.quoted and node.text.lower() in _BOOLEANS:
        return "boolean"
    return "number" if _NUMBER.fullmatch(node.text) else "text"
