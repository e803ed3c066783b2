"""A mapping in another program's file: its values by their keys, each read with its bounds and told by its place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.clock import Unit, whole
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import CurveSpec, RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import Param
from cosine_cli.text import quote

_NOTHING = ("", "~", "null", "Null", "NULL", "None")

_FLAG = Param("flag", bool, None, "")


def is_nothing(node: Node) -> bool:
    """Tell whether a value is null, which says as much as a key that is not there."""
    return node.items is None and node.pairs is None and not node.quoted and node.text in _NOTHING


def raw_value(node: Node, unit: Unit = "step") -> RawValue:
    """Return a node as it was said: a text, a list, or a mapping of texts."""
    parts = None if node.items is None else tuple(raw_value(item, unit) for item in node.items)
    keys = None if node.pairs is None else {key.text: raw_value(value, unit) for key, value in node.pairs}
    return RawValue(node.text, node.where, unit, node.quoted, parts, keys)


def computed_value(value: float | str, where: str, unit: Unit = "step") -> RawValue:
    """Return a value that was worked out as if it had been said at a place."""
    return RawValue(value if isinstance(value, str) else whole(value), where, unit)


def listed(curves: tuple[CurveSpec, ...], where: str) -> RawValue:
    """Return the curves that another is made of."""
    return RawValue("", where, parts=curves)


@dataclass(frozen=True)
class MappingReader:
    """A mapping; a value that is null is not there."""

    node: Node

    @classmethod
    def of(cls, node: Node) -> MappingReader:
        """Return the sheet of a node.

        Raises RequestError where it is no mapping.
        """
        if node.pairs is None:
            raise user_error(node.where, "must be a mapping", got=node.kind)
        return cls(node)

    @property
    def where(self) -> str:
        """The place of the mapping."""
        return self.node.where

    @cached_property
    def values(self) -> dict[str, Node]:
        """The values that are not null."""
        return {key.text: value for key, value in self.node.pairs or () if not is_nothing(value)}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def place(self, name: str) -> str:
        """Return the place of a value, that of the mapping where there is none."""
        return next((value.where for key, value in self.node.pairs or () if key.text == name), self.where)

    def number(self, name: str, default: float | None = None, **bounds: Any) -> float:
        """Return a number, or the default."""
        return float(self._read(Param(name, float, None, "", **bounds), default))

    def count(self, name: str, default: int | None = None, **bounds: Any) -> int:
        """Return a whole number, or the default; one that was written ``3.0`` is one."""
        return int(self._read(Param(name, int, None, "", **bounds), default))

    def numbers(self, name: str, **bounds: Any) -> tuple[float, ...]:
        """Return a list of numbers."""
        values: tuple[float, ...] = self._read(Param(name, float, None, "", many=True, **bounds), None)
        return values

    def counts(self, name: str, **bounds: Any) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        return tuple(map(int, self._read(Param(name, int, None, "", many=True, **bounds), None)))

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a word that is true or false."""
        return bool(read(_FLAG, raw_value(self.values[name]))) if name in self.values else default

    def word(self, name: str, default: str | None = None) -> str:
        """Return a text."""
        if name not in self.values:
            if default is None:
                raise self.missing(name)
            return default
        node = self.values[name]
        if node.items is not None or node.pairs is not None:
            raise user_error(node.where, f"{name} must be a text", got=node.kind)
        return node.text

    def sheet(self, name: str) -> MappingReader | None:
        """Return a mapping inside, None where there is none."""
        return MappingReader.of(self.values[name]) if name in self.values else None

    def rows(self, name: str) -> Sequence[Node]:
        """Return the values of a list."""
        if name not in self.values:
            raise self.missing(name)
        items = self.values[name].items
        if not items:
            raise user_error(self.place(name), f"{name} must be a list", got=self.values[name].kind)
        return items

    def missing(self, name: str, *, hint: str | None = None) -> RequestError:
        """Return the error for a value that is needed and not there."""
        return user_error(self.place(name), f"needs {name}", hint=hint)

    def refused(self, name: str, rule: str, *, hint: str | None = None) -> RequestError:
        """Return the error for a value that can not be used."""
        got = self.values[name].kind if name in self.values else None
        return user_error(self.place(name), rule, got=got, hint=hint)

    def others(self, known: Collection[str]) -> tuple[str, ...]:
        """Return the keys of values that are not among these."""
        return tuple(name for name in self.values if name not in known)

    def _read(self, param: Param, default: Any) -> Any:
        if param.name in self.values:
            return self._named(param)
        if default is None:
            raise self.missing(param.name)
        return default

    def _named(self, param: Param) -> Any:
        """Read a value; what is wrong with it is told by its name, which its place does not show."""
        try:
            return read(param, raw_value(self.values[param.name]))
        except RequestError as error:
            raise RequestError(
                *(problem._replace(rule=f"{quote(param.name)[1:-1]} {problem.rule}") for problem in error.problems)
            ) from None
