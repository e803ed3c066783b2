"""What inverse_sqrt and inverse_time share: rates whose inverse, or its square, is on a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline

_LEAST_ROWS = 2
"""Rows that pin a line."""


def inverse_powers(name: str, outline: Outline, *, power: float) -> Iterator[Found]:
    """Yield the fits of a schedule that decays as ``(1 + t / timescale) ** (-1 / power)``."""

    def starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
        falling, floor = outline.falling, outline.floor or 0.0
        above = falling.part(falling.rates > 1.001 * floor)
        if len(above) < _LEAST_ROWS or above.rates[-1] <= 0.0:
            return
        slope, at_0 = np.polyfit(above.times, above.rates**-power, 1, w=above.rates ** (power + 1.0))
        first = at_0 + slope * begin
        if slope > 0 and first > 0:
            yield {"lr": first ** (-1.0 / power), "timescale": first / slope, "min_lr": floor}

    free = (("lr", "timescale"), ("lr", "timescale", "min_lr"))
    yield from falls(Fall(name=name, starts=starts, free=free, fixed={}), outline)
