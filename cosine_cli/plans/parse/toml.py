"""Parse TOML to nodes: ``tomllib`` gives the values, and a scan of the text gives their places."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.limits import Limits
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.positions import Positions
from cosine_cli.text import shorten, visible

_LONGEST_PROBLEM = 200
_LONGEST_WORD = 1000
"""The most characters of a key or a number: Python converts integers of at most 4300 digits."""

_TOKEN = re.compile(
    r"""
    (?P<space> [ \t]+ | \#[^\n]* )
    | (?P<string>
        \"{3} (?: [^"\\] | \\[\s\S] | "{1,2}(?!") )*+ "{3,5}
        | '{3} (?: [^'] | '{1,2}(?!') )*+ '{3,5}
        | " (?: [^"\\\n] | \\. )*+ "
        | ' [^'\n]*+ '
    )
    | (?P<word> [\w+:-]+ )
    | (?P<mark> [\s\S] )
    """,
    re.VERBOSE,
)
_PLACE = re.compile(r"(?P<problem>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.DOTALL)

_AT_END = re.compile(r" \(at end of document\)\Z")

_Path = tuple[str | int, ...]


class _Number(str):
    """A number as written in the file."""

    __slots__ = ()


def parse(text: str, path: str) -> Node | None:
    """Return the document as nodes, None if it is empty.

    Raises RequestError at the first place that is invalid, too large or too deep.
    """
    text = text.replace("\r\n", "\n")
    positions = Positions(text, visible(path))
    tokens = list(_tokens(text, positions))
    try:
        values = tomllib.loads(text, parse_float=_Number)
    except tomllib.TOMLDecodeError as error:
        raise _invalid(str(error), len(text), positions) from None
    return _Builder(_Scan(tokens), positions).node(values, ()) if values else None


def _invalid(message: str, end: int, positions: Positions) -> RequestError:
    place = _PLACE.fullmatch(message)
    where = positions.place(end) if place is None else f"{positions.path}:{place['line']}:{place['column']}"
    problem = _AT_END.sub("", message) if place is None else place["problem"]
    return user_error(
        where, f"invalid TOML: {visible(shorten(problem[:1].lower() + problem[1:], width=_LONGEST_PROBLEM))}"
    )


class _Token(NamedTuple):
    """A string, a word or a mark, and its offset."""

    text: str
    at: int

    @property
    def name(self) -> str:
        """The key that a string or a word is."""
        name: str = tomllib.loads(f"key = {self.text}")["key"] if self.text[0] in "\"'" else self.text
        return name


def _tokens(text: str, positions: Positions) -> Iterator[_Token]:
    """Yield the tokens; raise RequestError for a size or a depth that ``tomllib`` would take minutes for."""
    limits, depth, dots = Limits(), 0, 0
    for match in _TOKEN.finditer(text):
        if match["space"] is not None:
            continue
        mark = match["mark"]
        if mark is not None:
            dots = dots + 1 if mark == "." else 0
            depth = max(depth + (mark in "[{") - (mark in "]}"), 0)
        if mark is not None and mark in ".,=[{":
            limits.add(positions.place(match.start()), max(depth, dots), nodes=mark != ".")
        if match["word"] is not None and len(match[0]) > _LONGEST_WORD:
            rule = f"a key or a number must have at most {_LONGEST_WORD:,} characters"
            raise user_error(positions.place(match.start()), rule, got="more")
        yield _Token(match[0], match.start())


class _Scan:
    """The offsets of the keys and of the values of a valid document, by their path."""

    def __init__(self, tokens: Iterable[_Token]) -> None:
        self.keys: dict[_Path, int] = {}
        self.values: dict[_Path, int] = {}
        self._last_items: dict[_Path, int] = {}
        self._tokens = iter(tokens)
        with suppress(StopIteration):
            self._next()
            self._statements()

    def _next(self) -> _Token:
        self._token = next(self._tokens)
        return self._token

    def _statements(self) -> None:
        table: _Path = ()
        while True:
            if self._token.text == "\n":
                self._next()
            elif self._token.text == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> _Path:
        """Read ``[a.b]`` or ``[[a.b]]``, and return the path of the table."""
        is_item = self._next().text == "["
        if is_item:
            self._next()
        at = self._token.at
        path = self._key(())
        if is_item:
            self._last_items[path] = self._last_items.get(path, -1) + 1
            path = (*path, self._last_items[path])
            self.values[path] = at
        while self._next().text == "]":
            pass
        return path

    def _key(self, path: _Path) -> _Path:
        """Read a key, which may have dots, and return its path, with those of the tables before its dots."""
        while True:
            if path in self._last_items:
                path = (*path, self._last_items[path])
            path = (*path, self._token.name)
            self.keys.setdefault(path, self._token.at)
            self.values.setdefault(path, self._token.at)
            if self._next().text != ".":
                return path
            self._next()

    def _pair(self, table: _Path) -> None:
        path = self._key(table)
        self._next()
        self._value(path)

    def _value(self, path: _Path) -> None:
        self.values[path] = self._token.at
        if self._token.text not in "[{":
            while self._token.text not in ",]}\n":
                self._next()
            return
        is_list = self._token.text == "["
        self._next()
        at = 0
        while self._token.text not in "]}":
            if self._token.text in ",\n":
                self._next()
            elif is_list:
                self._value((*path, at))
                at += 1
            else:
                self._pair(path)
        self._next()


class _Builder:
    """Builds the nodes of values, and limits their number and depth."""

    def __init__(self, scan: _Scan, positions: Positions) -> None:
        self._scan = scan
        self._positions = positions
        self._limits = Limits()

    def node(self, value: Any, path: _Path) -> Node:
        """Return a value as a node."""
        where, line = self._place(self._scan.values.get(path, 0), path)
        if isinstance(value, dict):
            return Node(where, line, pairs=tuple(self._pair(key, inner, path) for key, inner in value.items()))
        if isinstance(value, list):
            return Node(where, line, items=tuple(self.node(item, (*path, at)) for at, item in enumerate(value)))
        if isinstance(value, bool):
            return Node(where, line, str(value).lower())
        if isinstance(value, _Number):
            return Node(where, line, value.replace("_", ""))
        return Node(where, line, str(value), quoted=isinstance(value, str))

    def _pair(self, key: str, value: Any, path: _Path) -> tuple[Node, Node]:
        where, line = self._place(self._scan.keys.get((*path, key), 0), path)
        return Node(where, line, key, quoted=True), self.node(value, (*path, key))

    def _place(self, at: int, path: _Path) -> tuple[str, int]:
        """Return the place and the line of a node at an offset, and count it."""
        where = self._positions.place(at)
        self._limits.add(where, len(path))
        return where, self._positions.line(at)
