"""One update in several rows of the log: the curve of updates is sampled at every row, and each update has many rows.

A log that counts micro-batches or environment steps shows it. If rows are far apart, no stairs are visible, but no
smooth curve is exact either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import approach, refine
from cosine_cli.studies.identify.core.snap import is_plain

_LARGEST = 64
_FAMILIES = ("linear", "cosine", "polynomial", "exponential")
_FEWEST = 3
"""So many of the closest fits are tried with each number of rows per update."""

_NEAR = 0.05


def one_in_several(found: Sequence[tuple[Found, float]], outline: Outline) -> Iterator[Found]:
    """Yield the closest curves with the number of rows per update with which they are exact."""
    peak = outline.rows.peak
    near = [each for each, _ in found if each.refined.curve.name in _FAMILIES and not each.refined.curve.ahead]
    room = float(np.median(outline.rows.allowed)) / peak
    near = sorted((each for each in near if each.refined.excess * room < _NEAR), key=lambda each: each.refined.excess)
    rows = outline.rows.thinned(160)
    for each in near[:_FEWEST]:
        free = tuple(name for name in each.free if name != "offset")
        for offset in (0.0, -1.0):
            trials = [
                (approach(replace(each.refined.curve, every=every, offset=offset), free, rows), every)
                for every in _sizes(outline)
            ]
            (curve, _), every = min(trials, key=lambda trial: trial[0][1])
            done = finished(refine(curve, free, rows), free, outline.rows)
            if done.refined.exact and is_plain(done.refined.curve, free) and done.refined.curve.get("power") != 1.0:
                yield replace(done, extra=2.0 + done.extra)
                return


def _sizes(outline: Outline) -> list[float]:
    """Return numbers of rows per update: small ones, and the commonest distance between rows."""
    spans, counts = np.unique(np.diff(outline.rows.times), return_counts=True)
    return [*map(float, range(2, _LARGEST + 1)), *(float(span) for span in spans[np.argsort(-counts)][:2] if span > 1)]
