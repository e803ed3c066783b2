"""YAML: the one file that knows it. Scalars stay text, everything keeps its place, and the size is bounded."""

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
    """Return the document as nodes, None where it is empty; its size and depth are bounded as it is read.

    Raises RequestError at the first place that is no YAML, or that a config does not use: tags, anchors.
    """
    reader = YAML(typ="safe", pure=True)
    reader.Scanner = _Scanner
    try:
        return _Composer(reader.parse(text), visible(path)).document()
    except _UnusedError as error:
        raise user_error(_place(visible(path), error.mark), error.rule, got=error.got) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = _place(visible(path), mark) if mark is not None else visible(path)
        raise _not_yaml(where, (error.problem or error.context or "broken").removeprefix("but ")) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _not_yaml(visible(path), str(error)) from None


def _not_yaml(where: str, problem: str) -> RequestError:
    return user_error(where, "must be YAML", got=visible(shorten(problem, width=_LONGEST_PROBLEM)))


def _place(path: str, mark: Any) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


class _UnusedError(Exception):
    """Something that YAML has and a config does not use, where it begins."""

    def __init__(self, mark: Any, rule: str, got: str) -> None:
        super().__init__(rule)
        self.mark, self.rule, self.got = mark, rule, got


class _Scanner(Scanner):
    """Refuses tags, anchors and directives where they begin: for a long one the scanner takes minutes."""

    def fetch_tag(self) -> NoReturn:
        raise self._unused("must be plain data", f"the tag {quote(self._word())}")

    def fetch_anchor(self) -> NoReturn:
        raise self._unused("must be written out", "an anchor or an alias")

    fetch_alias = fetch_anchor

    def fetch_directive(self) -> None:
        if _VERSION.match(self.reader.prefix(_LONGEST_VERSION)) is None:
            raise self._unused("must be plain data", f"the directive {quote(self._word())}")
        super().fetch_directive()

    def scan_flow_scalar(self, style: Any) -> Any:
        try:
            return super().scan_flow_scalar(style)
        except (ValueError, OverflowError):
            raise ScannerError(None, None, "an escape of no character", self.reader.get_mark()) from None

    def scan_block_scalar_ignored_line(self, start_mark: Any) -> Any:
        # A comment is skipped first: ruamel copies what it has of it with every letter.
        reader = self.reader
        while reader.peek() == " ":
            reader.forward()
        if reader.peek() == "#":
            while reader.peek() not in "\0\r\n":
                reader.forward()
        return super().scan_block_scalar_ignored_line(start_mark)

    def _unused(self, rule: str, got: str) -> _UnusedError:
        return _UnusedError(self.reader.get_mark(), rule, got)

    def _word(self) -> str:
        """Return what stands up to the next space, or the beginning of it."""
        return str(self.reader.prefix(ECHO + 1)).split("\0")[0].split()[0]


class _Composer:
    """Makes nodes from the parser's events and bounds them before a tree exists."""

    def __init__(self, events: Iterator[Any], path: str) -> None:
        self._events = events
        self._path = path
        self._nodes = 0

    def document(self) -> Node | None:
        """Return the one document of the stream."""
        top: Node | None = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    raise user_error(_place(self._path, event.start_mark), "must be one document", got="a second")
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
            raise user_error(where, f"must be at most {MOST_NODES:,} values", got="more")
        if depth > MOST_DEPTH:
            raise user_error(where, f"must be at most {MOST_DEPTH} levels deep", got="more")


def _joined(text: str) -> str:
    r"""Return a text with the characters that JSON writes in halves (``\ud83d\ude00``) in one piece."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text


def _check_keys(pairs: tuple[tuple[Node, Node], ...]) -> None:
    seen: dict[str, Node] = {}
    for key, _ in pairs:
        if key.items is not None or key.pairs is not None:
            raise user_error(key.where, "a key must be a name", got=key.kind)
        if key.text in seen:
            rule = f"{visible(shorten(key.text))} must be given once"
            raise user_error(key.where, rule, got=f"it a second time, after line {seen[key.text].line}")
        seen[key.text] = key
