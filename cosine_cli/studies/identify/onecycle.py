"""One increase to the peak, then a longer decay to far below the initial rate."""

from collections.abc import Iterator

import numpy as np

from cosine_cli.studies.identify.core.curve import Curve
from cosine_cli.studies.identify.core.falls import Found, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import refine

_FREE = ("lr", "total", "warmup", "div")


def find(outline: Outline) -> Iterator[Found]:
    """Yield one-cycle schedules with cosine and with linear phases."""
    if outline.first < 2 or not (outline.rises_once and outline.falls_once) or outline.last == len(outline.rows) - 1:
        return
    rows, screened = outline.rows, outline.rows.thinned(160)
    peak_time = float(rows.times[outline.first] + rows.times[outline.last]) / 2
    for anneal in ("cosine", "linear"):
        for total in _totals(outline, peak_time, anneal):
            values = {"lr": rows.peak, "total": total, "warmup": peak_time, "div": _div(outline), "final_div": 1e4}
            curve = Curve(name="onecycle", values={**values, "anneal": anneal})
            found, free = refine(curve, _FREE, screened), _FREE
            if not found.exact:
                free = (*_FREE, "final_div")
                other = refine(found.curve, free, screened)
                found, free = (other, free) if other.excess < found.excess else (found, _FREE)
            done = finished(found, free, rows)
            yield done
            if done.refined.exact:
                return


def _div(outline: Outline) -> float:
    first = float(outline.rows.rates[0])
    return max(outline.rows.peak / first, 1.0) if first > 0 else 25.0


def _totals(outline: Outline, peak_time: float, anneal: str) -> Iterator[float]:
    falling = outline.falling
    share = float(falling.rates[-1]) / falling.peak
    last = float(falling.times[-1])
    passed = np.arccos(np.clip(2.0 * share - 1.0, -1.0, 1.0)) / np.pi if anneal == "cosine" else 1.0 - share
    yield peak_time + (last - peak_time) / max(float(passed), 0.02)
