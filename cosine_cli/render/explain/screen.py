"""Explanations as bytes for a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.render.ansi import Cell, styled
from cosine_cli.render.explain.listing import listing
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.formula import ASCII, UNICODE, Writing
from cosine_cli.render.terminal import Terminal

_NEEDED = "η₀½√⌊⌋−≤ᵢⁿ…"
"""Characters that a screen must support for formulas in Unicode."""


def screen_list(subjects: Sequence[Subject], terminal: Terminal) -> Iterator[bytes]:
    """Yield the catalogue; in a pipe, one line per schedule of any length."""
    yield from _encoded(listing(subjects, terminal.width, _writing(terminal)), terminal)


def screen_pages(subjects: Sequence[Subject], terminal: Terminal) -> Iterator[bytes]:
    """Yield one page per schedule."""
    from cosine_cli.render.explain.page import schedule_page

    for number, subject in enumerate(subjects):
        yield b"\n" * bool(number)
        yield from _encoded(schedule_page(subject, terminal, _writing(terminal)), terminal)


def screen_formats(names: Sequence[str], terminal: Terminal) -> Iterator[bytes]:
    """Yield the list of the formats of other programs' configs, or the pages of the named ones."""
    from cosine_cli.render.explain.formats_page import formats_list, formats_pages

    lines = formats_pages(names, terminal.width) if names else formats_list(terminal.width)
    yield from _encoded(lines, terminal)


def _writing(terminal: Terminal) -> Writing:
    return UNICODE if terminal.shows(_NEEDED) else ASCII


def _encoded(lines: Iterator[list[Cell]], terminal: Terminal) -> Iterator[bytes]:
    text = "".join(f"{styled(line, terminal.colors)}\n" for line in lines)
    yield terminal.encode(text if terminal.shows(text) else "".join(_nearest(char, terminal) for char in text))


def _nearest(char: str, terminal: Terminal) -> str:
    """Return a letter without its accent, and straight quotes, where the screen cannot show the character."""
    if terminal.shows(char):
        return char
    import unicodedata  # here: only a screen that lacks letters pays for it

    bare = unicodedata.normalize("NFKD", char)[0]
    return bare if terminal.shows(bare) else {"“": '"', "”": '"'}.get(char, char)
