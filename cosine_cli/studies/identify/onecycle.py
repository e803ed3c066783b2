"""One increase to the peak, then a longer decay to far below the initial rate."""

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found, finished, misses_decay
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import approach, refine

_LEAST_RISING = 2
"""Rows that pin the rate at which a cycle begins, and how it rises."""

_MISSED = 0.1
"""A decay that is off by this share of the peak is not made right by another last rate."""

_FREE = ("lr", "total", "warmup", "div")


def find(outline: Outline) -> Iterator[Found]:
    """Yield one-cycle schedules with cosine and with linear phases."""
    if (
        outline.first < _LEAST_RISING
        or not (outline.rises_once and outline.falls_once)
        or outline.last == len(outline.rows) - 1
    ):
        return
    for anneal in ("cosine", "linear"):
        trials = list(_trials(anneal, outline))
        exact = [each for each in trials if each.refined.exact]
        yield from sorted(exact, key=lambda each: each.cost)[:2] or trials[:1]


_FINALS = (1e4, 100.0, 1e3, 10.0, 25.0, 1e5, 1.0, None)
"""Quotients of the first and the last rate that are common; None if it is free."""


def _trials(anneal: str, outline: Outline) -> Iterator[Found]:
    """Yield the fits with each last rate; only the first if its decay is far from the rows."""
    for final in _FINALS:
        found = _with(final, anneal, outline)
        if found is not None:
            yield found
            if misses_decay(found, outline, share=_MISSED):
                return


def _with(final: float | None, anneal: str, outline: Outline) -> Found | None:
    rows, screened = outline.rows, outline.rows.thinned(160)
    peak_time = float(rows.times[outline.first] + rows.times[outline.last]) / 2
    free = _FREE if final else (*_FREE, "final_div")
    values = {
        "lr": rows.peak,
        "total": _total(outline, peak_time, anneal),
        "warmup": peak_time,
        "div": _div(outline),
        "final_div": final or 10.0,
        "anneal": anneal,
    }
    totals = [_total(outline, peak_time, anneal) * factor for factor in (1.0, 0.7, 1.5, 3.0)]
    starts = (Curve(name="onecycle", values={**values, "total": total}) for total in totals if total > 1.01 * peak_time)
    curve, _ = min((approach(start, free, screened) for start in starts), key=lambda pair: pair[1])
    found = refine(curve, free, screened)
    return finished(found, free, rows) if np.isfinite(found.excess) else None


def _div(outline: Outline) -> float:
    first = float(outline.rows.rates[0])
    return max(outline.rows.peak / first, 1.0) if first > 0 else 25.0


def _total(outline: Outline, peak_time: float, anneal: str) -> float:
    falling = outline.falling
    share = float(falling.rates[-1]) / falling.peak
    last = float(falling.times[-1])
    passed = np.arccos(np.clip(2.0 * share - 1.0, -1.0, 1.0)) / np.pi if anneal == "cosine" else 1.0 - share
    return peak_time + (last - peak_time) / max(float(passed), 0.02)
