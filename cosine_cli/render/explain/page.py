"""One schedule on a page, for a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cosine_cli.render.ansi import BOLD, DIM, PLAIN, Cell, Ink, hue
from cosine_cli.render.chart.chart import picture, signs_of
from cosine_cli.render.descriptions import headline
from cosine_cli.render.explain.columns import grid
from cosine_cli.render.explain.flow import JOINED, Span, cells, flowed
from cosine_cli.render.explain.parameter_text import also, default, takes
from cosine_cli.render.explain.prose import NAME, formula, spans
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.explain.try_it import broken, command
from cosine_cli.render.formula import Writing
from cosine_cli.render.terminal import Size, Terminal
from cosine_cli.studies.summary import summarise

WIDEST = 80
_INDENT = 2
_LABELS = 11
_LEAST_BESIDE = 60
"""On a narrower screen labels stand above their texts."""

_CHART_LINES = 10
_TITLE = Ink(hue(0), "bold")
_TIMES = "A time counts epochs, or steps under --steps; or say 10%, 3ep, 500st."


class Page(NamedTuple):
    """What is written, and on what: the screen, the width that is used of it, and how formulas are written."""

    subject: Subject
    terminal: Terminal
    width: int
    writing: Writing

    @property
    def labels(self) -> int:
        """The column in which the texts beside labels begin."""
        return _LABELS if self.width >= _LEAST_BESIDE else _INDENT


def page(subject: Subject, terminal: Terminal, writing: Writing) -> Iterator[list[Cell]]:
    """Yield the lines of a schedule's page, its parts with an empty line between."""
    layout = Page(subject, terminal, min(terminal.width, WIDEST), writing)
    sections = (_head, _formula, _chart, _params, _edges, _facts, _misconceptions)
    for number, section in enumerate(filter(None, (list(section(layout)) for section in sections))):
        yield from ([[]] if number else [])
        yield from section


def _head(page: Page) -> Iterator[list[Cell]]:
    name, group = page.subject.name, page.subject.framework or page.subject.schedule.family
    rule = "─" * max(page.width - len(name) - len(group) - 2, 1)
    yield cells([Span(name, _TITLE), Span(f" {rule} ", DIM), Span(group, DIM)])
    yield from flowed(spans(page.subject.about.summary, page.writing, BOLD), page.width)


def _formula(page: Page) -> Iterator[list[Cell]]:
    about = page.subject.about
    if about.formula:
        for text in formula(about.formula, page.writing, page.width - _INDENT):
            yield cells([Span(" " * _INDENT + text)])
        yield from flowed(spans(about.where, page.writing), page.width, first=_INDENT, then=_INDENT)


def _chart(page: Page) -> Iterator[list[Cell]]:
    plan = page.subject.plan
    labels = [curve.label for curve in plan.curves]
    drawn = picture(plan, summarise(plan), labels, Size(page.width, _CHART_LINES), signs_of(page.terminal))
    yield from flowed([Span(headline(plan), DIM)], page.width, first=1, then=1)
    yield from drawn.lines


def _params(page: Page) -> Iterator[list[Cell]]:
    found = page.subject.params
    head = [Span(text, DIM) for text in ("parameter", "meaning", "takes", "default")]
    rows = [
        [Span(p.name, NAME), Span("; ".join(filter(None, (p.meaning, also(p))))), Span(takes(p)), Span(default(p))]
        for p in found
    ]
    yield from grid([head, *rows], page.width, indent=_INDENT)
    if any(param.time for param in found):
        yield from flowed([Span(_TIMES, DIM)], page.width, first=_INDENT, then=_INDENT)


def _edges(page: Page) -> Iterator[list[Cell]]:
    """Yield what a framework's schedule does at its edges, and how it differs from the plain one."""
    subject = page.subject
    for when, what in subject.boundary_behavior.items():
        told = [Span(f"{when}: ".replace(" ", JOINED), DIM), *spans(what, page.writing)]
        yield from flowed(told, page.width, first=_INDENT, then=2 * _INDENT)
    if subject.equivalent:
        told = [
            Span(f"against {subject.equivalent}: ".replace(" ", JOINED), DIM),
            *spans(subject.difference, page.writing),
        ]
        yield from flowed(told, page.width, first=_INDENT, then=2 * _INDENT)


def _facts(page: Page) -> Iterator[list[Cell]]:
    """Yield what stands beside labels: how it is said, where it comes from, what others call it."""
    subject, room = page.subject, page.width - page.labels
    raw = [part for line in command(subject) for part in broken(line, room)]
    yield from _labelled("Say it", [cells([Span(line, NAME)]) for line in raw], page)
    yield from _labelled("Source", flowed(spans(subject.about.source, page.writing), room), page)
    yield from _labelled("Elsewhere", flowed(_elsewhere(subject), room), page)
    yield from _labelled("Also", flowed([Span(", ".join(subject.aliases))], room), page)


def _elsewhere(subject: Subject) -> Iterator[Span]:
    for number, (framework, name) in enumerate(subject.framework_names.items()):
        is_ours = name.startswith(f"{framework}.")
        yield Span(f"{', ' if number else ''}{'' if is_ours else framework + JOINED}", DIM)
        yield Span(name, NAME if is_ours else PLAIN)


def _labelled(label: str, lines: Sequence[list[Cell]], page: Page) -> Iterator[list[Cell]]:
    """Yield lines with a label beside the first of them, or above it where the screen is narrow."""
    if not any(lines):
        return
    if page.labels < _LABELS:
        yield cells([Span(label, DIM)])
        label = ""
    for number, line in enumerate(lines):
        yield [*cells([Span(f"{'' if number else label:<{page.labels}}", DIM)]), *line]


def _misconceptions(page: Page) -> Iterator[list[Cell]]:
    found = page.subject.schedule.misconceptions
    if found:
        yield cells([Span("Often said, and not so", BOLD)])
    for claim, truth in found:
        yield from flowed([Span(f"“{claim}”", DIM)], page.width, first=_INDENT, then=_INDENT)
        yield from flowed(spans(truth, page.writing), page.width, first=2 * _INDENT, then=2 * _INDENT)
