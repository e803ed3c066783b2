"""The end values at the right edge, pushed apart so that each can be read."""

from __future__ import annotations

from collections.abc import Sequence

PITCH = 11.5
"""How far apart two of them stand at least, in points."""


def pushed_apart(heights: Sequence[float], pitch: float, low: float, high: float) -> list[float]:
    """Return places at least ``pitch`` apart within ``[low, high]`` that move as little as they can; ties keep order.

    Of equal heights the first is the lowest. Where there is too little room they share it evenly.

    >>> pushed_apart([0.0, 2.0, 50.0], 10.0, 0.0, 100.0)
    [0.0, 10.0, 50.0]
    """
    if not heights:
        return []
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    pitch = min(pitch, max(high - low, 0.0) / max(len(heights) - 1, 1))
    # Less its rank times the pitch, each only has to stand no lower than the one below it.
    levels = _rising([heights[i] - rank * pitch for rank, i in enumerate(order)])
    top = max(high - (len(heights) - 1) * pitch, low)
    places = [0.0] * len(heights)
    for rank, (i, level) in enumerate(zip(order, levels, strict=True)):
        places[i] = min(max(level, low), top) + rank * pitch
    return places


def _rising(values: Sequence[float]) -> list[float]:
    """Return the nearest values that never fall, by pooling adjacent violators."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            below, size = pools.pop()
            mean, count = (below * size + mean * count) / (size + count), size + count
        pools.append((mean, count))
    return [mean for mean, count in pools for _ in range(count)]
