"""Linear decay."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline


def find(outline: Outline) -> Iterator[Found]:
    """Yield linear decays."""
    yield from falls(Fall(name="linear", starts=_starts, free=(("lr", "total"), ("lr", "total", "min_lr")), fixed={}), outline)


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling = outline.falling
    slope, at_0 = np.polyfit(falling.times, falling.rates, 1)
    floor = outline.floor or 0.0
    peak = max(at_0 + slope * begin, falling.peak)
    if slope < 0:
        yield {"lr": peak, "total": (floor - peak) / slope, "min_lr": floor}
