"""The formats of other programs' configs that are read: evidence, content, and what a file does not contain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cosine_cli.plans.importers.core.formats import Format, importer, importers
from cosine_cli.render.ansi import BOLD, DIM, Cell
from cosine_cli.render.explain.flow import Span, cells, flowed
from cosine_cli.render.explain.markdown_page import escaped, markdown_table
from cosine_cli.render.explain.prose import NAME

_GAP, _LABEL = 2, 10
"""The widths of the indent, and of the labels before the texts."""

_HINT = "The keys of a file decide its format; --read-as NAME overrides them."


def formats() -> dict[str, Format]:
    """Return the declarations of all formats, by name."""
    return {name: importer(name).FORMAT for name in importers()}


def formats_screen(width: int) -> Iterator[list[Cell]]:
    """Yield the lines of all formats, and how to select one."""
    for name, declared in formats().items():
        yield from flowed([Span(name, NAME), Span(" "), Span(declared.title, BOLD)], width)
        for label, text in _details(declared):
            for at, line in enumerate(flowed([Span(text)], width - _GAP - _LABEL)):
                margin = label if at == 0 else ""
                yield [*cells([Span(f"{'':{_GAP}}{margin:<{_LABEL}}", DIM)]), *line]
        yield []
    yield from flowed([Span(_HINT, DIM)], width)


def _details(declared: Format) -> Iterator[tuple[str, str]]:
    yield from (("needs" if at == 0 else "", str(need)) for at, need in enumerate(declared.needs))
    yield from (("never" if at == 0 else "", str(other)) for at, other in enumerate(declared.excludes))
    if declared.precedes:
        yield "before", ", ".join(declared.precedes)
    yield "reads", declared.reads
    for at, (option, what) in enumerate(declared.unknown.items()):
        yield "unknown" if at == 0 else "", f"{option}: {what}"


def formats_json() -> Iterator[bytes]:
    """Yield a list of objects, one per format."""
    yield json.dumps([_format(name, declared) for name, declared in formats().items()], indent=2).encode()
    yield b"\n"


def _format(name: str, declared: Format) -> dict[str, Any]:
    return {
        "name": name,
        "title": declared.title,
        "needs": [*map(str, declared.needs)],
        "excludes": [*map(str, declared.excludes)],
        "precedes": [*declared.precedes],
        "reads": declared.reads,
        "options": [*declared.options],
        "unknown": dict(declared.unknown),
    }


def formats_markdown() -> Iterator[bytes]:
    """Yield one table of all formats."""
    yield b"# Formats\n\n"
    rows = [
        (
            f"`{name}`",
            escaped(declared.title),
            escaped("; ".join(map(str, declared.needs))),
            escaped(declared.reads),
            escaped("; ".join(f"{option}: {what}" for option, what in declared.unknown.items())),
        )
        for name, declared in formats().items()
    ]
    table = markdown_table(("name", "format", "evidence", "what is read", "what only an option gives"), rows)
    yield "".join(f"{line}\n" for line in table).encode()
