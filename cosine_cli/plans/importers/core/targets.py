"""Find the objects that a config names by the path of their class: mappings with a path and arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cosine_cli.plans.importers.core.mapping_reader import MappingReader
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import visible

_MOST_ITEMS = 100
"""Longer lists are data."""


class Style(NamedTuple):
    """How a program writes an object.

    - ``key``: the key of the path.
    - ``arguments``: the key of the arguments, empty if they are beside the path.
    - ``reserved``: keys beside the path that are not arguments.
    """

    key: str
    arguments: str = ""
    reserved: tuple[str, ...] = ()


HYDRA = Style("_target_", reserved=("_target_", "_partial_", "_recursive_", "_convert_"))
JSONARGPARSE = Style("class_path", "init_args", reserved=("class_path", "init_args", "dict_kwargs"))


class Target(NamedTuple):
    """An object: the key that it is under, its mapping, and the mappings that it is in, the innermost last."""

    style: Style
    name: str
    node: Node
    parents: tuple[Node, ...]

    @property
    def reader(self) -> MappingReader:
        """The mapping."""
        return MappingReader(self.node)

    @property
    def path(self) -> str:
        """The path of the class, empty if it is not a text."""
        node = self.reader.values.get(self.style.key)
        return "" if node is None else node.text

    @property
    def arguments(self) -> MappingReader:
        """The arguments."""
        if self.style.arguments:
            return self.reader.mapping(self.style.arguments) or MappingReader(self.node._replace(pairs=()))
        own = tuple(pair for pair in self.node.pairs or () if pair[0].text not in self.style.reserved)
        return MappingReader(self.node._replace(pairs=own))

    def check_arguments(self) -> None:
        """Raise RequestError for an argument beside those of the class, where the program does not take it."""
        others = self.reader.others(self.style.reserved) if self.style.arguments else ()
        if others:
            raise self.reader.invalid(others[0], f"{visible(others[0])} must be in {self.style.arguments}, or left out")


def targets(top: Node, style: Style, is_wanted: Callable[[Target], bool]) -> Iterator[Target]:
    """Yield the wanted objects of a document; those inside of one of them, as its members, are left out."""
    yield from _targets(Target(style, "", top, ()), is_wanted)


def _targets(at: Target, is_wanted: Callable[[Target], bool]) -> Iterator[Target]:
    if at.node.pairs is not None:
        if at.style.key in at.node.keys and is_wanted(at):
            yield at
            return
        for key, value in at.node.pairs:
            yield from _targets(Target(at.style, key.text, value, (*at.parents, at.node)), is_wanted)
    elif at.node.items is not None and len(at.node.items) <= _MOST_ITEMS:
        for item in at.node.items:
            yield from _targets(at._replace(node=item), is_wanted)
