"""The page of one schedule, for a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cosine_cli.render.ansi import BOLD, DIM, PLAIN, Cell, Ink, hue
from cosine_cli.render.chart.chart import draw_chart, signs_of
from cosine_cli.render.descriptions import headline
from cosine_cli.render.explain.columns import in_columns
from cosine_cli.render.explain.flow import JOINED, Span, cells, flowed
from cosine_cli.render.explain.listing import recipe_lines
from cosine_cli.render.explain.parameter_text import aliases_text, default_text, takes
from cosine_cli.render.explain.prose import NAME, formula, spans
from cosine_cli.render.explain.recipes import recipes_of
from cosine_cli.render.explain.subject import Subject
from cosine_cli.render.explain.try_it import broken, command
from cosine_cli.render.formula import Writing
from cosine_cli.render.terminal import Size, Terminal
from cosine_cli.studies.summary import summarise

WIDEST = 80
_INDENT = 2
_CHART_LINES = 10
_TITLE = Ink(hue(0), "bold")
_TIMES = (
    "Times are in epochs (in steps with --steps or --tokens), and in steps in the formula. "
    "A suffix overrides this: 10%, 3ep, 500st."
)


class PageContext(NamedTuple):
    """A schedule, the screen and the width used of it, and the notation of formulas."""

    subject: Subject
    terminal: Terminal
    width: int
    writing: Writing

    def flow(self, parts: Iterable[Span], *, then: int = _INDENT) -> list[list[Cell]]:
        """Return indented lines of text; ``then`` is the indent of all but the first."""
        return flowed(parts, self.width, first=_INDENT, then=then)


def schedule_page(subject: Subject, terminal: Terminal, writing: Writing) -> Iterator[list[Cell]]:
    """Yield the lines of a schedule's page: its sections, each with its heading, and empty lines between them."""
    layout = PageContext(subject, terminal, min(terminal.width, WIDEST), writing)
    sections = (
        ("", _head(layout)),
        ("Formula", _formula(layout)),
        ("", _chart(layout)),
        ("Parameters", _params(layout)),
        ("At the boundaries", _boundaries(layout)),
        ("Try it", _try_it(layout)),
        ("Used for", _uses(layout)),
        ("Source", layout.flow(spans(subject.about.source, writing)) if subject.about.source else ()),
        ("In other libraries", layout.flow(_libraries(subject)) if subject.framework_names else ()),
        ("Aliases", layout.flow([Span(_other_names(subject))]) if subject.other_names else ()),
        ("Common misconceptions", _misconceptions(layout)),
    )
    for number, (heading, lines) in enumerate((heading, list(lines)) for heading, lines in sections):
        if lines:
            yield from ([[]] if number else [])
            yield from ([cells([Span(heading, BOLD)])] if heading else [])
            yield from lines


def _head(layout: PageContext) -> Iterator[list[Cell]]:
    name, group = layout.subject.name, layout.subject.framework or layout.subject.schedule.family
    rule = "─" * max(layout.width - len(name) - len(group) - 2, 1)
    yield cells([Span(name, _TITLE), Span(f" {rule} ", DIM), Span(group, DIM)])
    yield from flowed(spans(layout.subject.about.summary, layout.writing, BOLD), layout.width)


def _formula(layout: PageContext) -> Iterator[list[Cell]]:
    about = layout.subject.about
    if about.formula:
        for text in formula(about.formula, layout.writing, layout.width - _INDENT):
            yield cells([Span(" " * _INDENT + text)])
        yield from layout.flow(spans(about.where, layout.writing))


def _chart(layout: PageContext) -> Iterator[list[Cell]]:
    plan = layout.subject.plan
    labels = [curve.label for curve in plan.curves]
    chart = draw_chart(plan, summarise(plan), labels, Size(layout.width, _CHART_LINES), signs_of(layout.terminal))
    yield from flowed([Span(headline(plan), DIM)], layout.width, first=1, then=1)
    yield from chart.lines


def _other_names(subject: Subject) -> str:
    return "; ".join(f"{', '.join(names)} ({note})" for note, names in subject.other_names.items())


def _params(layout: PageContext) -> Iterator[list[Cell]]:
    params = layout.subject.params
    head = [Span(text, DIM) for text in ("name", "meaning", "takes", "default")]
    rows = [
        [
            Span(param.name, NAME),
            Span("; ".join(filter(None, (param.meaning, aliases_text(param))))),
            Span(takes(param)),
            Span(default_text(param)),
        ]
        for param in params
    ]
    yield from in_columns([head, *rows], layout.width, indent=_INDENT)
    if any(param.time for param in params):
        yield from layout.flow([Span(_TIMES, DIM)])


def _boundaries(layout: PageContext) -> Iterator[list[Cell]]:
    """Yield what a framework's schedule does at its boundaries, and how it differs from its equivalent."""
    subject = layout.subject
    rows = [*subject.boundary_behavior.items()]
    rows += [(f"compared with {subject.equivalent}", subject.difference)] if subject.equivalent else []
    for when, what in rows:
        label = Span(f"{when}: ".replace(" ", JOINED), DIM)
        yield from layout.flow([label, *spans(what, layout.writing)], then=2 * _INDENT)


def _try_it(layout: PageContext) -> Sequence[list[Cell]]:
    lines = [part for line in command(layout.subject) for part in broken(line, layout.width - _INDENT)]
    return [cells([Span(" " * _INDENT + line, NAME)]) for line in lines]


def _uses(layout: PageContext) -> Iterator[list[Cell]]:
    for recipe in recipes_of(layout.subject.name):
        yield from recipe_lines(recipe, layout.width)


def _libraries(subject: Subject) -> Iterator[Span]:
    for number, (framework, name) in enumerate(subject.framework_names.items()):
        is_ours = name.startswith(f"{framework}.")
        yield Span(f"{', ' if number else ''}{'' if is_ours else framework + JOINED}", DIM)
        yield Span(name, NAME if is_ours else PLAIN)


def _misconceptions(layout: PageContext) -> Iterator[list[Cell]]:
    for claim, truth in layout.subject.schedule.misconceptions:
        yield from layout.flow([Span(f"“{claim}”", DIM)])
        yield from flowed(spans(truth, layout.writing), layout.width, first=2 * _INDENT, then=2 * _INDENT)
