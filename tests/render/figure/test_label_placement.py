from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cosine_cli.render.core.clearance import gaps
from cosine_cli.render.figure.label_placement import LabelSize, Surroundings, place_all
from cosine_cli.render.figure.margins import Box

BOX = Box(48.0, 36.0, 522.0, 258.0)
X = np.linspace(BOX.left, BOX.right, 120)
SMALL, LARGE = LabelSize(50.0, 11.0), LabelSize(80.0, 22.0)


def line(start: float, end: float) -> np.ndarray:
    """Return points on a straight line from edge to edge, heights as shares of the axes."""
    return np.column_stack((X, BOX.bottom + BOX.height * np.linspace(start, end, len(X))))


def around(*curves: np.ndarray, texts: tuple[Box, ...] = ()) -> Surroundings:
    grid = BOX.bottom + BOX.height * np.array([0.25, 0.5, 0.75])
    return Surroundings(box=BOX, curves=curves, texts=np.array(texts).reshape(-1, 4), grid=grid)


def apart(a: Box, b: Box) -> float:
    dx = max(a.left - b.right, b.left - a.right, 0.0)
    dy = max(a.bottom - b.top, b.bottom - a.top, 0.0)
    return float(np.hypot(dx, dy))


heights = st.floats(0.0, 1.0)


@settings(max_examples=30)
@given(st.lists(st.tuples(heights, heights), min_size=1, max_size=4))
def test_names_keep_clear_of_the_edge_of_all_curves_and_of_one_another(ends: list[tuple[float, float]]) -> None:
    curves = [line(*pair) for pair in ends]
    word = Box(100.0, 100.0, 160.0, 110.0)
    placed = place_all([(SMALL, LARGE)] * len(curves), around(*curves, texts=(word,)), 1.0)
    boxes = [name.box for name in placed or []]
    for index, box in enumerate(boxes):
        assert box.left >= BOX.left
        assert box.bottom >= BOX.bottom
        assert box.right <= BOX.right
        assert box.top <= BOX.top
        own, *others = [gaps(np.array([box]), curves[i])[0] for i in (index, *set(range(len(curves))) - {index})]
        assert own >= 4.5
        assert all(other >= 5.5 and other > own for other in others)
        assert all(apart(box, other) >= 5.0 for other in (*boxes[:index], word))


def test_a_name_stands_near_its_own_curve() -> None:
    low, high = place_all([(SMALL, LARGE)] * 2, around(line(0.2, 0.2), line(0.8, 0.8)), 1.0) or []
    assert abs(low.box.bottom - line(0.2, 0.2)[0, 1]) < 30
    assert abs(high.box.bottom - line(0.8, 0.8)[0, 1]) < 30


def test_a_name_crosses_no_grid_line_where_it_need_not() -> None:
    (name,) = place_all([(SMALL, LARGE)], around(line(1.0, 0.0)), 1.0) or []
    grid = BOX.bottom + BOX.height * np.array([0.25, 0.5, 0.75])
    assert not any(name.box.bottom < y < name.box.top for y in grid)


def test_where_there_is_room_each_has_its_second_line() -> None:
    placed = place_all([(SMALL, LARGE)] * 2, around(line(0.2, 0.1), line(0.9, 0.6)), 1.0) or []
    assert [name.size for name in placed] == [1, 1]


def test_one_goes_without_its_second_line_where_that_makes_room() -> None:
    # 23 points between two curves hold a name of 11 with 5 to its own curve and 7 to the other, and none of 22.
    curves = [line(share, share) for share in (0.5, 0.5 + 23 / 222, 0.5 + 46 / 222)]
    placed = place_all([(SMALL, LARGE)] * 3, around(*curves), 1.0) or []
    assert [name.size for name in placed] == [1, 0, 1]


def test_coinciding_curves_have_no_names_beside_them() -> None:
    assert place_all([(SMALL, LARGE)] * 2, around(line(1, 0), line(1, 0)), 1.0) is None


@pytest.mark.parametrize("size", [LabelSize(500.0, 10.0), LabelSize(10.0, 300.0)])
def test_a_name_larger_than_the_axes_has_no_place(size: LabelSize) -> None:
    assert place_all([(size, size)], around(line(1, 0)), 1.0) is None
