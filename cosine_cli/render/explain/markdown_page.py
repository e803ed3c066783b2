"""What is explained, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cosine_cli.render.explain.listing import spark
from cosine_cli.render.explain.markup import parts
from cosine_cli.render.explain.parameter_text import also, default, takes
from cosine_cli.render.explain.subject import Subject, grouped
from cosine_cli.render.explain.try_it import command, session

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$#])")


def catalogue(subjects: Sequence[Subject]) -> Iterator[bytes]:
    """Yield a table a family, or a framework."""
    yield b"# Schedules\n"
    for group, members in grouped(subjects):
        rows = [(f"`{subject.name}`", spark(subject), _prose(subject.about.summary)) for subject in members]
        yield _joined(["", f"## {group}", "", *_table(("name", "curve", "what it is"), rows)])


def pages(subjects: Sequence[Subject]) -> Iterator[bytes]:
    """Yield a page a schedule."""
    for number, subject in enumerate(subjects):
        yield b"\n" * bool(number)
        yield _joined(_page(subject))


def _page(subject: Subject) -> Iterator[str]:
    about, schedule = subject.about, subject.schedule
    of = f" ({subject.framework})" if subject.framework else ""
    yield from (f"# {subject.name}{of}", "", _prose(about.summary))
    yield from ("", "```math", about.formula, "```", "", _prose(about.where))
    yield from ("", "## Parameters", "", *_table(("name", "meaning", "takes", "default"), _params(subject)))
    yield from ("", "## How to say it", "", "```", *command(subject), "```")
    yield from ("", "```python", *session(subject), "```", "", _prose(about.reading))
    yield from ("", "## Where it comes from", "", _prose(about.source))
    if subject.equivalent:
        rows = [*subject.boundary_behavior.items(), (f"against {subject.equivalent}", subject.difference)]
        yield from ("", "## At its edges", "", *_table(("when", "what"), [(escaped(a), _prose(b)) for a, b in rows]))
    if subject.framework_names:
        rows = [(escaped(framework), f"`{name}`") for framework, name in subject.framework_names.items()]
        yield from ("", "## Elsewhere", "", *_table(("framework", "name"), rows))
    if subject.aliases:
        yield from ("", f"Also called {', '.join(f'`{name}`' for name in subject.aliases)}.")
    if schedule.misconceptions:
        yield from ("", "## Often said, and not so", "")
        yield from (f"- “{escaped(claim)}” {_prose(truth)}" for claim, truth in schedule.misconceptions)


def _params(subject: Subject) -> Iterator[tuple[str, ...]]:
    for param in subject.params:
        told = (param.meaning, also(param))
        yield f"`{param.name}`", escaped("; ".join(filter(None, told))), escaped(takes(param)), escaped(default(param))


def _prose(text: str) -> str:
    """Return a text of a docstring, its symbols as formulas and its names as code."""
    marks = {"math": "$`{}`$", "name": "`{}`"}
    return "".join(
        marks[part.kind].format(part.text) if part.kind in marks else escaped(part.text) for part in parts(text)
    )


def escaped(text: str) -> str:
    r"""Return words with whatever Markdown would obey made plain.

    >>> print(escaped("a|b *c* _d_"))
    a\|b \*c\* \_d\_
    """
    return _SPECIAL.sub(r"\\\1", text)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]] | Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _joined(lines: Iterator[str] | Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
