"""How frameworks' schedules differ from a plan's curves, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from cosine_cli.plans.model.clock import Clock, whole
from cosine_cli.render.terminal import Terminal
from cosine_cli.studies.dialects import Dialect
from cosine_cli.text import number, visible


def sentences(found: Iterable[Dialect], clock: Clock, terminal: Terminal) -> Iterator[bytes]:
    """Yield a line a framework and curve, to stand under what is shown of the plan."""
    for dialect in found:
        yield terminal.encode(f" {sentence(dialect, clock)}\n")


def sentence(dialect: Dialect, clock: Clock) -> str:
    """Say what a framework makes of a curve: where its rates first differ, and by how much."""
    curve, difference = visible(dialect.curve), dialect.difference
    if dialect.name is None:
        return f"{curve}: {dialect.framework} has no schedule of this shape"
    if difference.first is None:
        past = f"; past it: {dialect.past_the_end}" if dialect.past_the_end else ""
        return f"{curve}: {dialect.name} gives the same rates to the end{past}"
    first = f"{curve}: {dialect.name} first differs at {_at(difference.first, clock)}, {_by(difference.by)}"
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
