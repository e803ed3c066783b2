"""Drops at given times; reducing on a plateau looks the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.drops import LEAST_LEVELS, MOST_LEVELS, drop_heads, drops_of, with_ranges
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.levels import time_between
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import refine
from cosine_cli.studies.identify.core.short_numbers import digits


def find(outline: Outline) -> Iterator[Found]:
    """Yield drops by the same factor at given times, and other rates at given times."""
    levels = drops_of(outline)
    if levels is None or not LEAST_LEVELS <= len(levels.starts) <= MOST_LEVELS:
        return
    rates = levels.rates
    for head in drop_heads(outline):
        bounds = (levels.bounds + head.offset).tolist()
        first_drop, *later = (time_between(before, first) for before, first in bounds)
        if first_drop <= 0.0:
            return
        ranges = {f"milestone {at + 1}": (before, first) for at, (before, first) in enumerate(bounds)}
        ranges["milestone 1"] = head.after(bounds[0][0]), bounds[0][1]
        free, milestones = head.free, (head.drop or first_drop, *later)
        falling = (np.diff(rates) < 0.0).all() and rates[-1] > 0.0
        if falling:
            values = {"lr": head.peak, "milestones": milestones, "gamma": float(rates[1]) / head.peak, **head.warmup}
            for own in (("lr", "gamma"), ("lr", "gamma", "min_lr")):
                start = {**values, "min_lr": float(rates[-1])} if "min_lr" in own else values
                if "min_lr" in own and len(rates) == LEAST_LEVELS:
                    continue
                found = refine(Curve(name="multistep", values=start, offset=head.offset), (*own, *free), levels.edges())
                if found.possible:
                    done = finished(found, (*own, *free), outline.edge_rows(levels))
                    if done.refined.exact:
                        yield with_ranges(replace(done, extra=_cost_of(milestones)), ranges)
                        return
        values = {"milestones": milestones, "values": (head.peak, *rates[1:].tolist()), **head.warmup}
        curve = Curve(name="piecewise_constant", values=values, offset=head.offset)
        found = refine(curve, free, outline.edge_rows(levels))
        yield with_ranges(Found(refined=found, free=free, extra=_cost_of((*milestones, *rates.tolist()))), ranges)
        if found.exact:
            return


def _cost_of(numbers: Sequence[float]) -> float:
    return sum(1.0 + digits(number) for number in numbers)
