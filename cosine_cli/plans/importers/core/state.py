"""The state of a Hugging Face Trainer as JSON: it holds a log of every step, and so is larger than any config."""

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
"""More rates than a Trainer writes into a file of that size."""

MOST_KEYS = 1000
"""How many keys the state may have besides its log: it has some twenty."""

RATE = "learning_rate"
_LOG = "log_history"
_STEP_KEY, _RATE_KEY = Node("", 1, "step"), Node("", 1, RATE)

_WINDOW = 1 << 20
_LONGEST = 1 << 18
"""How many characters a value, or an entry of the log, may have: so many are decoded at once, and not all that the
file has, which would take a hundred times as much memory as the file."""

_LONGEST_WORD = 16
"""More characters than any word of JSON has, such as ``-Infinity``."""

_KEYED = re.compile(r'"log_history"\s*+:')
_OPENED = re.compile(r"\s*+\{")
_BEGINS = re.compile(rb"\s*+\{")
_SPACE = re.compile(r"[ \t\n\r]*+")


def may_be_state(data: bytes) -> bool:
    """Tell by its beginning whether a file may be the state of a trainer, which is more than a config may be.

    >>> may_be_state(b'{"best_metric": null'), may_be_state(b"lr: 0.1")
    (True, False)
    """
    return _BEGINS.match(data) is not None


def is_state(text: str) -> bool:
    """Tell whether a text is the state of a trainer.

    >>> is_state('{"log_history": []}'), is_state('{"lr": 0.1}')
    (True, False)
    """
    return _OPENED.match(text) is not None and _KEYED.search(text) is not None


def parse_state(text: str, path: str) -> Node:
    """Return the state as nodes, of its log only what is about the rate.

    Raises RequestError if it is not JSON, gives a key twice, or is larger in some way than a state is.
    """
    where = visible(path)
    reader = _Reader(text, where)
    found: dict[str, Node] = {}
    for _ in reader.parts("{", "}"):
        name = reader.name()
        if name in found:
            raise user_error(where, f"{quote(name)} must be given once", got="it a second time")
        if len(found) == MOST_KEYS:
            raise user_error(where, f"must have at most {MOST_KEYS:,} keys", got="more")
        place = f"{where}: {visible(shorten(name))}"
        logged = name == _LOG and reader.sign() == "["
        found[name] = Node(place, 1, items=_log(reader, place)) if logged else _shown(reader.value(), place)
    reader.end()
    return Node(where, 1, pairs=tuple((Node(where, 1, name), value) for name, value in found.items()))


def _log(reader: _Reader, where: str) -> _Log:
    """Return the entries of the log that have a rate."""
    found: list[_Logged] = []
    for at, _ in enumerate(reader.parts("[", "]")):
        entry = reader.value()
        if not isinstance(entry, dict):
            raise user_error(f"{where}[{at}]", "must be a mapping", got=_shown(entry, "").kind)
        if RATE in entry:
            found.append(_Logged(at, entry.get("step"), entry[RATE]))
        if len(found) > MOST_LOGGED:
            raise user_error(where, f"must be at most {MOST_LOGGED:,} logged rates", got="more")
    return _Log(where, found)


class _Logged(NamedTuple):
    """What of an entry is about the rate, and which entry it is."""

    at: int
    step: Any
    rate: Any


class _Log(Sequence[Node]):
    """The entries of the log, each made a node when it is asked for: as nodes they take six times as much memory."""

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
        logged = (_RATE_KEY, _shown(rate, f"{where}.{RATE}"))
        return Node(where, 1, pairs=(logged,) if step is None else ((_STEP_KEY, _shown(step, f"{where}.step")), logged))


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _shown(value: Any, where: str) -> Node:
    """Return a value as a node; a mapping or a list, which is not ours to read, as an empty one."""
    if isinstance(value, str):
        return Node(where, 1, value, quoted=not isinstance(value, _Number))
    if isinstance(value, dict | list):
        return Node(where, 1, pairs=()) if isinstance(value, dict) else Node(where, 1, items=())
    return Node(where, 1, "null" if value is None else str(value).lower())


class _TwiceError(Exception):
    """A key that a mapping has twice; its text is the key."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        raise _TwiceError(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return found


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=_Number, parse_float=_Number, parse_constant=_Number)


class _Reader:
    """Goes through a JSON text and decodes one value after the other."""

    def __init__(self, text: str, where: str) -> None:
        self._text = text
        self._where = where
        self._at = 0
        self._start, self._window = 0, text[:_WINDOW]

    def parts(self, opening: str, closing: str) -> Iterator[None]:
        """Go through the mapping or the list that begins here; each of its parts is read before the next is due."""
        self._take(opening)
        if self.sign() != closing:
            yield
            while self.sign() == ",":
                self._at += 1
                yield
        self._take(closing)

    def name(self) -> str:
        """Return the key that begins here, and go behind its colon."""
        if self.sign() != '"':
            raise self._broken("expecting property name enclosed in double quotes", self._at)
        name: str = self.value()
        self._take(":")
        return name

    def value(self) -> Any:
        """Return the value that begins here, and go behind it."""
        self.sign()
        behind = self._start + len(self._window)
        if self._at + _LONGEST > behind and behind < len(self._text):
            self._start, self._window = self._at, self._text[self._at : self._at + _WINDOW]
        try:
            value, end = _DECODER.raw_decode(self._window, self._at - self._start)
        except json.JSONDecodeError as error:
            raise self._undecoded(error) from None
        except RecursionError:
            raise user_error(self._where, "must be JSON of a few levels", got="more") from None
        except _TwiceError as error:
            raise user_error(self._place(self._at), f"{quote(str(error))} must be given once", got="it twice") from None
        if self._start + end - self._at >= _LONGEST:
            raise self._too_long()
        self._at = self._start + end
        return value

    def sign(self) -> str:
        """Go to what is not space, and return its first character, none at the end."""
        space = _SPACE.match(self._text, self._at)
        self._at = self._at if space is None else space.end()
        return self._text[self._at : self._at + 1]

    def end(self) -> None:
        """Refuse anything behind what was read."""
        if self.sign():
            raise self._broken("extra data", self._at)

    def _take(self, sign: str) -> None:
        if self.sign() != sign:
            raise self._broken(f"expecting '{sign}'", self._at)
        self._at += 1

    def _undecoded(self, error: json.JSONDecodeError) -> RequestError:
        """Return the error of a value that can not be decoded, or that the window cuts."""
        cut = error.msg.startswith("Unterminated") or error.pos > len(self._window) - _LONGEST_WORD
        if cut and self._start + len(self._window) < len(self._text):
            return self._too_long()
        return self._broken(error.msg.lower(), self._start + error.pos)

    def _too_long(self) -> RequestError:
        return user_error(self._place(self._at), f"a value must be at most {_LONGEST:,} characters", got="more")

    def _broken(self, problem: str, at: int) -> RequestError:
        return user_error(self._place(at), "must be JSON", got=visible(problem))

    def _place(self, at: int) -> str:
        line = self._text.count("\n", 0, at) + 1
        return f"{self._where}:{line}:{at - self._text.rfind(chr(10), 0, at)}"
