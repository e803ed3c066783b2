"""A cosine wave that rises again after its floor, as PyTorch's ``CosineAnnealingLR`` does after ``T_max``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import approach, refine
from cosine_cli.studies.identify.core.rows import Rows

_SCREENED = 300
_FREE = ("lr", "T_max", "eta_min")
_ENDS = ("lr", "eta_min")
_STEEPER = 3.0
_MOST_TURNS = 0.25
"""Rates that turn at more of the rows are noise. To try waves on them is slow, as PyTorch's recursion is."""


def find(outline: Outline) -> Iterator[Found]:
    """Yield waves over the whole curve."""
    rows = outline.rows
    changes = np.diff(rows.rates)
    only_falls = outline.falls_once and not (outline.first == len(rows) - 1 and (changes < 0.0).any())
    if only_falls or rows.rates[0] < 0.5 * rows.peak or not (changes > 0.0).any():
        return
    if np.mean(changes[1:] * changes[:-1] < 0.0) > _MOST_TURNS or _jumps(rows):
        return
    yield from _whole(outline)
    lowest = int(np.flatnonzero(changes > 0.0)[0])
    turn = float(rows.times[lowest])
    screened = rows.thinned(_SCREENED)
    starts = [
        Curve(
            name="torch.CosineAnnealingLR",
            values={"lr": rows.peak, "T_max": turn * by, "eta_min": float(rows.rates.min())},
        )
        for by in (1.0, 0.99, 1.01, 0.97, 1.03)
        if turn > 0.0
    ]
    if starts:
        curve, _ = min((approach(start, _FREE, screened) for start in starts), key=lambda pair: pair[1])
        yield finished(refine(curve, _FREE, screened), _FREE, rows)


def _whole(outline: Outline) -> Iterator[Found]:
    """Yield the first exact wave of a whole number of steps around the row at which the rate first turns."""
    rows = outline.rows
    turn = float(rows.times[int(np.flatnonzero(np.diff(rows.rates) > 0.0)[0])])
    for length in (round(turn) + by for by in (0, -1, 1)):
        for offset in (0.0, -1.0):
            values = {"lr": rows.peak, "T_max": length, "eta_min": float(rows.rates.min())}
            curve = Curve(name="torch.CosineAnnealingLR", values=values, offset=offset)
            found = refine(curve, _ENDS, rows.thinned(_SCREENED)) if length > 0 else None
            if found is not None and found.possible:
                done = finished(found, _ENDS, rows)
                if done.refined.exact:
                    yield done
                    return


def _jumps(rows: Rows) -> bool:
    """Tell whether rates rise much faster than they fall, as at restarts; a wave does not."""
    slopes = np.diff(rows.rates) / np.diff(rows.times)
    return bool(slopes.max() > _STEEPER * -slopes.min())
