from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.render.figure.clearance import gaps, gaps_to_boxes

BOX = np.array([[0.0, 0.0, 10.0, 10.0]])


@pytest.mark.parametrize(("x", "y", "gap"), [(13, 14, 5), (5, 5, 0), (10, 10, 0), (5, 12, 2), (-3, 5, 3), (-3, -4, 5)])
def test_a_gap_is_the_distance_to_the_nearest_point(x: float, y: float, gap: float) -> None:
    assert gaps(BOX, np.array([(x, y), (50.0, 50.0)])).tolist() == [gap]


def test_where_there_is_nothing_the_gap_has_no_end() -> None:
    assert gaps(BOX, np.empty((0, 2))).tolist() == [np.inf]
    assert gaps_to_boxes(BOX, np.empty((0, 4))).tolist() == [np.inf]
    assert gaps(np.empty((0, 4)), np.array([(1.0, 1.0)])).tolist() == []


def test_many_boxes_and_points_are_compared_block_by_block() -> None:
    shifts = np.arange(1000.0)[:, None]
    points = np.column_stack((np.arange(300.0), np.full(300, 13.0)))
    assert gaps(BOX + shifts * (1, 0, 1, 0), points)[:290].tolist() == [3.0] * 290


def test_gaps_between_boxes() -> None:
    others = np.array([(13.0, 14.0, 20.0, 20.0), (90.0, 0.0, 95.0, 5.0)])
    assert gaps_to_boxes(BOX, others).tolist() == [5.0]
    assert gaps_to_boxes(BOX, np.array([(5.0, 5.0, 20.0, 20.0)])).tolist() == [0.0]
