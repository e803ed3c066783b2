"""Parse Jsonnet that is data: JSON with comments, trailing commas and unquoted keys; nothing in it is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.code import code_node
from cosine_cli.plans.parse.limits import Limits
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.positions import Positions
from cosine_cli.text import quote, shorten, visible

_SPACE = re.compile(r"(?:[ \t\r\n]++|(?://|\#)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+")
_STRING = re.compile(r'"((?:[^"\\]++|\\[\s\S])*+)"' + r"|'((?:[^'\\]++|\\[\s\S])*+)'")
_VERBATIM = re.compile(r'@"((?:[^"]|"")*+)"' + r"|@'((?:[^']|'')*+)'")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*+)(?:\.\d++)?(?:[eE][+-]?\d++)?")
_NAME = re.compile(r"[A-Za-z_]\w*+")
_TEXT_BLOCK_END = re.compile(r"\n[ \t]*+\|\|\|")
_EXPRESSION = re.compile(r"[^\s\"'@#/|,()\[\]{}]++|[\s\S]")

_WORDS = ("true", "false", "null")
_QUOTES = ('"', "'")
_VERBATIM_QUOTES = ('@"', "@'")
_OPENED = re.compile(r"[(\[{]++")
_CLOSING = ")]}"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|([\s\S]))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

HINT = "evaluate it: jsonnet FILE.jsonnet > config.json"


def parse(text: str, path: str) -> Node | None:
    """Return the document as nodes, None if it is empty.

    A value that is an expression, such as ``std.extVar("LR")``, is kept but cannot be read. Raises RequestError at the
    first place that is invalid or too large, and for code around the values, such as ``local``.
    """
    parser = _Parser(text, Positions(text, visible(path)))
    return parser.document()


class _Parser:
    """Parses a text; ``at`` is the next character."""

    def __init__(self, text: str, positions: Positions) -> None:
        self._text = text
        self._positions = positions
        self._limits = Limits()
        self._at = 0

    def document(self) -> Node | None:
        """Return the value that is the whole text."""
        if not self._sign():
            return None
        start = self._at
        value = self._plain(0)
        if value is None or self._sign():
            raise self._code(start if value is None else self._at)
        return value

    def _value(self, depth: int) -> Node:
        """Parse a value up to the comma or bracket after it."""
        start = self._at
        value = self._plain(depth)
        if value is not None and self._sign() in (",", "]", "}"):
            return value
        self._at = start
        expression = self._expression()
        if not expression:
            raise self._invalid("expected a value")
        node = Node(self._positions.place(start), self._positions.line(start), expression, quoted=True)
        return code_node(node, f"the Jsonnet code {quote(expression)}")

    def _plain(self, depth: int) -> Node | None:
        """Parse a value that is data, None for code."""
        start, sign = self._at, self._sign()
        self._limits.add(self._positions.place(start), depth)
        if sign == "{":
            return self._node(start)._replace(pairs=tuple(self._pairs(depth)))
        if sign == "[":
            return self._node(start)._replace(items=tuple(self._items(depth)))
        string = self._string()
        if string is not None:
            return self._node(start, string)._replace(quoted=True)
        match = _NUMBER.match(self._text, start) or _NAME.match(self._text, start)
        if match is None or (match[0][0].isalpha() and match[0] not in _WORDS) or match[0][0] == "_":
            return None
        self._at = match.end()
        return self._node(start, match[0])

    def _pairs(self, depth: int) -> Iterator[tuple[Node, Node]]:
        """Parse the keys and the values of a mapping."""
        names: set[str] = set()
        for _ in self._parts("{", "}"):
            start = self._at
            name = self._string()
            if name is None:
                match = _NAME.match(self._text, start)
                if match is None:
                    raise self._code(start)
                name, self._at = match[0], match.end()
            if self._sign() != ":" or self._text.startswith("::", self._at):
                raise self._code(start)
            if name in names:
                raise user_error(self._positions.place(start), f"duplicate key {quote(name)}")
            names.add(name)
            self._at += 1
            self._sign()
            self._limits.add(self._positions.place(start), depth)
            yield self._node(start, name)._replace(quoted=True), self._value(depth + 1)

    def _items(self, depth: int) -> Iterator[Node]:
        """Parse the items of a list."""
        for _ in self._parts("[", "]"):
            yield self._value(depth + 1)

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        """Yield at each part between brackets; the caller parses it."""
        self._at += len(opening)
        while self._sign() != closing:
            yield
            sign = self._sign()
            if sign == ",":
                self._at += 1
            elif sign != closing:
                raise self._invalid(f"expected ',' or '{closing}'")
        self._at += 1

    def _string(self) -> str | None:
        """Parse a string, None if there is none."""
        start = self._at
        if not self._skip_string():
            return None
        text = self._text[start : self._at]
        if text[0] != "@":
            return _joined(_ESCAPE.sub(_unescaped, text[1:-1]))
        return text[2:-1].replace(text[1] * 2, text[1])

    def _skip_string(self) -> bool:
        """Skip a string; return whether there is one."""
        is_verbatim = self._text.startswith(_VERBATIM_QUOTES, self._at)
        if not is_verbatim and not self._text.startswith(_QUOTES, self._at):
            return False
        match = _VERBATIM.match(self._text, self._at) if is_verbatim else _STRING.match(self._text, self._at)
        if match is None:
            raise self._invalid("unterminated string")
        self._at = match.end()
        return True

    def _expression(self) -> str:
        """Skip an expression, up to a comma or a bracket that is not in it, and return it."""
        start, depth = self._at, 0
        while self._at < len(self._text):
            sign = self._text[self._at]
            if not depth and (sign == "," or sign in _CLOSING):
                break
            opened = _OPENED.match(self._text, self._at)
            if opened is not None:
                depth += len(opened[0])
                self._at = opened.end()
                continue
            depth -= sign in _CLOSING
            if not (self._skip_string() or self._skip_text_block() or self._skip_space()):
                match = _EXPRESSION.match(self._text, self._at)
                self._at = match.end() if match else len(self._text)
        return self._text[start : self._at].strip()

    def _skip_text_block(self) -> bool:
        """Skip a text block; return whether there is one."""
        if not self._text.startswith("|||", self._at):
            return False
        match = _TEXT_BLOCK_END.search(self._text, self._at)
        if match is None:
            raise self._invalid("unterminated text block")
        self._at = match.end()
        return True

    def _skip_space(self) -> bool:
        """Skip white space and comments; return whether there are any."""
        start = self._at
        match = _SPACE.match(self._text, start)
        self._at = match.end() if match else start
        if self._text.startswith("/*", self._at):
            raise self._invalid("unterminated comment")
        return self._at > start

    def _sign(self) -> str:
        """Skip white space and comments, and return the next character, an empty string at the end."""
        self._skip_space()
        return self._text[self._at : self._at + 1]

    def _node(self, at: int, text: str = "") -> Node:
        return Node(self._positions.place(at), self._positions.line(at), text)

    def _code(self, at: int) -> RequestError:
        line = self._text[at:].partition("\n")[0].strip()
        rule = "Jsonnet code is not evaluated"
        return user_error(self._positions.place(at), rule, got=quote(shorten(line)), hint=HINT)

    def _invalid(self, problem: str) -> RequestError:
        return user_error(self._positions.place(self._at), f"invalid Jsonnet: {problem}")


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else _ESCAPED.get(match[2], match[2])


def _joined(text: str) -> str:
    """Return a text whose pairs of surrogates are characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
