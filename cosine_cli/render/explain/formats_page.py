"""The formats of other programs' configs that are read: evidence, content, and what a file may lack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cosine_cli.plans.importers.core.evidence import AtLeast, Evidence
from cosine_cli.plans.importers.core.formats import Format, importer, importers
from cosine_cli.render.ansi import BOLD, DIM, Cell
from cosine_cli.render.explain.flow import Span, cells, flowed
from cosine_cli.render.explain.markdown_page import escaped, markdown_table
from cosine_cli.render.explain.prose import NAME

_GAP = 2
_LEAST_BESIDE = 30
"""With fewer columns beside the names, the titles are below them."""

_WIDEST = 100
"""Texts of one format are not wider."""

_HINT = (
    "'cosine-lr explain formats NAME' describes a format. The keys of a file decide its format; --read-as NAME "
    "overrides them. Options are needed only for what a file lacks."
)
_KEY = re.compile(r"--read-as [\w-]+|--[a-z][a-z-]*|[\w.]*_[\w.]*\w")
"""What is set as code in Markdown: options, and names with an underscore."""


def formats(names: Sequence[str] = ()) -> dict[str, Format]:
    """Return the declarations of the named formats, of all without names."""
    return {name: importer(name).FORMAT for name in names or importers()}


def formats_list(width: int) -> Iterator[list[Cell]]:
    """Yield the lines of all formats: name, title and options; and how to select one."""
    start = 2 * _GAP + max(map(len, importers()))
    beside = width - start >= _LEAST_BESIDE
    for name, declared in formats().items():
        needed = _options(declared)
        text = [Span(declared.title), *([Span(f"; may need {', '.join(needed)}", DIM)] if needed else [])]
        indent = start if beside else 2 * _GAP
        lines = flowed(text, width, first=indent, then=indent)
        head = cells([Span(" " * _GAP), Span(name, NAME)])
        yield from ([[*head, *lines[0][len(head) :]], *lines[1:]] if beside else [head, *lines])
    yield []
    yield from flowed([Span(_HINT, DIM)], width)


def formats_pages(names: Sequence[str], width: int) -> Iterator[list[Cell]]:
    """Yield the lines of the named formats, each with its evidence."""
    for number, (name, declared) in enumerate(formats(names).items()):
        yield from ([[]] if number else [])
        yield from _page(name, declared, min(width, _WIDEST))


def _page(name: str, declared: Format, width: int) -> Iterator[list[Cell]]:
    rule = "─" * max(width - len(name) - len(declared.title) - 2, 1)
    yield from flowed([Span(name, NAME), Span(f" {rule} ", DIM), Span(declared.title, BOLD)], width)
    for number, (heading, items) in enumerate(_sections(name, declared)):
        yield from ([[]] if number else [])
        yield cells([Span(heading, BOLD)])
        for level, text in items:
            first = _GAP * (1 + level)
            yield from flowed([Span(text)], width, first=first, then=first + _GAP)


def _sections(name: str, declared: Format) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield headings with their lines, each with its level of indentation."""
    yield "Files", [(0, declared.files)]
    yield "What is read", [(0, declared.reads)]
    if declared.unknown:
        yield "Options for what a file may lack", [(0, f"{each}: {what}") for each, what in declared.unknown.items()]
    replaced = [f"--{option.replace('_', '-')}" for option in declared.options]
    yield "Options that replace values of the file", [(0, ", ".join(replaced))]
    if declared.replacement_keys:
        keys = declared.replacement_keys.items()
        texts = [f"--{option.replace('_', '-')}: set {key} in the file" for option, key in keys]
        yield "Options that are refused", [(0, text) for text in texts]
    by_name = f"--read-as {name.replace('_', '-')} reads a file that does not have them"
    yield "Keys that such a file has", [*_evidence(declared.needs), (0, by_name)]
    if declared.excludes:
        yield "Keys that such a file does not have", [*_evidence(declared.excludes)]
    if declared.precedes:
        yield "Takes precedence over", [(0, ", ".join(declared.precedes))]


def _evidence(properties: Iterable[Evidence]) -> Iterator[tuple[int, str]]:
    """Yield properties; alternatives that are long are listed one below the other."""
    for each in properties:
        if isinstance(each, AtLeast) and each.count == 1 and any(hasattr(member, "members") for member in each.members):
            yield 0, "one of:"
            yield from ((1, f"- {member}") for member in each.members)
        else:
            yield 0, str(each)


def _options(declared: Format) -> list[str]:
    return [option for options in declared.unknown for option in options.split(", ")]


def formats_json(names: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield a list of objects, one per format."""
    yield json.dumps([_format(name, declared) for name, declared in formats(names).items()], indent=2).encode()
    yield b"\n"


def _format(name: str, declared: Format) -> dict[str, Any]:
    return {
        "name": name,
        "title": declared.title,
        "files": declared.files,
        "needs": [*map(str, declared.needs)],
        "excludes": [*map(str, declared.excludes)],
        "precedes": [*declared.precedes],
        "reads": declared.reads,
        "options": [*declared.options],
        "unknown": dict(declared.unknown),
    }


def formats_markdown(names: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield one table of all formats, or the pages of the named ones."""
    lines = _markdown_pages(names) if names else ["# Formats", "", *_table()]
    yield "".join(f"{line}\n" for line in lines).encode()


def _table() -> Iterator[str]:
    rows = [
        (
            f"`{name}`",
            _code(declared.title),
            _code(declared.files),
            _code(declared.reads),
            "; ".join(_code(f"{option}: {what}") for option, what in declared.unknown.items()),
        )
        for name, declared in formats().items()
    ]
    return markdown_table(("name", "format", "files", "what is read", "options for what a file may lack"), rows)


def _markdown_pages(names: Sequence[str]) -> Iterator[str]:
    for number, (name, declared) in enumerate(formats(names).items()):
        yield from ([""] if number else [])
        yield f"# {escaped(declared.title)}"
        for heading, items in _sections(name, declared):
            yield from ("", f"## {heading}", "")
            yield from (f"{'  ' * level}- {_code(text.removeprefix('- '))}" for level, text in items)


def _code(text: str) -> str:
    """Return a text as Markdown, with its names as code.

    >>> print(_code("the rate, if learning_rate is missing"))
    the rate, if `learning_rate` is missing
    """
    parts, end = list[str](), 0
    for match in _KEY.finditer(text):
        parts += [escaped(text[end : match.start()]), f"`{match[0]}`"]
        end = match.end()
    return "".join(parts) + escaped(text[end:])
