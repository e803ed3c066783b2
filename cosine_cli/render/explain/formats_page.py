"""The formats of other programs' configs that are read: evidence, content, and what a file may lack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cosine_cli.plans.importers.core.evidence import All, AtLeast, Evidence
from cosine_cli.plans.importers.core.format_names import importers
from cosine_cli.plans.importers.core.formats import Format, importer
from cosine_cli.plans.model.budget import BUDGET
from cosine_cli.render.ansi import BOLD, DIM, PLAIN, Cell
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
_CODE = re.compile(r"`(.*?)`")
"""A name in the texts of a declaration: a key, an option or a file."""


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
            yield from flowed(_spans(text), width, first=first, then=first + _GAP)


def _sections(name: str, declared: Format) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """Yield headings with their lines, each with its level of indentation."""
    yield "Files", [(0, declared.files)]
    yield "What is read", [(0, declared.reads)]
    if declared.unknown:
        yield "Options for what a file may lack", [(0, text) for text in _unknown(declared)]
    if budget := _budget(declared):
        yield "Keys that complete a budget", [(0, f"`{name}`: {key}") for name, key in budget]
    replacing = (option for option in declared.options if not (declared.counts_epochs and option == "steps"))
    yield "Options that replace values of the file", [(0, ", ".join(map(_option, replacing)))]
    refused = ["`--steps`: pass `--epochs`, which the program counts"] if declared.counts_epochs else []
    refused += [f"{_option(option)}: set {key} in the file" for option, key in declared.replacement_keys.items()]
    if refused:
        yield "Options that are refused", [(0, text) for text in refused]
    by_name = f"`--read-as {name.replace('_', '-')}` reads a file that does not have them"
    yield "Keys that such a file has", [*_evidence(declared.needs), (0, by_name)]
    if declared.excludes:
        yield "Keys that such a file does not have", [*_evidence(declared.excludes)]
    if declared.precedes:
        yield "Takes precedence over", [(0, ", ".join(declared.precedes))]


def _evidence(properties: Iterable[Evidence]) -> Iterator[tuple[int, str]]:
    """Yield properties; alternatives that are long are listed one below the other."""
    for each in properties:
        if (
            isinstance(each, AtLeast)
            and each.count == 1
            and any(isinstance(member, All | AtLeast) for member in each.members)
        ):
            yield 0, "one of:"
            yield from ((1, f"- {member}") for member in each.members)
        else:
            yield 0, str(each)


def _unknown(declared: Format) -> list[str]:
    """Return what a file may lack, each after its options."""
    return [f"`{options.replace(', ', '` or `')}`: {what}" for options, what in declared.unknown.items()]


def _budget(declared: Format) -> list[tuple[str, str]]:
    """Return the options of a budget that a file can have, each with its keys."""
    if declared.budget is None:
        return []
    return [(BUDGET[name].long, _paths(path)) for name, path in declared.budget.keys.items()]


def _paths(path: str) -> str:
    """Return the keys of an option, of which several may be alternatives or factors."""
    factors = [" or ".join(f"`{key}`" for key in factor.split("|")) for factor in path.split(" * ")]
    return factors[0] if len(factors) == 1 else " × ".join(f"({each})" if " or " in each else each for each in factors)


def _option(name: str) -> str:
    return f"`--{name.replace('_', '-')}`"


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
        "files": _plain(declared.files),
        "needs": [*map(str, declared.needs)],
        "excludes": [*map(str, declared.excludes)],
        "precedes": [*declared.precedes],
        "reads": _plain(declared.reads),
        "options": [*declared.options],
        "budget": {option: _plain(keys) for option, keys in _budget(declared)},
        "unknown": {options: _plain(what) for options, what in declared.unknown.items()},
    }


def formats_markdown(names: Sequence[str] = ()) -> Iterator[bytes]:
    """Yield one table of all formats, or the pages of the named ones."""
    lines = _markdown_pages(names) if names else ["# Formats", "", *_table()]
    yield "".join(f"{line}\n" for line in lines).encode()


def _table() -> Iterator[str]:
    rows = [
        (
            f"`{name}`",
            escaped(declared.title),
            _markdown(declared.files),
            _markdown(declared.reads),
            "; ".join(map(_markdown, _unknown(declared))),
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
            yield from (f"{'  ' * level}- {_markdown(text.removeprefix('- '))}" for level, text in items)


def _spans(text: str) -> list[Span]:
    """Return a text with its names in the ink of what can be typed."""
    return [Span(part, NAME if at % 2 else PLAIN) for at, part in enumerate(_CODE.split(text))]


def _plain(text: str) -> str:
    return text.replace("`", "")


def _markdown(text: str) -> str:
    r"""Return a text as Markdown.

    >>> print(_markdown("the rate of `train_cfg`, a|b"))
    the rate of `train_cfg`, a\|b
    """
    return "".join(f"`{part}`" if at % 2 else escaped(part) for at, part in enumerate(_CODE.split(text)))
