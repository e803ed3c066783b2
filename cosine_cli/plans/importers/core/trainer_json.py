"""Parse the JSON of a Hugging Face ``trainer_state.json``, which is larger than a config as it logs every step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.parse.node import Node
from cosine_cli.text import quote, shorten, visible

MOST_BYTES = 1 << 25
MOST_LOGGED = 250_000
"""More rates than a Trainer writes to a file of ``MOST_BYTES``."""

MOST_KEYS = 1000
"""The most keys of the state: a real one has about twenty."""

RATE = "learning_rate"
_LOG = "log_history"
_STEP_KEY, _RATE_KEY = Node("", 1, "step"), Node("", 1, RATE)

_WINDOW = 1 << 20
_LONGEST = 1 << 18
"""The most characters of a value or of an entry of the log. Values are decoded one by one: decoding the whole file
would take a hundred times as much memory as the file."""

_LONGEST_WORD = 16
"""More characters than any JSON keyword, such as ``-Infinity``."""

_KEYED = re.compile(r'"log_history"\s*+:')
_OPENED = re.compile(r"\s*+\{")
_BEGINS = re.compile(rb"\s*+\{")
_SPACE = re.compile(r"[ \t\n\r]*+")
_STRING = re.compile(r'"(?:[^"\\]|\\[\s\S])*+"')


def may_be_state(data: bytes) -> bool:
    """Return whether a file may be a trainer state, judged by its beginning.

    >>> may_be_state(b'{"best_metric": null'), may_be_state(b"lr: 0.1")
    (True, False)
    """
    return _BEGINS.match(data) is not None


def is_state(text: str) -> bool:
    """Return whether a text is a trainer state.

    >>> is_state('{"log_history": []}'), is_state('{"lr": 0.1}')
    (True, False)
    """
    return _OPENED.match(text) is not None and _KEYED.search(text) is not None


def parse_state(text: str, path: str) -> Node:
    """Return the state as nodes; entries of its log contain only the step and the learning rate.

    Raises RequestError if it is not valid JSON, has a duplicate key, or is larger than any trainer state.
    """
    where = visible(path)
    reader = _Reader(text, where)
    values: dict[str, Node] = {}
    for _ in reader.parts("{", "}"):
        name = reader.name()
        if name in values:
            raise user_error(where, f"duplicate key {quote(name)}")
        if len(values) == MOST_KEYS:
            raise user_error(where, f"must have at most {MOST_KEYS:,} keys", got="more")
        place = f"{where}: {visible(shorten(name))}"
        is_log = name == _LOG and reader.sign() == "["
        values[name] = Node(place, 1, items=_log(reader, place)) if is_log else _node(reader.value(), place)
    reader.end()
    return Node(where, 1, pairs=tuple((Node(where, 1, name), value) for name, value in values.items()))


def _log(reader: _Reader, where: str) -> _Log:
    """Return the entries of the log that have a learning rate."""
    entries: list[_Logged] = []
    for at, _ in enumerate(reader.parts("[", "]")):
        entry = reader.value()
        if not isinstance(entry, dict):
            raise user_error(f"{where}[{at}]", "must be a mapping", got=_node(entry, "").kind)
        if RATE in entry:
            entries.append(_Logged(at, entry.get("step"), entry[RATE]))
        if len(entries) > MOST_LOGGED:
            raise user_error(where, f"must have at most {MOST_LOGGED:,} logged rates", got="more")
    return _Log(where, entries)


class _Logged(NamedTuple):
    """The index of an entry of the log, with its step and its learning rate."""

    at: int
    step: Any
    rate: Any


class _Log(Sequence[Node]):
    """The entries of the log, converted to nodes on access: all nodes would take six times as much memory."""

    def __init__(self, where: str, logged: Sequence[_Logged]) -> None:
        self._where = where
        self._logged = logged

    def __len__(self) -> int:
        return len(self._logged)

    @overload
    def __getitem__(self, index: int) -> Node: ...

    @overload
    def __getitem__(self, index: slice) -> _Log: ...

    def __getitem__(self, index: int | slice) -> Node | _Log:
        if isinstance(index, slice):
            return _Log(self._where, self._logged[index])
        at, step, rate = self._logged[index]
        where = f"{self._where}[{at}]"
        pairs = ((_RATE_KEY, _node(rate, f"{where}.{RATE}")),)
        return Node(where, 1, pairs=pairs if step is None else ((_STEP_KEY, _node(step, f"{where}.step")), *pairs))


class _Number(str):
    """A number as written in the file."""

    __slots__ = ()


def _node(value: Any, where: str) -> Node:
    """Return a value as a node; a mapping or a list, which is not used, as an empty one."""
    if isinstance(value, str):
        return Node(where, 1, value, quoted=not isinstance(value, _Number))
    if isinstance(value, dict | list):
        return Node(where, 1, pairs=()) if isinstance(value, dict) else Node(where, 1, items=())
    return Node(where, 1, "null" if value is None else str(value).lower())


class _DuplicateKeyError(Exception):
    """A duplicate key of a mapping; the text of the error is the key."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        seen: set[str] = set()
        raise _DuplicateKeyError(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return mapping


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_int=_Number, parse_float=_Number, parse_constant=_Number)


