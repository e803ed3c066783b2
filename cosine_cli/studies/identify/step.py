"""Drops by a constant factor after every fixed number of steps."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET, Curve
from cosine_cli.studies.identify.core.drops import LEAST_LEVELS, after_warmup, drops_of, head_values, with_ranges
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.levels import Levels, time_between
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import refine

_NEARLY_WHOLE = 0.2
"""How far a drop can be from a power of the factor, before its size is refined."""


def find(outline: Outline) -> Iterator[Found]:
    """Yield drops at equal distances."""
    levels = drops_of(outline)
    if (
        levels is None
        or len(levels.starts) < LEAST_LEVELS
        or levels.rates[-1] <= 0.0
        or (np.diff(levels.rates) >= 0.0).any()
    ):
        return
    for own in (("lr", "gamma"), ("lr", "gamma", "min_lr")):
        counted = levels if "min_lr" not in own else _without_last(levels)
        if len(counted.starts) < LEAST_LEVELS:
            return
        size = _step_size(counted)
        if size is None:
            continue
        before, first, gamma = size
        between = time_between(before, first)
        values = {"lr": float(levels.rates[0]), "step_size": between, "gamma": gamma}
        if "min_lr" in own:
            values["min_lr"] = float(levels.rates[-1])
        for head, free in head_values(outline):
            if OFFSET in head:
                continue
            curve = Curve(name="step", values={**values, "step_size": after_warmup(between, first, head), **head})
            found = refine(curve, (*own, *free), outline.edge_rows(levels))
            if found.possible:
                done = finished(found, (*own, *free), outline.edge_rows(levels))
                if done.refined.exact:
                    yield with_ranges(done, {"step_size": (before, first)})
                    return


def _without_last(levels: Levels) -> Levels:
    return Levels(rows=levels.rows, starts=levels.starts[:-1])


def _step_size(levels: Levels) -> tuple[float, float, float] | None:
    """Return the bounds of the time between drops, and the factor of a drop; None if drops are not regular."""
    falls = np.log(levels.rates / levels.rates[0])
    smallest = -np.diff(falls).max()
    counts = np.round(-falls / smallest)
    if np.abs(-falls / smallest - counts).max() > _NEARLY_WHOLE:
        return None
    lasts = np.append(levels.starts[1:], levels.starts[-1] + 1) - 1
    last_times = levels.rows.times[lasts]
    before = float((last_times / (counts + 1.0)).max())
    first = float((levels.times[1:] / counts[1:]).min())
    return (before, first, math.exp(falls[-1] / counts[-1])) if before < first else None
