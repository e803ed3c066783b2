"""Polynomial decay."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline

GENERAL = True


def find(outline: Outline) -> Iterator[Found]:
    """Yield polynomial decays that are not linear."""
    free = (("lr", "total", "power"), ("lr", "total", "power", "min_lr"))
    for found in falls(Fall(name="polynomial", starts=_starts, free=free, fixed={}), outline):
        if found.refined.curve.get("power") != 1.0:
            yield found


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling, lowest = outline.falling, float(outline.rows.rates[-1])
    for power, share in ((2.0, 0.0), (0.9, 0.0), (0.5, 0.0), (0.5, 0.8)):
        floor = outline.floor or share * lowest
        roots = np.maximum(falling.rates - floor, 0.0) ** (1.0 / power)
        slope, at_0 = np.polyfit(falling.times, roots, 1)
        end = max(-at_0 / slope if slope < 0 else 0.0, float(falling.times[-1]) * (1.0 + 1e-9))
        peak = max(falling.peak, floor + float(max(at_0 + slope * begin, 0.0)) ** power)
        yield {"lr": min(peak, 3.0 * falling.peak), "total": max(end - begin, 1e-6), "power": power, "min_lr": floor}
