"""Text wrapped to the width of the screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cosine_cli.render.ansi import PLAIN, Cell, Ink

JOINED = "\u00a0"
"""A blank at which lines are not broken."""


class Span(NamedTuple):
    """A text in one ink."""

    text: str
    ink: Ink = PLAIN


def cells(spans: Iterable[Span]) -> list[Cell]:
    """Return texts as cells; every character of a declaration takes one column."""
    return [Cell(char, span.ink) for span in spans for char in span.text]


def flowed(spans: Iterable[Span], width: int, *, first: int = 0, then: int = 0) -> list[list[Cell]]:
    """Return texts wrapped at blanks to lines of at most ``width`` columns.

    ``first`` is the indent of the first line, ``then`` that of all others.
    """
    lines: list[list[Cell]] = []
    line, indent, started = [Cell()] * first, first, False
    for word in _words(cells(spans)):
        if started and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, indent, started = [Cell()] * then, then, False
        for piece in _pieces(word, max(width - indent, 1)):
            if started and len(line) + 1 + len(piece) > width:
                lines.append(line)
                line, indent, started = [Cell()] * then, then, False
            line = [*line, *([_blank(line[-1], piece[0])] if started else []), *piece]
            started = True
    return [*lines, line] if started or not lines else lines


def _blank(before: Cell, after: Cell) -> Cell:
    """Return the blank between two words, in their ink if it is the same, for fewer escape sequences."""
    return Cell(" ", before.ink) if before.ink == after.ink else Cell()


def _words(found: Iterable[Cell]) -> Iterator[list[Cell]]:
    word: list[Cell] = []
    for cell in found:
        if cell.text == " ":
            if word:
                yield word
            word = []
        else:
            word.append(Cell(" ", cell.ink) if cell.text == JOINED else cell)
    if word:
        yield word


def _pieces(word: Sequence[Cell], width: int) -> Iterator[Sequence[Cell]]:
    """Yield a word in pieces that fit a line."""
    for start in range(0, len(word), width):
        yield word[start : start + width]


def side_by_side(blocks: Sequence[Sequence[list[Cell]]], widths: Sequence[int], *, gap: int) -> list[list[Cell]]:
    """Return blocks of lines side by side, each in a column of its width."""
    height = max(map(len, blocks))
    lines = []
    for row in range(height):
        line: list[Cell] = []
        for block, width in zip(blocks, widths, strict=True):
            part = list(block[row]) if row < len(block) else []
            line += [*part, *[Cell()] * (width - len(part) + gap)]
        lines.append(line)
    return lines
