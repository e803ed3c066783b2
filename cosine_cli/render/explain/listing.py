"""All schedules, a line each, in their families."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cosine_cli.frameworks.core.catalogue import frameworks
from cosine_cli.render.ansi import BOLD, DIM, Cell, Ink, hue
from cosine_cli.render.explain.flow import Span, cells, flowed
from cosine_cli.render.explain.prose import NAME, spans
from cosine_cli.render.explain.subject import Subject, grouped
from cosine_cli.render.formula import Writing
from cosine_cli.render.sparkline import sparkline
from cosine_cli.text import either

_BARS = 12
"""A quarter of a run, a cycle of most defaults, is three of them."""

_NATIVE = "torch.CosineAnnealingLR"
_GAP = 2
_LEAST_BESIDE = 30
"""With less room beside the curves, what they are stands under them."""


def listing(subjects: Sequence[Subject], width: int, writing: Writing) -> Iterator[list[Cell]]:
    """Yield the lines of the catalogue: name, curve, and what it is."""
    names = max(len(subject.name) for subject in subjects)
    start = _GAP + names + _GAP + _BARS + _GAP
    beside = width - start >= _LEAST_BESIDE
    for number, (group, members) in enumerate(grouped(subjects)):
        yield from ([[]] if number else [])
        yield cells([Span(group, BOLD)])
        for subject in members:
            name, bars = Span(f"{subject.name:<{names + _GAP}}", NAME), Span(spark(subject), Ink(hue(0)))
            indent = start if beside else 2 * _GAP
            told = flowed(spans(subject.about.summary.rstrip("."), writing), width, first=indent, then=indent)
            head = cells([Span(" " * _GAP), name, bars])
            if beside:
                yield from ([*head, *told[0][start - _GAP :]], *told[1:])
            elif start - _GAP <= width:
                yield from (head, *told)
            else:
                yield from (*flowed([Span(subject.name, NAME)], width, first=_GAP, then=2 * _GAP), *told)
                yield cells([Span(" " * indent), bars])
    yield []
    hint = "cosine-lr explain NAME tells all of one."
    if not any(subject.framework for subject in subjects):
        hint += f" Frameworks' own are said as {_NATIVE}: explain {either(frameworks())} lists them."
    yield from flowed([Span(hint, DIM)], width)


def spark(subject: Subject) -> str:
    """Return the curve with its defaults in bars."""
    return sparkline(subject.plan.curves[0], subject.plan.clock.total, bars=_BARS)
