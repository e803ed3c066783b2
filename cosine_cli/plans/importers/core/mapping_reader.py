"""Read the values of a mapping in another program's config, each with its bounds, and report errors at their place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.importers.core.computed import computed_value
from cosine_cli.plans.model.clock import TimeUnit
from cosine_cli.plans.parse.code import code_error, is_code
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.raw import RawValue, raw_value
from cosine_cli.plans.parse.values import read
from cosine_cli.schedules.core.fields import Param
from cosine_cli.text import quote

_NULLS = ("", "~", "null", "Null", "NULL", "None")


def is_null(node: Node) -> bool:
    """Return whether a value is null, which is read like a missing key."""
    return node.items is None and node.pairs is None and not node.quoted and node.text in _NULLS


class _Values(dict[str, Node]):
    """Values by key; one that is code raises RequestError when it is read."""

    def __getitem__(self, name: str) -> Node:
        node = super().__getitem__(name)
        if is_code(node):
            raise code_error(node, quote(name)[1:-1])
        return node


@dataclass(frozen=True)
class MappingReader:
    """A mapping whose null values count as missing.

    A getter without a default raises RequestError if its value is missing; all getters do if it is invalid.
    """

    node: Node

    @classmethod
    def of(cls, node: Node) -> MappingReader:
        """Return the reader of a node; raise RequestError if it is not a mapping."""
        if is_code(node):
            raise code_error(node)
        if node.pairs is None:
            raise user_error(node.where, "must be a mapping", got=node.kind)
        return cls(node)

    @property
    def where(self) -> str:
        """The place of the mapping."""
        return self.node.where

    @cached_property
    def values(self) -> dict[str, Node]:
        """The values that are not null, by key."""
        return _Values({key.text: value for key, value in self.node.pairs or () if not is_null(value)})

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def place(self, name: str) -> str:
        """Return the place of a value, or of the mapping if the value is missing."""
        return next((value.where for key, value in self.node.pairs or () if key.text == name), self.where)

    def number(self, name: str, default: float | None = None, **bounds: Any) -> float:
        """Return a number."""
        return float(self._read(Param(name, float, None, "", **bounds), default))

    def count(self, name: str, default: int | None = None, **bounds: Any) -> int:
        """Return a whole number, which may be written as ``3.0``."""
        return int(self._read(Param(name, int, None, "", **bounds), default))

    def numbers(self, name: str, **bounds: Any) -> tuple[float, ...]:
        """Return a list of numbers."""
        values: tuple[float, ...] = self._read(Param(name, float, None, "", many=True, **bounds), None)
        return values

    def counts(self, name: str, **bounds: Any) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        return tuple(map(int, self._read(Param(name, int, None, "", many=True, **bounds), None)))

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean."""
        return bool(self._named(Param(name, bool, None, ""))) if name in self else default

    def word(self, name: str, default: str | None = None) -> str:
        """Return a string."""
        if name not in self:
            if default is None:
                raise self.missing(name)
            return default
        node = self.values[name]
        if node.items is not None or node.pairs is not None:
            raise user_error(node.where, f"{name} must be a string", got=node.kind)
        return node.text

    def mapping(self, name: str) -> MappingReader | None:
        """Return a nested mapping, None if it is missing."""
        return MappingReader.of(self.values[name]) if name in self else None

    def raw(self, name: str, unit: TimeUnit = "step") -> RawValue:
        """Return a value that is not missing, unparsed."""
        node = self.values[name]
        try:
            return raw_value(node, unit)
        except RequestError as error:
            raise _with_name(error, name) from None

    def computed(self, value: float | str, name: str, unit: TimeUnit = "step") -> RawValue:
        """Return a value computed from that of ``name``, at its place, or the default of a missing one."""
        raw = computed_value(value, self.place(name), unit)
        return raw if name in self else raw._replace(default_of=name)

    def missing(self, name: str, *, reason: str = "", hint: str | None = None) -> RequestError:
        """Return the error for a missing value."""
        return user_error(self.place(name), f"{name} must be given" + (f": {reason}" if reason else ""), hint=hint)

    def invalid(self, name: str, rule: str, *, hint: str | None = None) -> RequestError:
        """Return the error for a value that breaks a rule."""
        got = self.values[name].kind if name in self else None
        return user_error(self.place(name), rule, got=got, hint=hint)

    def others(self, known: Collection[str]) -> tuple[str, ...]:
        """Return the keys of the values that are not in ``known``."""
        return tuple(name for name in self.values if name not in known)

    def without(self, *names: str) -> MappingReader:
        """Return the mapping without some keys."""
        pairs = ((key, value) for key, value in self.node.pairs or () if key.text not in names)
        return MappingReader(self.node._replace(pairs=tuple(pairs)))

    def _read(self, param: Param, default: Any) -> Any:
        if param.name in self:
            return self._named(param)
        if default is None:
            raise self.missing(param.name)
        return default

    def _named(self, param: Param) -> Any:
        """Read a value; its errors contain its name, which its place does not show."""
        raw = self.raw(param.name)
        try:
            return read(param, raw)
        except RequestError as error:
            raise _with_name(error, param.name) from None


def _with_name(error: RequestError, name: str) -> RequestError:
    """Return an error with the name of the key in its rules."""
    text = quote(name)[1:-1]
    return RequestError(*(problem._replace(rule=f"{text} {problem.rule}") for problem in error.problems))
