"""Drops at given times; reducing on a plateau looks the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
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
    rates = levels.rates
    falling = (np.diff(rates) < 0.0).all() and rates[-1] > 0.0
    for head, free in head_values(outline):
        bounds = (levels.bounds + head.get(OFFSET, 0.0)).tolist()
        first, *later = (time_between(*each) for each in bounds)
        if first <= 0.0:
            return
        ranges = {f"milestone {at}": (before, after) for at, (before, after) in enumerate(bounds, 1)}
        milestones = (after_warmup(first, bounds[0][1], head), *later)
        for found in _by_a_factor(milestones, levels, head, free, outline) if falling else ():
            yield with_ranges(found, ranges)
            return
        if "lr" in head:
            continue
        values = {"milestones": milestones, "values": tuple(rates.tolist())}
        curve = Curve(name="piecewise_constant", values=values).having(head)
        refined = refine(curve, free, outline.edge_rows(levels))
        yield with_ranges(Found(refined=refined, free=free, extra=_cost_of((*milestones, *rates.tolist()))), ranges)
        if refined.exact:
            return


def _by_a_factor(
    milestones: tuple[float, ...], levels: Levels, head: Mapping[str, Any], free: tuple[str, ...], outline: Outline
) -> Iterator[Found]:
    """Yield an exact fit of drops by the same factor, down to a least rate or without one."""
    rates = levels.rates
    values = {"lr": float(rates[0]), "milestones": milestones, "gamma": float(rates[1] / rates[0])}
    for own in (("lr", "gamma"), ("lr", "gamma", "min_lr")):
        start = {**values, "min_lr": float(rates[-1])} if "min_lr" in own else values
        if "min_lr" in own and len(rates) == LEAST_LEVELS:
            continue
        found = refine(Curve(name="multistep", values=start).having(head), (*own, *free), outline.edge_rows(levels))
        if found.possible:
            done = finished(found, (*own, *free), outline.edge_rows(levels))
            if done.refined.exact:
                yield replace(done, extra=_cost_of(milestones))
                return


def _cost_of(numbers: Sequence[float]) -> float:
    return sum(1.0 + digits(number) for number in numbers)
