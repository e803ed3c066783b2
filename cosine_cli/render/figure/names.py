"""Where a curve's name stands: beside it, clear of every other curve and of all other words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.figure.marks import Points
from cosine_cli.render.figure.page import Box

_ANCHORS = 80
_BESIDE, _DIAGONAL, _OVER = 9.0, 5.0, 7.0
_FROM_OWN, _FROM_OTHERS, _FROM_WORDS = 4.5, 5.5, 5.0
_AIR_OTHERS, _AIR_WORDS = 30.0, 24.0
_MIDDLE = 55.0

Boxes = NDArray[np.float64]
"""An array ``(N, 4)``: left, bottom, right, top."""


class Size(NamedTuple):
    """How wide and how high a name is."""

    width: float
    height: float


class Surroundings(NamedTuple):
    """What a name has to keep clear of: the edge of the axes, the curves, words, and if it can grid lines.

    - ``curves``: points along each curve, as near to one another as a name may come to it.
    - ``grid``: heights of the grid lines.
    """

    box: Box
    curves: Sequence[Points]
    words: Boxes
    grid: NDArray[np.float64]


def place_all(sizes: Sequence[Size], around: Surroundings, scale: float) -> list[Box] | None:
    """Return a place for the name of each curve, one after the other; None where one of them finds none."""
    placed: list[Box] = []
    for index, size in enumerate(sizes):
        words = np.concatenate((around.words, np.array(placed).reshape(-1, 4)))
        found = place(index, size, around._replace(words=words), scale)
        if found is None:
            return None
        placed.append(found)
    return placed


def place(index: int, size: Size, around: Surroundings, scale: float) -> Box | None:
    """Return the best place for the name of the curve at ``index``, None where there is none."""
    boxes, right = _candidates(around.curves[index], size, scale)
    keep = _inside(boxes, around.box)
    boxes, right = boxes[keep], right[keep]
    own = gaps(boxes, around.curves[index])
    others = _nearest(boxes, [points for i, points in enumerate(around.curves) if i != index])
    words = _gaps_to_boxes(boxes, around.words)
    clear = (own >= _FROM_OWN * scale) & (others >= _FROM_OTHERS * scale) & (words >= _FROM_WORDS * scale)
    if not clear.any():
        return None
    score = np.minimum(others / scale, _AIR_OTHERS) + 0.5 * np.minimum(words / scale, _AIR_WORDS)
    score += -1.2 * np.abs(own / scale - _OVER) - 9.0 * _crossed(boxes, around.grid) + 4.0 * right
    score -= 0.03 * np.abs(_percent(boxes, around.box) - _MIDDLE)
    best = int(np.argmax(np.where(clear, score, -np.inf)))
    return Box(*boxes[best].tolist())


def _candidates(points: Points, size: Size, scale: float) -> tuple[Boxes, NDArray[np.bool_]]:
    """Return eight boxes around each of many anchors on a curve, and which of them are right of it."""
    anchors = points[np.linspace(0, len(points) - 1, _ANCHORS).round().astype(int)]
    (w, h), beside, diagonal, over = size, _BESIDE * scale, _DIAGONAL * scale, _OVER * scale
    corners = np.array(
        [
            (beside, -h / 2),
            (-beside - w, -h / 2),
            (-w / 2, over),
            (-w / 2, -over - h),
            (beside, diagonal),
            (beside, -diagonal - h),
            (-beside - w, diagonal),
            (-beside - w, -diagonal - h),
        ]
    )
    low = (anchors[:, None, :] + corners[None, :, :]).reshape(-1, 2)
    return np.hstack((low, low + (w, h))), np.tile(corners[:, 0] > 0, len(anchors))


def _inside(boxes: Boxes, box: Box) -> NDArray[np.bool_]:
    low = (boxes[:, 0] >= box.left) & (boxes[:, 1] >= box.bottom)
    return low & (boxes[:, 2] <= box.right) & (boxes[:, 3] <= box.top)


def gaps(boxes: Boxes, points: Points) -> NDArray[np.float64]:
    """Return how far the nearest of ``points`` is from each box, 0 where one lies inside it."""
    if not len(points) or not len(boxes):
        return np.full(len(boxes), np.inf)
    x, y = points[:, 0], points[:, 1]
    dx = np.maximum(boxes[:, 0, None] - x, x - boxes[:, 2, None])
    dy = np.maximum(boxes[:, 1, None] - y, y - boxes[:, 3, None])
    np.maximum(dx, 0.0, out=dx)
    np.maximum(dy, 0.0, out=dy)
    dx *= dx
    dy *= dy
    dx += dy
    nearest: NDArray[np.float64] = np.sqrt(dx.min(axis=1))
    return nearest


def _nearest(boxes: Boxes, curves: Sequence[Points]) -> NDArray[np.float64]:
    return gaps(boxes, np.concatenate(curves)) if curves else np.full(len(boxes), np.inf)


def _gaps_to_boxes(boxes: Boxes, words: Boxes) -> NDArray[np.float64]:
    if not len(words):
        return np.full(len(boxes), np.inf)
    dx = np.maximum(boxes[:, 0, None] - words[:, 2], words[:, 0] - boxes[:, 2, None])
    dy = np.maximum(boxes[:, 1, None] - words[:, 3], words[:, 1] - boxes[:, 3, None])
    nearest: NDArray[np.float64] = np.hypot(np.maximum(dx, 0.0), np.maximum(dy, 0.0)).min(axis=1)
    return nearest


def _crossed(boxes: Boxes, grid: NDArray[np.float64]) -> NDArray[np.int_]:
    crossed: NDArray[np.int_] = ((boxes[:, 1, None] < grid) & (grid < boxes[:, 3, None])).sum(axis=1)
    return crossed


def _percent(boxes: Boxes, box: Box) -> NDArray[np.float64]:
    return 100.0 * ((boxes[:, 0] + boxes[:, 2]) / 2 - box.left) / box.width
