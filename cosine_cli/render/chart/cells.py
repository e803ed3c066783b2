"""Text as columns of a screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cosine_cli.render.ansi import PLAIN, Cell, Ink


def columns(text: str) -> list[str]:
    """Return the content of each column: empty after a wide character; combining marks join the previous one.

    >>> columns("a日")
    ['a', '日', '']
    """
    if text.isascii():
        return list(text)
    from rich.cells import cell_len  # here: only a label beyond ASCII pays for its tables

    cells: list[str] = []
    for char in text:
        width = cell_len(char)
        if width:
            cells += [char, *[""] * (width - 1)]
        elif cells:
            cells[_last(cells)] += char
    return cells


def _last(cells: Sequence[str]) -> int:
    return next(i for i in reversed(range(len(cells))) if cells[i])


def cut(text: str, width: int, ellipsis: str) -> list[str]:
    """Return the columns of a text, at most ``width``, with an ellipsis if it is cut.

    >>> "".join(cut("exponential decay", 8, "…"))
    'exponen…'
    """
    whole = columns(text)
    if len(whole) <= width:
        return whole
    most = max(width - len(ellipsis), 0)
    kept = whole[:most] if whole[most] else whole[: most - 1]  # no half of a wide character
    return [*kept, *ellipsis][:width]


def line(text: Iterable[str], ink: Ink = PLAIN) -> list[Cell]:
    """Return columns as cells of one ink; an ASCII text can be given as it is."""
    return [Cell(part, ink) for part in text]
