from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.render.figure.end_values import pushed_apart


def test_end_values_with_room_stay_where_they_are() -> None:
    assert pushed_apart([10.0, 90.0, 40.0], [11.5] * 3, 0.0, 100.0) == [10.0, 90.0, 40.0]


def test_the_lowest_stays_on_the_axis_and_the_others_move_up() -> None:
    assert pushed_apart([0.0, 0.1, 1.0], [11.5] * 3, 0.0, 100.0) == [0.0, 11.5, 23.0]


def test_a_cluster_moves_to_both_sides() -> None:
    assert pushed_apart([50.0, 50.0], [10.0] * 2, 0.0, 100.0) == [45.0, 55.0]


def test_of_equal_ends_the_subject_is_the_lowest() -> None:
    low, high = pushed_apart([0.0, 0.0], [11.5] * 2, 0.0, 100.0)
    assert (low, high) == (0.0, 11.5)


@given(st.lists(st.floats(0, 200), max_size=8), st.floats(1, 20))
def test_end_values_keep_their_order_and_their_distance(heights: list[float], pitch: float) -> None:
    places = pushed_apart(heights, [pitch] * len(heights), 0.0, 200.0)
    ranked = sorted(range(len(heights)), key=lambda i: heights[i])
    assert all(places[b] - places[a] >= pitch - 1e-9 for a, b in pairwise(ranked))
    assert all(-1e-9 <= place <= 200.0 + 1e-9 for place in places)


def test_too_many_share_the_room_evenly() -> None:
    assert pushed_apart([0.0, 0.0, 0.0], [11.5] * 3, 0.0, 10.0) == [0.0, 5.0, 10.0]


def test_a_name_of_two_lines_is_farther_from_its_neighbours() -> None:
    assert pushed_apart([0.0, 0.0, 0.0], [10.0, 20.0, 10.0], 0.0, 100.0) == [0.0, 15.0, 30.0]
