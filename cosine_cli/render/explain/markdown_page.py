"""Explanations as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cosine_cli.render.explain.listing import spark
from cosine_cli.render.explain.markup import parts
from cosine_cli.render.explain.parameter_text import aliases_text, default_text, takes
from cosine_cli.render.explain.recipes import RECIPES, TITLE, Recipe, recipes_of
from cosine_cli.render.explain.subject import Subject, by_group
from cosine_cli.render.explain.try_it import command, session

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#])")


def markdown_list(subjects: Sequence[Subject]) -> Iterator[bytes]:
    """Yield one table per family or framework, and the recipes after the schedules of the core."""
    yield b"# Schedules\n"
    for group, members in by_group(subjects):
        rows = [(f"`{subject.name}`", spark(subject), _prose(subject.about.summary)) for subject in members]
        yield _joined(["", f"## {group}", "", *markdown_table(("name", "curve", "summary"), rows)])
    if not any(subject.framework for subject in subjects):
        yield _joined(["", f"## {TITLE}", "", *_recipes(RECIPES)])


def markdown_pages(subjects: Sequence[Subject]) -> Iterator[bytes]:
    """Yield one page per schedule."""
    for number, subject in enumerate(subjects):
        yield b"\n" * bool(number)
        yield _joined(_page(subject))


def _page(subject: Subject) -> Iterator[str]:
    about, schedule = subject.about, subject.schedule
    of = f" ({subject.framework})" if subject.framework else ""
    yield from (f"# {subject.name}{of}", "", _prose(about.summary))
    yield from ("", "## Formula", "", "```math", about.formula, "```", "", _prose(about.where))
    yield from ("", "## Parameters", "", *markdown_table(("name", "meaning", "takes", "default"), _params(subject)))
    if subject.equivalent:
        rows = [*subject.boundary_behavior.items(), (f"compared with {subject.equivalent}", subject.difference)]
        rows = [(escaped(when), _prose(what)) for when, what in rows]
        yield from ("", "## At the boundaries", "", *markdown_table(("when", "what"), rows))
    yield from ("", "## Try it", "", "```", *command(subject), "```")
    yield from ("", "```python", *session(subject), "```", "", _prose(about.reading))
    if recipes := [*recipes_of(subject.name)]:
        yield from ("", "## Used for", "", *_recipes(recipes))
    yield from ("", "## Source", "", _prose(about.source))
    if subject.framework_names:
        rows = [(escaped(framework), f"`{name}`") for framework, name in subject.framework_names.items()]
        yield from ("", "## In other libraries", "", *markdown_table(("library", "name"), rows))
    if subject.other_names:
        listed = (f"{', '.join(f'`{name}`' for name in names)} ({note})" for note, names in subject.other_names.items())
        yield from ("", "## Aliases", "", "; ".join(listed))
    if schedule.misconceptions:
        yield from ("", "## Common misconceptions", "")
        yield from (f"- “{escaped(claim)}” {_prose(truth)}" for claim, truth in schedule.misconceptions)


def _params(subject: Subject) -> Iterator[tuple[str, ...]]:
    for param in subject.params:
        meaning = "; ".join(filter(None, (param.meaning, aliases_text(param))))
        yield f"`{param.name}`", escaped(meaning), escaped(takes(param)), escaped(default_text(param))


def _recipes(recipes: Sequence[Recipe]) -> Iterator[str]:
    rows = [(escaped(recipe.case), f"`{recipe.command}`", escaped(recipe.source)) for recipe in recipes]
    return markdown_table(("case", "command", "source"), rows)


def _prose(text: str) -> str:
    """Return the text of a docstring, with symbols as formulas and names as code."""
    marks = {"math": "$`{}`$", "name": "`{}`"}
    return "".join(
        marks[part.kind].format(part.text) if part.kind in marks else escaped(part.text) for part in parts(text)
    )


def escaped(text: str) -> str:
    r"""Return a text with the special characters of Markdown escaped.

    >>> print(escaped("a|b *c* _d_"))
    a\|b \*c\* \_d\_
    """
    return _SPECIAL.sub(r"\\\1", text)


def markdown_table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table whose cells are Markdown."""
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _joined(lines: Iterator[str] | Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
