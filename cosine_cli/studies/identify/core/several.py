"""One update in several rows of the log: the curve of updates is sampled at every row, and each update has many rows.

A log that counts micro-batches or environment steps shows it. If rows are far apart, no stairs are visible, but no
smooth curve is exact either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET
from cosine_cli.studies.identify.core.falls import Found, distance, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import approach, refine
from cosine_cli.studies.identify.core.snap import is_plain

_LARGEST = 64
_FAMILIES = ("linear", "cosine", "polynomial", "exponential")
_SCREENED = 120
_FEWEST = 3
"""So many of the closest fits are tried with each number of rows per update."""

_NEAR = 0.05


def one_in_several(found: Sequence[tuple[Found, float]], outline: Outline) -> Iterator[Found]:
    """Yield the closest curves with the number of rows per update with which they are exact."""
    rows = outline.rows.thinned(_SCREENED)
    for each in _closest([each for each, _ in found], outline):
        free = tuple(name for name in each.free if name != OFFSET)
        sizes = _sizes(each, outline)
        for offset in (0.0, -1.0) if sizes else ():
            starts = [replace(each.refined.curve, every=every, offset=offset) for every in sizes]
            curve, _ = min((approach(start, free, rows) for start in starts), key=lambda trial: trial[1])
            done = finished(refine(curve, free, rows), free, outline.rows)
            if done.refined.exact and is_plain(done.refined.curve, free) and done.refined.curve.get("power") != 1.0:
                yield replace(done, extra=2.0 + done.extra)
                return


def _closest(found: Sequence[Found], outline: Outline) -> list[Found]:
    """Return the fits of different schedules that come closest, those with few parameters first."""
    near = [each for each in found if each.refined.curve.name in _FAMILIES and not each.refined.curve.ahead]
    near = sorted((each for each in near if _error(each, outline) < _NEAR), key=distance, reverse=True)
    best = {each.refined.curve.name: each for each in near}
    return list(best.values())[::-1][:_FEWEST]


def _error(found: Found, outline: Outline) -> float:
    """Return the largest error relative to the peak."""
    rates = found.refined.curve.rates(outline.rows.times)
    return float(np.abs(rates - outline.rows.rates).max()) / outline.rows.peak if rates is not None else np.inf


def _sizes(found: Found, outline: Outline) -> list[float]:
    """Return numbers of rows per update, small ones and the commonest distances, that explain the size of the errors.

    Stairs are below or above a smooth curve by half of what it changes in one of them.
    """
    rows = outline.rows
    smooth = found.refined.curve.rates(rows.times)
    assert smooth is not None  # noqa: S101 - its errors are small
    steepest = float(np.abs(np.diff(smooth) / np.diff(rows.times)).max())
    expected = 2.0 * _error(found, outline) * rows.peak / steepest
    spans, counts = np.unique(np.diff(rows.times), return_counts=True)
    sizes = {*map(float, range(2, _LARGEST + 1)), *spans[np.argsort(-counts)][:2].tolist()}
    return sorted(size for size in sizes if size > 1.0 and expected / 4.0 <= size <= expected * 2.0)
