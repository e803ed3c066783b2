"""Linear decay."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.curve import OFFSET
from cosine_cli.studies.identify.core.ends import other_ends
from cosine_cli.studies.identify.core.falls import Fall, Found, falls, finished
from cosine_cli.studies.identify.core.outline import Outline
from cosine_cli.studies.identify.core.refine import Refined


def find(outline: Outline) -> Iterator[Found]:
    """Yield linear decays; a line has the same rates with another offset, peak and end."""
    shape = Fall(name="linear", starts=_starts, free=(("lr", "total"), ("lr", "total", "min_lr")), fixed={})
    for found in falls(shape, outline):
        yield found
        for shifted in (found, *_shifted(found, outline)):
            yield shifted
            yield from other_ends(shifted, outline, length="total")


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling = outline.falling
    slope, at_0 = np.polyfit(falling.times, falling.rates, 1)
    floor = outline.floor or 0.0
    peak = max(at_0 + slope * begin, falling.peak)
    if slope < 0:
        yield {"lr": peak, "total": (floor - peak) / slope, "min_lr": floor}


def _shifted(found: Found, outline: Outline) -> Iterator[Found]:
    """Yield the same line if row t has the rate of update t - 1, as logs of Transformers have it."""
    curve = found.refined.curve
    if outline.first or curve.offset or outline.rows.times[0] < 1.0 or not found.refined.exact:
        return
    before = curve.rates(np.array([1.0]))
    if before is not None:
        moved = curve.having({"lr": float(before[0]), "total": curve.get("total") - 1.0, OFFSET: -1.0})
        done = finished(Refined(moved, 1.0), found.free, outline.rows)
        yield Found(refined=done.refined, free=(*found.free, OFFSET))
