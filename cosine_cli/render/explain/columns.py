"""Texts in rows and columns: each column as wide as it needs, or wrapped where the screen is too narrow."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from cosine_cli.render.ansi import Cell
from cosine_cli.render.explain.flow import Span, beside, flowed

GAP = 2
_NARROWEST = 14
"""A column is not wrapped to less; where that would be needed, what the columns hold stands under the first one."""

_UNDER = 4


def grid(rows: Sequence[Sequence[Span]], width: int, *, indent: int) -> list[list[Cell]]:
    """Return rows of texts in columns; the first row heads them, and the first column is never wrapped."""
    found = widths([[span.text for span in row] for row in rows], width - indent)
    if found is None:
        heads = [span.text for span in rows[0]]
        return [line for row in rows[1:] for line in _stacked(row, heads, width, indent)]
    return [
        [*[Cell()] * indent, *line]
        for row in rows
        for line in beside([flowed([span], at) for span, at in zip(row, found, strict=True)], found, gap=GAP)
    ]


def widths(texts: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return how wide each column is so that the rows take the fewest lines; None where all would be too narrow.

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
    """Return how many lines all rows take in columns of these widths."""
    return sum(map(max, zip(*(of[width] for of, width in zip(heights, found, strict=True)), strict=True)))


def _height(text: str, width: int) -> int:
    """Return how many lines a text takes: what ``flowed`` makes of it, but quickly."""
    lines, used = 1, 0
    for word in map(len, text.split()):
        if used and used + 1 + word > width:
            lines, used = lines + 1, 0
        lines += (word - 1) // width
        used += word + bool(used) if word <= width else word % width
    return lines


def _stacked(row: Sequence[Span], heads: Sequence[str], width: int, indent: int) -> Iterator[list[Cell]]:
    """Yield a row as lines under its first text; the second needs no head."""
    yield from flowed([row[0]], width, first=indent, then=indent + _UNDER)
    told = [row[1].text, *(f"{head} {span.text}" for head, span in zip(heads[2:], row[2:], strict=True))]
    yield from flowed([Span("; ".join(told))], width, first=indent + _UNDER, then=indent + _UNDER)
