"""Cosine decay."""

from collections.abc import Iterator, Mapping

import numpy as np

from cosine_cli.studies.identify.core.falls import Fall, Found, falls
from cosine_cli.studies.identify.core.outline import Outline


def find(outline: Outline) -> Iterator[Found]:
    """Yield cosine decays."""
    free = (("lr", "total"), ("lr", "total", "min_lr"))
    yield from falls(Fall(name="cosine", starts=_starts, free=free, fixed={}), outline)


def _starts(outline: Outline, begin: float) -> Iterator[Mapping[str, float]]:
    falling, peak = outline.falling, outline.rows.peak
    lowest = float(falling.rates.min())
    end = float(falling.times[-1])
    for floor in (0.0, 0.1 * lowest, 0.9 * lowest) if outline.floor is None else (outline.floor,):
        share = (peak - lowest) / (peak - floor)
        passed = np.arccos(np.clip(1.0 - 2.0 * share, -1.0, 1.0)) / np.pi
        yield {"lr": peak, "total": max((end - begin) / max(passed, 0.02), 1e-6), "min_lr": floor}