class _Reader:
    """Decodes the values of a JSON text one after the other."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._at = 0
        self._start, self._window = 0, text[:_WINDOW]

    def parts(self, opening: str, closing: str) -> Iterator[None]:
        """Yield once for each part of the mapping or list that begins here; the caller reads the part."""
        self._take(opening)
        if self.sign() != closing:
            yield
            while self.sign() == ",":
                self._at += 1
                yield
        self._take(closing)

    def name(self) -> str:
        """Read a key and its colon, and return the key."""
        if self.sign() != '"':
            raise self._invalid("expecting property name enclosed in double quotes", self._at)
        name: str = self.value()
        self._take(":")
        return name

    def value(self) -> Any:
        """Read a value and return it."""
        self.sign()
        end_of_window = self._start + len(self._window)
        if self._at + _LONGEST > end_of_window and end_of_window < len(self._text):
            self._start, self._window = self._at, self._text[self._at : self._at + _WINDOW]
        try:
            value, end = _DECODER.raw_decode(self._window, self._at - self._start)
        except json.JSONDecodeError as error:
            raise self._undecoded(error) from None
        except RecursionError:
            raise user_error(self._where, "JSON is nested too deeply") from None
        except _DuplicateKeyError as error:
            raise user_error(self._place(self._at), f"duplicate key {quote(str(error))}") from None
        if self._start + end - self._at >= _LONGEST:
            raise self._too_long()
        self._at = self._start + end
        return value

    def sign(self) -> str:
        """Skip white space and return the next character, an empty string at the end."""
        space = _SPACE.match(self._text, self._at)
        self._at = self._at if space is None else space.end()
        return self._text[self._at : self._at + 1]

    def end(self) -> None:
        """Raise RequestError if anything follows."""
        if self.sign():
            raise self._invalid("extra data", self._at)

    def _take(self, sign: str) -> None:
        if self.sign() != sign:
            raise self._invalid(f"expecting '{sign}'", self._at)
        self._at += 1

    def _undecoded(self, error: json.JSONDecodeError) -> RequestError:
        """Return the error of a value that is invalid, or that is longer than the window."""
        cut = self._is_unterminated(error.pos) or error.pos > len(self._window) - _LONGEST_WORD
        if cut and self._start + len(self._window) < len(self._text):
            return self._too_long()
        return self._invalid(error.msg.lower(), self._start + error.pos)

    def _is_unterminated(self, start: int) -> bool:
        """Return whether a string begins at ``start`` of the window that does not end in it."""
        return self._window.startswith('"', start) and _STRING.match(self._window, start) is None

    def _too_long(self) -> RequestError:
        return user_error(self._place(self._at), f"a value must be at most {_LONGEST:,} characters", got="more")

    def _invalid(self, problem: str, at: int) -> RequestError:
        return user_error(self._place(at), f"invalid JSON: {visible(problem)}")

    def _place(self, at: int) -> str:
        line = self._text.count("\n", 0, at) + 1
        return f"{self._where}:{line}:{at - self._text.rfind(chr(10), 0, at)}"
