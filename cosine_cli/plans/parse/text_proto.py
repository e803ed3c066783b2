"""Parse the text format of protocol buffers to nodes: messages are mappings, and repeated fields are lists.

The syntax is that of the language's specification: ``name: value``, ``name { ... }``, ``name: { ... }`` and
``name < ... >``, where a value may be a list, with a comma, a semicolon or nothing after each field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.limits import Limits
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.positions import Positions
from cosine_cli.text import quote, visible

_TOKEN = re.compile(
    r"""
    (?P<space> \s+ | \#[^\n]* )
    | (?P<string> " (?: [^"\\\n] | \\. )*+ " | ' (?: [^'\\\n] | \\. )*+ ' )
    | (?P<word> [\w.+-]+ )
    | (?P<mark> [\s\S] )
    """,
    re.VERBOSE,
)
_NAME = re.compile(r"[A-Za-z_]\w*")
_FLOAT = re.compile(r"([+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)[fF]")
_ESCAPE = re.compile(r"\\(.)")
_LETTERS = {"n": "\n", "t": "\t", "r": "\r"}

_CLOSING = {"{": "}", "<": ">"}


def parse(text: str, path: str) -> Node | None:
    """Return the document as nodes, None if it has no field.

    Raises RequestError at the first place that is invalid, too large or too deep.
    """
    return _Parser(text, Positions(text, visible(path))).document()


class _Token(NamedTuple):
    """A string, a word or a mark, and its offset; the end is an empty mark."""

    kind: str
    text: str
    at: int


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield _Token(str(match.lastgroup), match[0], match.start())
    yield _Token("mark", "", len(text))


class _Parser:
    """Builds nodes from tokens, and limits their number and depth."""

    def __init__(self, text: str, positions: Positions) -> None:
        self._tokens = _tokens(text)
        self._positions = positions
        self._limits = Limits()
        self._token = next(self._tokens)

    def document(self) -> Node | None:
        """Return the fields of the document."""
        top = self._message(self._token, "", depth=0)
        return top if top.pairs else None

    def _message(self, start: _Token, end: str, *, depth: int) -> Node:
        """Return the fields up to the mark ``end``, which is not read."""
        where = self._place(start, depth)
        fields: dict[str, list[Node]] = {}
        keys: dict[str, Node] = {}
        while not (self._token.kind == "mark" and self._token.text == end):
            key = self._key(depth + 1)
            keys.setdefault(key.text, key)
            fields.setdefault(key.text, []).append(self._field(depth + 1))
            if self._token.text in (",", ";"):
                self._next()
        pairs = tuple((key, _repeated(fields[name])) for name, key in keys.items())
        return Node(where, self._positions.line(start.at), pairs=pairs)

    def _key(self, depth: int) -> Node:
        token = self._next()
        if token.kind != "word" or _NAME.fullmatch(token.text) is None:
            raise self._invalid("expected the name of a field", token)
        return Node(self._place(token, depth), self._positions.line(token.at), token.text, quoted=True)

    def _field(self, depth: int) -> Node:
        """Return the value after the name of a field."""
        if self._token.text == ":" and self._token.kind == "mark":
            self._next()
        elif self._token.text not in _CLOSING or self._token.kind != "mark":
            raise self._invalid("expected ':' or '{'", self._token)
        return self._value(depth)

    def _value(self, depth: int) -> Node:
        token = self._next()
        if token.kind != "mark":
            return self._scalar(token, depth)
        if token.text in _CLOSING:
            node = self._message(token, _CLOSING[token.text], depth=depth)
            self._next()
            return node
        if token.text == "[":
            return self._list(token, depth)
        raise self._invalid("expected a value", token)

    def _list(self, start: _Token, depth: int) -> Node:
        where = self._place(start, depth)
        items: list[Node] = []
        while self._token.text != "]":
            items.append(self._value(depth + 1))
            if self._token.text == ",":
                self._next()
            elif self._token.text != "]":
                raise self._invalid("expected ',' or ']'", self._token)
        self._next()
        return Node(where, self._positions.line(start.at), items=tuple(items))

    def _scalar(self, token: _Token, depth: int) -> Node:
        """Return a number, an enumerator, or adjacent strings as one."""
        where, line = self._place(token, depth), self._positions.line(token.at)
        if token.kind == "word":
            number = _FLOAT.fullmatch(token.text)
            return Node(where, line, number[1] if number else token.text)
        text = _unescaped(token)
        while self._token.kind == "string":
            text += _unescaped(self._next())
        return Node(where, line, text, quoted=True)

    def _place(self, token: _Token, depth: int) -> str:
        where = self._positions.place(token.at)
        self._limits.add(where, depth)
        return where

    def _next(self) -> _Token:
        """Return the current token, and read the next one; the end is never read."""
        token = self._token
        if token.text:
            self._token = next(self._tokens)
        return token

    def _invalid(self, problem: str, token: _Token) -> RequestError:
        where = self._positions.place(token.at)
        got = quote(token.text) if token.text else "the end of the file"
        return user_error(where, f"invalid protobuf text: {problem}", got=got)


def _repeated(values: list[Node]) -> Node:
    """Return the values of one field, those of lists joined; one value that is not a list stays as it is."""
    if len(values) == 1:
        return values[0]
    items = (item for value in values for item in (value.items if value.items is not None else (value,)))
    return Node(values[0].where, values[0].line, items=tuple(items))


def _unescaped(token: _Token) -> str:
    return _ESCAPE.sub(lambda match: _LETTERS.get(match[1], match[1]), token.text[1:-1])
