"""Texts in rows and columns: each column as wide as it needs, or wrapped on a narrow screen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from cosine_cli.render.ansi import Cell
from cosine_cli.render.explain.flow import Span, flowed, side_by_side

GAP = 2
_NARROWEST = 14
"""The smallest width of a wrapped column; if it does not fit, rows are stacked."""

_UNDER = 4


def in_columns(rows: Sequence[Sequence[Span]], width: int, *, indent: int) -> list[list[Cell]]:
    """Return rows of texts in columns; the first row is the header, and the first column is never wrapped."""
    found = widths([[span.text for span in row] for row in rows], width - indent)
    if found is None:
        heads = [span.text for span in rows[0]]
        return [line for row in rows[1:] for line in _stacked(row, heads, width, indent)]
    return [
        [*[Cell()] * indent, *line]
        for row in rows
        for line in side_by_side([flowed([span], at) for span, at in zip(row, found, strict=True)], found, gap=GAP)
    ]


def widths(texts: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return the widths of columns that need the fewest lines, or None if they would be too narrow.

    >>> widths([["lr", "the peak", "a number"]], 30), widths([["lr", "the peak", "a number"]], 20)
    ([2, 8, 8], None)
    """
    columns = list(zip(*texts, strict=True))
    natural = [max(map(len, column)) for column in columns]
    room -= GAP * (len(columns) - 1)
    if sum(natural) <= room:
        return natural
    choices = [range(min(_NARROWEST, most), most + 1) for most in natural[1:]]
    heights = [
        {width: [_height(text, width) for text in column] for width in choice}
        for column, choice in zip(columns[1:], choices, strict=True)
    ]
    fitting = (found for found in itertools.product(*choices[:-1]) if room - natural[0] - sum(found) >= choices[-1][0])
    full = ((*found, min(room - natural[0] - sum(found), natural[-1])) for found in fitting)
    best = min(full, key=lambda found: (_lines(found, heights), max(found)), default=None)
    return None if best is None else [natural[0], *best]


def _lines(found: Sequence[int], heights: Sequence[Mapping[int, Sequence[int]]]) -> int:
    """Return the number of lines of all rows in columns of these widths."""
    return sum(map(max, zip(*(of[width] for of, width in zip(heights, found, strict=True)), strict=True)))


def _height(text: str, width: int) -> int:
    """Return the number of lines of a text, as ``flowed`` would wrap it."""
    lines, used = 1, 0
    for word in map(len, text.split()):
        if used and used + 1 + word > width:
            lines, used = lines + 1, 0
        lines += (word - 1) // width
        used += word + bool(used) if word <= width else word % width
    return lines


def _stacked(row: Sequence[Span], heads: Sequence[str], width: int, indent: int) -> Iterator[list[Cell]]:
    """Yield a row as lines below its first text, with headers for all but the second."""
    yield from flowed([row[0]], width, first=indent, then=indent + _UNDER)
    details = [row[1].text, *(f"{head} {span.text}" for head, span in zip(heads[2:], row[2:], strict=True))]
    yield from flowed([Span("; ".join(details))], width, first=indent + _UNDER, then=indent + _UNDER)
