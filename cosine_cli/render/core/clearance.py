"""Distances of boxes from curves and from one another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_IN_CACHE = 8192
"""The number of distances computed at once: larger temporaries cause page faults."""

Points = NDArray[np.float64]
"""An array ``(N, 2)`` of positions; a row of NaN lifts the pen."""

Boxes = NDArray[np.float64]
"""An array ``(N, 4)``: left, bottom, right, top."""


def gaps(boxes: Boxes, points: Points) -> NDArray[np.float64]:
    """Return the distance of each box from the nearest of ``points``, 0 if one is inside it."""
    nearest = np.full(len(boxes), np.inf)
    if len(points):
        block = max(_IN_CACHE // len(points), 1)
        for start in range(0, len(boxes), block):
            nearest[start : start + block] = _gaps(boxes[start : start + block], *points.T)
    return nearest


def _gaps(boxes: Boxes, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    dx = np.maximum(boxes[:, 0, None] - x, x - boxes[:, 2, None])
    dy = np.maximum(boxes[:, 1, None] - y, y - boxes[:, 3, None])
    np.maximum(dx, 0.0, out=dx)
    np.maximum(dy, 0.0, out=dy)
    dx *= dx
    dy *= dy
    dx += dy
    nearest: NDArray[np.float64] = np.sqrt(dx.min(axis=1))
    return nearest


def gaps_to_boxes(boxes: Boxes, words: Boxes) -> NDArray[np.float64]:
    """Return the distance of each box from the nearest of ``words``, 0 if they overlap."""
    if not len(words):
        return np.full(len(boxes), np.inf)
    dx = np.maximum(boxes[:, 0, None] - words[:, 2], words[:, 0] - boxes[:, 2, None])
    dy = np.maximum(boxes[:, 1, None] - words[:, 3], words[:, 1] - boxes[:, 3, None])
    nearest: NDArray[np.float64] = np.hypot(np.maximum(dx, 0.0), np.maximum(dy, 0.0)).min(axis=1)
    return nearest
