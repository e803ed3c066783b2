"""Parse YAML to nodes: scalars stay text, every node has its place, and the size is bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scanner import Scanner, ScannerError

from cosine_cli.errors import Problem, RequestError, user_error
from cosine_cli.plans.parse.limits import Limits
from cosine_cli.plans.parse.node import Node
from cosine_cli.plans.parse.repeated_keys import RepeatedKeyError
from cosine_cli.plans.parse.tags import UNSUPPORTED, custom_tag, is_string
from cosine_cli.text import ECHO, quote, shorten, visible

_VERSION = re.compile(r"%YAML 1\.[0-9]{1,2}[ \t\r\n#]")
_LONGEST_VERSION = 12
_LONGEST_PROBLEM = 200
_LONGEST_NAME = 100
"""The most characters of a tag or an anchor."""

_FLOW = re.compile(r"[,\[\]{}]")
_MERGE = "<<"


def parse(text: str, path: str) -> Node | None:
    """Return the document as nodes, None if it is empty.

    Aliases and merge keys are expanded, and count as what they expand to. Custom tags are kept on their nodes.
    Raises RequestError at the first place that is invalid, too large or too deep, RepeatedKeyError at the first key of
    a mapping that is there twice.
    """
    return _parsed(text, path, _Composer)


def parse_last(text: str, path: str) -> Node | None:
    """Return the same with the last value of repeated keys, as PyYAML does."""
    return _parsed(text, path, _LastComposer)


def _parsed(text: str, path: str, composer: type[_Composer]) -> Node | None:
    reader = YAML(typ="safe", pure=True)
    reader.Scanner = _Scanner
    try:
        return composer(reader.parse(text), visible(path)).document()
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
    """Rejects directives, and long tags and anchors, at their beginning: scanning a long one takes minutes."""

    def fetch_tag(self) -> None:
        if len(self._word(_LONGEST_NAME + 1)) > _LONGEST_NAME:
            raise self._unsupported(UNSUPPORTED, quote(self._word()))
        super().fetch_tag()

    def fetch_anchor(self) -> None:
        self._check_anchor()
        super().fetch_anchor()

    def fetch_alias(self) -> None:
        self._check_anchor()
        super().fetch_alias()

    def _check_anchor(self) -> None:
        if len(_FLOW.split(self._word(_LONGEST_NAME + 1))[0]) > _LONGEST_NAME:
            raise self._unsupported(f"an anchor must have at most {_LONGEST_NAME} characters", "more")

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

    def _word(self, most: int = ECHO + 1) -> str:
        """Return the text up to the next space, or its beginning."""
        return str(self.reader.prefix(most)).split("\0")[0].split()[0]


class _Anchored(NamedTuple):
    """A node with an anchor: the number of its nodes, and of the levels below it."""

    node: Node
    nodes: int
    levels: int


class _Composer:
    """Builds nodes from the parser's events, and limits their number and depth."""

    def __init__(self, events: Iterator[Any], path: str) -> None:
        self._events = events
        self._path = path
        self._limits = Limits()
        self._anchors: dict[str, _Anchored | None] = {}

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
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._expanded(event.anchor, where, depth)
        self._limits.add(where, depth)
        if not event.anchor:
            return self._built(event, kind, where, depth)
        before = self._limits.nodes
        self._anchors[event.anchor] = None
        node = self._built(event, kind, where, depth)
        self._anchors[event.anchor] = _Anchored(node, self._limits.nodes - before + 1, node.levels)
        return node

    def _built(self, event: Any, kind: str, where: str, depth: int) -> Node:
        line, tag = event.start_mark.line + 1, custom_tag(event.tag, kind)
        if kind == "ScalarEvent":
            quoted = is_string(event.tag, quoted=event.style is not None)
            return Node(where, line, _joined(event.value), quoted=quoted, tag=tag)
        if kind == "SequenceStartEvent":
            return Node(where, line, items=tuple(self._nodes_until("SequenceEndEvent", depth)), tag=tag)
        nodes = list(self._nodes_until("MappingEndEvent", depth))
        pairs = tuple(zip(nodes[::2], nodes[1::2], strict=True))
        _check_keys(pairs)
        return Node(where, line, pairs=_merged(self._unique(pairs)), tag=tag)

    def _unique(self, pairs: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
        """Return the pairs of a mapping; raise RepeatedKeyError if two have the same key."""
        seen: dict[str, Node] = {}
        for key, _ in pairs:
            if key.text in seen:
                rule = f"duplicate key {quote(key.text)}, first on line {seen[key.text].line}"
                raise RepeatedKeyError(Problem(key.where, rule))
            seen[key.text] = key
        return pairs

    def _expanded(self, anchor: str, where: str, depth: int) -> Node:
        """Return the node that an alias refers to."""
        anchored = self._anchors.get(anchor)
        if anchored is None:
            rule = "refers to a node that contains it" if anchor in self._anchors else "has no anchor before it"
            raise user_error(where, f"alias {quote(f'*{anchor}')} {rule}")
        self._limits.add(where, depth + anchored.levels, nodes=anchored.nodes)
        return anchored.node

    def _nodes_until(self, end: str, depth: int) -> Iterator[Node]:
        while type(event := next(self._events)).__name__ != end:
            yield self._node(event, depth=depth + 1)


class _LastComposer(_Composer):
    """Keeps the last of repeated keys."""

    def _unique(self, pairs: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
        return tuple({key.text: (key, value) for key, value in pairs}.values())


def _joined(text: str) -> str:
    r"""Return a text with JSON's surrogate pairs (``\ud83d\ude00``) joined to characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text


def _merged(pairs: tuple[tuple[Node, Node], ...]) -> tuple[tuple[Node, Node], ...]:
    """Return the pairs of a mapping with those of its merge key (``<<`` of YAML 1.1); its own keys take precedence."""
    by_key = {key.text: (key, value) for key, value in pairs}
    if _MERGE not in by_key or by_key[_MERGE][0].quoted:
        return pairs
    source = by_key.pop(_MERGE)[1]
    for mapping in (source,) if source.items is None else source.items:
        if mapping.pairs is None:
            raise user_error(mapping.where, f"{_MERGE} must be a mapping or a list of mappings", got=mapping.kind)
        for key, value in mapping.pairs:
            by_key.setdefault(key.text, (key, value))
    return tuple(by_key.values())


def _check_keys(pairs: tuple[tuple[Node, Node], ...]) -> None:
    key = next((key for key, _ in pairs if key.items is not None or key.pairs is not None), None)
    if key is not None:
        raise user_error(key.where, "keys must be strings", got=key.kind)
