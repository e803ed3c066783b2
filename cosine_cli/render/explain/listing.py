"""All schedules, one line each, in their families; and which of them to use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.frameworks.core.discovery import frameworks
from cosine_cli.plans.model.options import LR
from cosine_cli.render.ansi import BOLD, DIM, Cell, Ink, hue
from cosine_cli.render.explain.examples import EXAMPLES
from cosine_cli.render.explain.flow import Span, cells, flowed
from cosine_cli.render.explain.prose import NAME, spans
from cosine_cli.render.explain.recipes import RECIPES, TITLE, Recipe
from cosine_cli.render.explain.subject import Subject, by_group
from cosine_cli.render.explain.try_it import broken
from cosine_cli.render.formula import Writing
from cosine_cli.render.sparkline import sparkline
from cosine_cli.text import either

_BARS = 12
"""A quarter of a run, a cycle of most defaults, is three bars."""

_GAP = 2
_LEAST_BESIDE = 30
"""With fewer columns beside the curves, the summaries are below them."""

_HINT = "'cosine-lr explain NAME' describes a schedule."
_FRAMEWORKS = " 'cosine-lr explain torch' lists the schedules of a framework: {frameworks}."


def listing(subjects: Sequence[Subject], width: int, writing: Writing) -> Iterator[list[Cell]]:
    """Yield the lines of the catalogue: name, curve and summary of each schedule, then the recipes."""
    names = max(len(subject.name) for subject in subjects)
    for group, members in by_group(subjects):
        yield cells([Span(group, BOLD)])
        for subject in members:
            yield from _row(subject, names, width, writing)
        yield []
    hint = _HINT
    if not any(subject.framework for subject in subjects):
        yield from _recipes(width)
        hint += _FRAMEWORKS.format(frameworks=either(frameworks()))
    yield from flowed([Span(hint, DIM)], width)


def _row(subject: Subject, names: int, width: int, writing: Writing) -> Iterator[list[Cell]]:
    start = _GAP + names + _GAP + _BARS + _GAP
    beside = width - start >= _LEAST_BESIDE
    name, bars = Span(f"{subject.name:<{names + _GAP}}", NAME), Span(spark(subject), Ink(hue(0)))
    indent = start if beside else 2 * _GAP
    summary = flowed(spans(subject.about.summary.rstrip("."), writing), width, first=indent, then=indent)
    head = cells([Span(" " * _GAP), name, bars])
    if beside:
        yield from ([*head, *summary[0][start - _GAP :]], *summary[1:])
    elif start - _GAP <= width:
        yield from (head, *summary)
    else:
        yield from (*flowed([Span(subject.name, NAME)], width, first=_GAP, then=2 * _GAP), *summary)
        yield cells([Span(" " * indent), bars])


def _recipes(width: int) -> Iterator[list[Cell]]:
    yield cells([Span(TITLE, BOLD)])
    for recipe in RECIPES:
        yield from recipe_lines(recipe, width)
    yield []


def recipe_lines(recipe: Recipe, width: int) -> Iterator[list[Cell]]:
    """Yield a case, and below it its command and source."""
    inner = 2 * _GAP
    yield from flowed([Span(recipe.case)], width, first=_GAP, then=inner)
    yield from (cells([Span(" " * inner), Span(line, NAME)]) for line in broken(recipe.command, width - inner))
    yield from flowed([Span(recipe.source, DIM)], width, first=inner, then=inner)


def spark(subject: Subject) -> str:
    """Return the curve of a schedule as bars; an example is relative to the default learning rate."""
    peak = LR.default if subject.name in EXAMPLES else None
    return sparkline(subject.plan.curves[0].schedule, subject.plan.clock.total, peak, bars=_BARS)
