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

# Lengths are in points, before the scale of the page.

_ANCHOR_COUNT = 80
"""The number of points on a curve beside which its label may be."""

_SIDE_GAP, _CORNER_GAP, _VERTICAL_GAP = 9.0, 5.0, 7.0
"""The distance of a label from its anchor: beside it, diagonally, and above or below it."""

_MIN_OWN_GAP, _MIN_OTHER_GAP, _MIN_TEXT_GAP = 4.5, 5.5, 5.0
"""The smallest distance of a label from its own curve, from other curves, and from texts."""

_MIN_AMBIGUITY_GAP = 1.5
"""How much closer a label is to its own curve than to any other."""

_MIN_EDGE_GAP = 4.0
"""The smallest distance from the left and the lower edge of the axes."""

_MAX_OTHER_REWARD, _MAX_TEXT_REWARD = 30.0, 24.0
"""Distances from other curves and from texts beyond which the score does not grow."""

_PREFERRED_PERCENT = 55.0
"""The preferred position of a label, in percent of the width of the axes."""

_MAX_REORDERED = 4
"""The largest number of labels that are placed in every order."""


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
    texts: Boxes
    grid: NDArray[np.float64]


class _ScoredBoxes(NamedTuple):
    """The possible boxes of one label, and their scores regardless of other labels."""

    boxes: Boxes
    scores: NDArray[np.float64]


class Placed(NamedTuple):
    """The size that was chosen for a label (0 or 1), and its box."""

    size: int
    box: Box


def place_all(
    sizes: Sequence[tuple[LabelSize, LabelSize]], surroundings: Surroundings, scale: float
) -> list[Placed] | None:
    """Return the position of each curve's label, or None if one of them does not fit.

    - ``sizes``: the smallest and the preferred size of each label.

    Labels are placed one after another, up to four of them in every order; the order with the best score is used.
    """

    @cache
    def choice(index: int, size: int) -> _ScoredBoxes:
        return _score_candidates(index, sizes[index][size], surroundings, scale)

    for chosen in _size_choices(len(sizes)):
        choices = [choice(index, size) for index, size in enumerate(chosen)]
        boxes = _best_placement(choices, surroundings.texts, scale)
        if boxes is not None:
            return [Placed(size, box) for size, box in zip(chosen, boxes, strict=True)]
    return None


def _size_choices(count: int) -> Iterator[tuple[int, ...]]:
    """Yield the sizes to try: all large, each one small in turn, all small."""
    yield (1,) * count
    for small in range(count if count > 1 else 0):
        yield tuple(int(i != small) for i in range(count))
    yield (0,) * count


def _best_placement(choices: Sequence[_ScoredBoxes], texts: Boxes, scale: float) -> list[Box] | None:
    if not all(len(choice.boxes) for choice in choices):
        return None
    indices = range(len(choices))
    orders = permutations(indices) if len(choices) <= _MAX_REORDERED else iter([tuple(indices)])
    best, best_score = None, -np.inf
    for order in orders:
        placement = _place_in_order(order, choices, texts, scale)
        if placement is not None and placement[1] > best_score:
            best, best_score = placement
    return best


def _score_candidates(index: int, size: LabelSize, surroundings: Surroundings, scale: float) -> _ScoredBoxes:
    boxes, is_right = _candidates(surroundings.curves[index], size, scale)
    keep = _is_inside(boxes, surroundings.box, _MIN_EDGE_GAP * scale)
    boxes, is_right = boxes[keep], is_right[keep]
    own_gap, text_gap = gaps(boxes, surroundings.curves[index]), gaps_to_boxes(boxes, surroundings.texts)
    keep = (own_gap >= _MIN_OWN_GAP * scale) & (text_gap >= _MIN_TEXT_GAP * scale)
    boxes, is_right, own_gap = boxes[keep], is_right[keep], own_gap[keep]
    other_gap = _distance_to(boxes, [points for i, points in enumerate(surroundings.curves) if i != index])
    # Beside a section that curves share, such as a warmup, a label would be ambiguous.
    keep = (other_gap >= _MIN_OTHER_GAP * scale) & (other_gap >= own_gap + _MIN_AMBIGUITY_GAP * scale)
    scores = np.minimum(other_gap / scale, _MAX_OTHER_REWARD) - 1.2 * np.abs(own_gap / scale - _VERTICAL_GAP)
    off_center = np.abs(_center_percent(boxes, surroundings.box) - _PREFERRED_PERCENT)
    scores += -9.0 * _grid_lines_crossed(boxes, surroundings.grid) + 4.0 * is_right - 0.03 * off_center
    return _ScoredBoxes(boxes[keep], scores[keep])


def _place_in_order(
    order: Sequence[int], choices: Sequence[_ScoredBoxes], texts: Boxes, scale: float
) -> tuple[list[Box], float] | None:
    """Return the boxes of labels placed in this order, and their total score."""
    placed, total = dict[int, Box](), 0.0
    for index in order:
        boxes, scores = choices[index]
        gap = gaps_to_boxes(boxes, np.concatenate((texts, np.array(list(placed.values())).reshape(-1, 4))))
        score = np.where(
            gap >= _MIN_TEXT_GAP * scale, scores + 0.5 * np.minimum(gap / scale, _MAX_TEXT_REWARD), -np.inf
        )
        best = int(np.argmax(score))
        if score[best] == -np.inf:
            return None
        placed[index] = Box(*boxes[best].tolist())
        total += float(score[best])
    return [placed[index] for index in range(len(order))], total


def _candidates(points: Points, size: LabelSize, scale: float) -> tuple[Boxes, NDArray[np.bool_]]:
    """Return eight boxes around each anchor on a curve, and which of them are to its right."""
    anchors = points[np.linspace(0, len(points) - 1, _ANCHOR_COUNT).round().astype(int)]
    (w, h), beside, diagonal, over = size, _SIDE_GAP * scale, _CORNER_GAP * scale, _VERTICAL_GAP * scale
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


def _is_inside(boxes: Boxes, box: Box, margin: float) -> NDArray[np.bool_]:
    low = (boxes[:, 0] >= box.left + margin) & (boxes[:, 1] >= box.bottom + margin)
    return low & (boxes[:, 2] <= box.right) & (boxes[:, 3] <= box.top)


def _distance_to(boxes: Boxes, curves: Sequence[Points]) -> NDArray[np.float64]:
    return gaps(boxes, np.concatenate(curves)) if curves else np.full(len(boxes), np.inf)


def _grid_lines_crossed(boxes: Boxes, grid: NDArray[np.float64]) -> NDArray[np.int_]:
    crossed: NDArray[np.int_] = ((boxes[:, 1, None] < grid) & (grid < boxes[:, 3, None])).sum(axis=1)
    return crossed


def _center_percent(boxes: Boxes, box: Box) -> NDArray[np.float64]:
    return 100.0 * ((boxes[:, 0] + boxes[:, 2]) / 2 - box.left) / box.width
