"""Drops at given times; reducing on a plateau looks the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.drops import (
    LEAST_LEVELS,
    MOST_LEVELS,
    after_warmup,
    drops_of,
    head_values,
    with_ranges,
)
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.levels import Levels, time_between
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import refine
from cosine_cli.studies.identify.core.short_numbers import digits


def find(outline: Outline) -> Iterator[Found]:
    """Yield drops by the same factor at given times, and other rates at given times."""
    levels = drops_of(outline)
    if levels is None or not LEAST_LEVELS <= len(levels.starts) <= MOST_LEVELS:
        return
    bounds, rates = levels.bounds.tolist(), levels.rates
    milestones = tuple(time_between(before, first) for before, first in bounds)
    if milestones[0] <= 0.0:
        return
    ranges = {f"milestone {at + 1}": (before, first) for at, (before, first) in enumerate(bounds)}
    falling = (np.diff(rates) < 0.0).all() and rates[-1] > 0.0
    for head, free in head_values(outline):
        after = (after_warmup(milestones[0], bounds[0][1], head), *milestones[1:])
        for found in _by_a_factor(after, levels, head, free, outline) if falling else ():
            yield with_ranges(found, ranges)
            return
        if "lr" in head:
            continue
        curve = Curve(name="piecewise_constant", values={"milestones": after, "values": tuple(rates.tolist()), **head})
        refined = refine(curve, free, outline.edge_rows(levels))
        yield with_ranges(Found(refined=refined, free=free, extra=_cost_of((*after, *rates.tolist()))), ranges)
        if refined.exact:
            return


def _by_a_factor(
    milestones: tuple[float, ...], levels: Levels, head: Mapping[str, Any], free: tuple[str, ...], outline: Outline
) -> Iterator[Found]:
    """Yield an exact fit of drops by the same factor, down to a least rate or without one."""
    rates = levels.rates
    values = {"lr": float(rates[0]), "milestones": milestones, "gamma": float(rates[1] / rates[0]), **head}
    for own in (("lr", "gamma"), ("lr", "gamma", "min_lr")):
        start = {**values, "min_lr": float(rates[-1])} if "min_lr" in own else values
        if "min_lr" in own and len(rates) == LEAST_LEVELS:
            continue
        found = refine(Curve(name="multistep", values=start), (*own, *free), outline.edge_rows(levels))
        if found.possible:
            done = finished(found, (*own, *free), outline.edge_rows(levels))
            if done.refined.exact:
                yield replace(done, extra=_cost_of(milestones))
                return


def _cost_of(numbers: Sequence[float]) -> float:
    return sum(1.0 + digits(number) for number in numbers)
