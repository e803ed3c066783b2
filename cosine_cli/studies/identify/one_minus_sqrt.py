"""Decay with one minus the square root of time."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.ends import other_ends
from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline


def find(outline: Outline) -> Iterator[Found]:
    """Yield decays with one minus the square root of time."""
    free = (("lr", "total"), ("lr", "total", "min_lr"))
    for found in falls(Fall(name="one_minus_sqrt", starts=_starts, free=free, fixed={}), outline):
        yield found
        yield from other_ends(found, outline, length="total")


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling, floor = outline.falling, outline.floor or 0.0
    roots = np.sqrt(np.maximum(falling.times - begin, 0.0))
    if not roots.any():  # every row is before the decay
        return
    slope, peak = np.polyfit(roots, falling.rates, 1)
    if slope < 0 and peak > floor:
        yield {"lr": peak, "total": ((peak - floor) / slope) ** 2, "min_lr": floor}
