"""The placement of labels beside curves, clear of other curves and texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cosine_cli.render.core.clearance import Boxes, Points, gaps, gaps_to_boxes
from cosine_cli.render.figure.margins import Box

_ANCHORS = 80
_BESIDE, _DIAGONAL, _OVER = 9.0, 5.0, 7.0
_FROM_OWN, _FROM_OTHERS, _FROM_WORDS = 4.5, 5.5, 5.0
_NEARER = 1.5
_FROM_EDGE = 4.0
_AIR_OTHERS, _AIR_WORDS = 30.0, 24.0
_MIDDLE = 55.0
_MOST_REORDERED = 4


class LabelSize(NamedTuple):
    """The width and the height of a label."""

    width: float
    height: float


class Surroundings(NamedTuple):
    """The obstacles of labels: the edge of the axes, curves, texts and, if possible, grid lines.

    - ``curves``: points along each curve, no farther apart than a label may come to it.
    - ``grid``: the heights of the grid lines.
    """

    box: Box
    curves: Sequence[Points]
    words: Boxes
    grid: NDArray[np.float64]


class _Choice(NamedTuple):
    """The possible boxes of one label, and their scores regardless of other labels."""

    boxes: Boxes
    worth: NDArray[np.float64]


class Placed(NamedTuple):
    """The size that was chosen for a label (0 or 1), and its box."""

    size: int
    box: Box


def place_all(sizes: Sequence[tuple[LabelSize, LabelSize]], around: Surroundings, scale: float) -> list[Placed] | None:
    """Return the position of each curve's label, or None if one of them does not fit.

    - ``sizes``: the smallest and the preferred size of each label.

    Labels are placed one after another, up to four of them in every order; the order with the best score is used.
    """

    @cache
    def choice(index: int, size: int) -> _Choice:
        return _choice(index, sizes[index][size], around, scale)

    for chosen in _sizes_tried(len(sizes)):
        choices = [choice(index, size) for index, size in enumerate(chosen)]
        boxes = _best(choices, around.words, scale)
        if boxes is not None:
            return [Placed(size, box) for size, box in zip(chosen, boxes, strict=True)]
    return None


def _sizes_tried(count: int) -> Iterator[tuple[int, ...]]:
    """Yield the sizes to try: all large, each one small in turn, all small."""
    yield (1,) * count
    for small in range(count if count > 1 else 0):
        yield tuple(int(i != small) for i in range(count))
    yield (0,) * count


def _best(choices: Sequence[_Choice], words: Boxes, scale: float) -> list[Box] | None:
    if not all(len(choice.boxes) for choice in choices):
        return None
    indices = range(len(choices))
    orders = permutations(indices) if len(choices) <= _MOST_REORDERED else iter([tuple(indices)])
    best, most = None, -np.inf
    for order in orders:
        found = _in_order(order, choices, words, scale)
        if found is not None and found[1] > most:
            best, most = found
    return best


def _choice(index: int, size: LabelSize, around: Surroundings, scale: float) -> _Choice:
    boxes, right = _candidates(around.curves[index], size, scale)
    keep = _inside(boxes, around.box, _FROM_EDGE * scale)
    boxes, right = boxes[keep], right[keep]
    own, words = gaps(boxes, around.curves[index]), gaps_to_boxes(boxes, around.words)
    keep = (own >= _FROM_OWN * scale) & (words >= _FROM_WORDS * scale)
    boxes, right, own = boxes[keep], right[keep], own[keep]
    others = _nearest(boxes, [points for i, points in enumerate(around.curves) if i != index])
    # Beside a section that curves share, such as a warmup, a label would be ambiguous.
    keep = (others >= _FROM_OTHERS * scale) & (others >= own + _NEARER * scale)
    worth = np.minimum(others / scale, _AIR_OTHERS) - 1.2 * np.abs(own / scale - _OVER)
    worth += -9.0 * _crossed(boxes, around.grid) + 4.0 * right - 0.03 * np.abs(_percent(boxes, around.box) - _MIDDLE)
    return _Choice(boxes[keep], worth[keep])


def _in_order(
    order: Sequence[int], choices: Sequence[_Choice], words: Boxes, scale: float
) -> tuple[list[Box], float] | None:
    """Return the boxes of labels placed in this order, and their total score."""
    placed, total = dict[int, Box](), 0.0
    for index in order:
        boxes, worth = choices[index]
        gap = gaps_to_boxes(boxes, np.concatenate((words, np.array(list(placed.values())).reshape(-1, 4))))
        score = np.where(gap >= _FROM_WORDS * scale, worth + 0.5 * np.minimum(gap / scale, _AIR_WORDS), -np.inf)
        best = int(np.argmax(score))
        if score[best] == -np.inf:
            return None
        placed[index] = Box(*boxes[best].tolist())
        total += float(score[best])
    return [placed[index] for index in range(len(order))], total


def _candidates(points: Points, size: LabelSize, scale: float) -> tuple[Boxes, NDArray[np.bool_]]:
    """Return eight boxes around each anchor on a curve, and which of them are to its right."""
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
    return np.hstack((low, low + np.array(size))), np.tile(corners[:, 0] > 0, len(anchors))


def _inside(boxes: Boxes, box: Box, margin: float) -> NDArray[np.bool_]:
    low = (boxes[:, 0] >= box.left + margin) & (boxes[:, 1] >= box.bottom + margin)
    return low & (boxes[:, 2] <= box.right) & (boxes[:, 3] <= box.top)


def _nearest(boxes: Boxes, curves: Sequence[Points]) -> NDArray[np.float64]:
    return gaps(boxes, np.concatenate(curves)) if curves else np.full(len(boxes), np.inf)


def _crossed(boxes: Boxes, grid: NDArray[np.float64]) -> NDArray[np.int_]:
    crossed: NDArray[np.int_] = ((boxes[:, 1, None] < grid) & (grid < boxes[:, 3, None])).sum(axis=1)
    return crossed


def _percent(boxes: Boxes, box: Box) -> NDArray[np.float64]:
    return 100.0 * ((boxes[:, 0] + boxes[:, 2]) / 2 - box.left) / box.width
