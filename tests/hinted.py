"""Apply the hint of an error message to its command line."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from door import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Sequence

_HINT = re.compile(r"; did you mean (?P<hint>.+)\?$")
_GOT = re.compile(r", got '(?P<got>.*)'; did you mean ")
_OPTION = re.compile(r"error: unknown option '(?P<option>.*?)'; ")


def hint(answer: Answer) -> str:
    """Return the text that an error suggests."""
    assert answer.code == 2
    (line,) = answer.err.splitlines()
    found = _HINT.search(line)
    assert found, line
    return found["hint"]


def mended(words: Sequence[str], answer: Answer) -> list[str]:
    """Return a command line with the suggestion of its error applied."""
    text = hint(answer)
    if text.startswith("cosine-lr "):
        return shlex.split(text)[1:]
    option = _OPTION.search(answer.err)
    if option:
        return _without(words, option["option"], shlex.split(text))
    if text.startswith("--"):
        return [*_without_pair(words, text.split()[0]), *shlex.split(text)]
    curve = re.search(r"error: (?:curve|name) '(?P<curve>.*)': (?:'[^']*' )?is not a schedule", answer.err)
    if curve:
        return [words[0], *(text if word == curve["curve"] else word for word in words[1:])]
    got = _GOT.search(answer.err)
    if got and any(got["got"] in word for word in words):
        return [word.replace(got["got"], text, 1) if got["got"] in word else word for word in words]
    name = re.search(r"has no parameter '(?P<name>[^']*)'", answer.err)
    assert name, answer.err
    return [re.sub(rf"\b{re.escape(name['name'])}=[^,]*(?:,[^=,]*(?=,|$))*", text, word) for word in words]


def _without(words: Sequence[str], option: str, instead: list[str]) -> list[str]:
    """Return the arguments with an option and its value replaced, by an option or by a curve."""
    at = next(i for i, word in enumerate(words) if word.partition("=")[0].replace("_", "-").startswith(option))
    takes = "=" not in words[at] and at + 1 < len(words) and (len(instead) > 1 or not instead[0].startswith("-"))
    rest = [*words[:at], *words[at + 1 + takes :]]
    if instead[0].startswith("-"):
        return [*rest, *instead]
    name = instead[0].partition(":")[0]
    return [*(word for word in rest if word.partition(":")[0] != name), *instead]


def _without_pair(words: Sequence[str], option: str) -> list[str]:
    del option
    at = next(i for i, word in enumerate(words) if word.startswith("--"))
    return [*words[:at], *words[at + 2 :]]


def works(words: Sequence[str]) -> Answer:
    """Run a command line, apply its hint, and return the answer."""
    return ask(*mended(words, ask(*words)))
