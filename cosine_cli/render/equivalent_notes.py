"""Sentences about how frameworks' schedules differ from a plan's curves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cosine_cli.plans.model.clock import Clock, whole
from cosine_cli.render.terminal import Terminal
from cosine_cli.studies.equivalents import Equivalent
from cosine_cli.text import number, visible


def sentences(found: Iterable[Equivalent], terminal: Terminal) -> Iterator[bytes]:
    """Yield one line per framework and curve, to print below the plan."""
    for equivalent in found:
        yield terminal.encode(f" {sentence(equivalent)}\n")


def sentence(equivalent: Equivalent) -> str:
    """Return where the rates of a framework first differ from a curve, and by how much."""
    curve, difference, clock = visible(equivalent.curve), equivalent.difference, equivalent.clock
    if equivalent.name is None:
        return f"{curve}: {equivalent.framework} has no schedule of this shape"
    if difference.first is None:
        past = f"; after the end: {equivalent.past_the_end}" if equivalent.past_the_end else ""
        return f"{curve}: {equivalent.name} gives the same rates up to the end{past}"
    first = f"{curve}: {equivalent.name} first differs at {_at(difference.first, clock)}, {_by(difference.by)}"
    if difference.most_at == difference.first:
        return first
    return f"{first}; most at {_at(difference.most_at, clock)}, {_by(difference.most)}"


def _at(update: int, clock: Clock) -> str:
    if clock.unit == "epoch" and clock.unit_steps > 1:
        return f"update {update} (epoch {number(clock.units(update), digits=4)})"
    return f"{clock.unit} {whole(update)}"


def _by(difference: float) -> str:
    if math.isnan(difference):
        return "where only one has a rate"
    return f"by {'+' if difference > 0 else ''}{number(difference)}"
