"""The parts of docstrings: words, symbols and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_MARKED = re.compile(r":math:`(?P<math>[^`]+)`|``(?P<name>[^`]+)``|(?P<words>(?:(?!:math:`|``).)+)")


class Part(NamedTuple):
    """A part of a text: words, a name in code, or a formula in LaTeX."""

    kind: Literal["words", "name", "math"]
    text: str


def parts(text: str) -> Iterator[Part]:
    r"""Yield the parts of a text.

    >>> list(parts(r"with :math:`\eta_0` = ``lr``"))[1:]
    [Part(kind='math', text='\\eta_0'), Part(kind='words', text=' = '), Part(kind='name', text='lr')]
    """
    for match in _MARKED.finditer(text):
        if match["math"]:
            yield Part("math", match["math"])
        elif match["name"]:
            yield Part("name", match["name"])
        else:
            yield Part("words", match["words"])
