"""Decay with the inverse square root of time."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline

_LEAST_ROWS = 2
"""Rows that pin a line."""


def find(outline: Outline) -> Iterator[Found]:
    """Yield decays with the inverse square root of time."""
    free = (("lr", "timescale"), ("lr", "timescale", "min_lr"))
    yield from falls(Fall(name="inverse_sqrt", starts=_starts, free=free, fixed={}), outline)


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling, floor = outline.falling, outline.floor or 0.0
    above = falling.part(falling.rates > 1.001 * floor)
    if len(above) < _LEAST_ROWS or above.rates[-1] <= 0.0:
        return
    slope, at_0 = np.polyfit(above.times, above.rates**-2.0, 1, w=above.rates**3)
    if slope > 0 and at_0 + slope * begin > 0:
        yield {"lr": (at_0 + slope * begin) ** -0.5, "timescale": (at_0 + slope * begin) / slope, "min_lr": floor}
