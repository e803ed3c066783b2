"""The vertical positions of end values, moved apart so that none overlap."""

from __future__ import annotations

from collections.abc import Sequence

PITCH = 11.5
"""The smallest distance between two end values, in points."""


def pushed_apart(heights: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Return positions at least ``pitch`` apart within ``[low, high]``, moved as little as possible.

    The first of equal heights is the lowest. If the range is too small, they are spaced evenly.

    >>> pushed_apart([0.0, 2.0, 50.0], 10.0, 0.0, 100.0)
    [0.0, 10.0, 50.0]
    """
    if not heights:
        return []
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    pitch = min(pitch, max(high - low, 0.0) / max(len(heights) - 1, 1))
    # With its rank times the pitch subtracted, each must only be no lower than the one below.
    levels = _rising([heights[i] - rank * pitch for rank, i in enumerate(order)])
    top = max(high - (len(heights) - 1) * pitch, low)
    places = [0.0] * len(heights)
    for rank, (i, level) in enumerate(zip(order, levels, strict=True)):
        places[i] = min(max(level, low), top) + rank * pitch
    return places


def _rising(values: Sequence[float]) -> list[float]:
    """Return the nearest non-decreasing values (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            below, size = pools.pop()
            mean, count = (below * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    return [mean for mean, count in pools for _ in range(count)]
