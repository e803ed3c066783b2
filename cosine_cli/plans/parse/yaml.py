"""Parse YAML to nodes: scalars stay text, every node has its place, and the size is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scanner import Scanner, ScannerError

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import ECHO, quote, shorten, visible

MOST_NODES = 20_000
MOST_DEPTH = 32

_VERSION = re.compile(r"%YAML 1\.[0-9]{1,2}[ \t\r\n#]")
_LONGEST_VERSION = 12
_LONGEST_PROBLEM = 200


def parse(text: str, path: str) -> Node | None:
    """Return the document as nodes, None if it is empty.

    Raises RequestError at the first place that is invalid, too large or too deep, or uses tags, anchors or aliases.
    """
    reader = YAML(typ="safe", pure=True)
    reader.Scanner = _Scanner
    try:
        return _Composer(reader.parse(text), visible(path)).document()
    except _UnsupportedError as error:
        raise user_error(_place(visible(path), error.mark), error.rule, got=error.got) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = _place(visible(path), mark) if mark is not None else visible(path)
        raise _invalid(where, (error.problem or error.context or "broken").removeprefix("but ")) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _invalid(visible(path), str(error)) from None


def _invalid(where: str, problem: str) -> RequestError:
    return user_error(where, f"invalid YAML: {visible(shorten(problem, width=_LONGEST_PROBLEM))}")


def _place(path: str, mark: Any) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


class _UnsupportedError(Exception):
    """A feature of YAML that configs do not use, and its place."""

    def __init__(self, mark: Any, rule: str, got: str | None) -> None:
        super().__init__(rule)
        self.mark, self.rule, self.got = mark, rule, got


class _Scanner(Scanner):
    """Rejects tags, anchors and directives at their beginning: scanning a long one takes minutes."""

    def fetch_tag(self) -> NoReturn:
        raise self._unsupported("tags are not supported", quote(self._word()))

    def fetch_anchor(self) -> NoReturn:
        raise self._unsupported("anchors and aliases are not supported")

    fetch_alias = fetch_anchor

    def fetch_directive(self) -> None:
        if _VERSION.match(self.reader.prefix(_LONGEST_VERSION)) is None:
            raise self._unsupported("directives are not supported", quote(self._word()))
        super().fetch_directive()

    def scan_flow_scalar(self, style: Any) -> Any:
        try:
            return super().scan_flow_scalar(style)
        except (ValueError, OverflowError):
            raise ScannerError(None, None, "invalid escape sequence", self.reader.get_mark()) from None

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        # Skip a comment first: ruamel copies the text read so far with every character.
        reader = self.reader
        while reader.peek() == " ":
            reader.forward()
        if reader.peek() == "#":
            while reader.peek() not in "\0\r\n":
                reader.forward()
        return super().scan_block_scalar_ignored_line(start_mark)

    def _unsupported(self, rule: str, got: str | None = None) -> _UnsupportedError:
        return _UnsupportedError(self.reader.get_mark(), rule, got)

    def _word(self) -> str:
        """Return the text up to the next space, or its beginning."""
        return str(self.reader.prefix(ECHO + 1)).split("\0")[0].split()[0]


class _Composer:
    """Builds nodes from the parser's events, and limits their number and depth."""

    def __init__(self, events: Iterator[Any], path: str) -> None:
        self._events = events
        self._path = path
        self._nodes = 0

    def document(self) -> Node | None:
        """Return the only document of the stream."""
        top: Node | None = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise user_error(
                        _place(self._path, event.start_mark), "must be a single document", got="a second one"
                    )
            elif not kind.startswith(("Stream", "Document")):
                top = self._node(event, depth=0)
        return None if top is None or (top.kind == "nothing" and not top.quoted) else top

    def _node(self, event: Any, *, depth: int) -> Node:
        where = _place(self._path, event.start_mark)
        self._check(where, depth)
        line = event.start_mark.line + 1
        kind = type(event).__name__
        if kind == "ScalarEvent":
            return Node(where, line, _joined(event.value), quoted=event.style is not None)
        if kind == "SequenceStartEvent":
            return Node(where, line, items=tuple(self._nodes_until("SequenceEndEvent", depth)))
        nodes = list(self._nodes_until("MappingEndEvent", depth))
        pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
        _check_keys(pairs)
        return Node(where, line, pairs=pairs)

    def _nodes_until(self, end: str, depth: int) -> Iterator[Node]:
        while type(event := next(self._events)).__name__ != end:
            yield self._node(event, depth=depth + 1)

    def _check(self, where: str, depth: int) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise user_error(where, f"must have at most {MOST_NODES:,} values", got="more")
        if depth > MOST_DEPTH:
            raise user_error(where, f"must be at most {MOST_DEPTH} levels deep", got="more")


def _joined(text: str) -> str:
    r"""Return a text with JSON's surrogate pairs (``\ud83d\ude00``) joined to characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text


def _check_keys(pairs: tuple[tuple[Node, Node], ...]) -> None:
    seen: dict[str, Node] = {}
    for key, _ in pairs:
        if key.items is not None or key.pairs is not None:
            raise user_error(key.where, "keys must be strings", got=key.kind)
        if key.text in seen:
            raise user_error(key.where, f"duplicate key {quote(key.text)}, first on line {seen[key.text].line}")
        seen[key.text] = key
