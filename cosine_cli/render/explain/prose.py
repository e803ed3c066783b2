"""The text of docstrings and declarations, styled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cosine_cli.render.ansi import PLAIN, Ink, hue
from cosine_cli.render.explain.flow import JOINED, Span
from cosine_cli.render.explain.markup import parts
from cosine_cli.render.formula import UNICODE, FormulaLine, Writing, formula_lines, inline
from cosine_cli.render.terminal import UNBOUNDED

NAME = Ink(hue(0))
"""The style of text that can be typed."""

_LONGEST_JOINED = 24
"""Longer symbols may be broken at the end of a line."""


def spans(text: str, writing: Writing, ink: Ink = PLAIN) -> Iterator[Span]:
    """Yield the text of a docstring as spans, with symbols in plain text."""
    for part in parts(text):
        if part.kind == "math":
            symbol = inline(part.text, writing)
            yield Span(symbol.replace(" ", JOINED) if len(symbol) <= _LONGEST_JOINED else symbol, ink)
        else:
            # A symbol stays on one line with its meaning.
            yield Span(part.text.replace(" = ", f"{JOINED}={JOINED}"), NAME if part.kind == "name" else ink)


def plain(text: str, writing: Writing = UNICODE) -> str:
    """Return the text of a docstring without markup."""
    return "".join(inline(part.text, writing) if part.kind == "math" else part.text for part in parts(text))


def formula(latex: str, writing: Writing = UNICODE, width: int = UNBOUNDED) -> list[str]:
    """Return a formula in lines of at most ``width`` columns, with cases and conditions aligned."""
    lines = _under_each_other(formula_lines(latex, writing))
    longest = max((len(line.text) for line in lines), default=0)
    if longest + 3 + max((len(line.condition) for line in lines), default=0) <= width:
        return [f"{line.text:<{longest}}   {line.condition}".rstrip() for line in lines]
    return [part for line in lines for part in _folded(line, width)]


def _under_each_other(lines: Iterable[FormulaLine]) -> list[FormulaLine]:
    """Return the lines, with further cases of an equation aligned to its right side."""
    placed: list[FormulaLine] = []
    left = 0
    for line in lines:
        before, equals, _ = line.text.partition(" = ")
        left = len(before + equals) if equals else left
        placed.append(line if equals else FormulaLine(" " * left + line.text, line.condition))
    return placed


def _folded(line: FormulaLine, room: int) -> Iterator[str]:
    """Yield a long line broken at blanks, with the continuation indented."""
    whole = f"{line.text}   {line.condition}".rstrip()
    start = len(whole) - len(whole.lstrip())
    deeper = " " * min(start + 4, room // 2)
    while len(whole) > room and (cut := whole.rfind(" ", len(deeper) + 1, room + 1)) > 0:
        yield whole[:cut].rstrip()
        whole = deeper + whole[cut:].strip()
    yield whole
