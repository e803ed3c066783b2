from __future__ import annotations

from itertools import combinations

from cosine_cli.render.figure.strokes import dashes, width


def test_plateaus_tell_the_second_curve_apart_without_a_dash() -> None:
    assert dashes([False, True, False, False]) == [(), (), (5.0, 1.7), (1.2, 1.3)]


def test_a_second_smooth_curve_is_dashed() -> None:
    assert dashes([False, False, True]) == [(), (5.0, 1.7), (1.2, 1.3)]


def test_no_two_curves_of_a_figure_look_the_same_in_grey() -> None:
    for stepped in ([False] * 8, [True] * 8, [False, True, *[False] * 6]):
        looks = [(dash, plateaus and not dash) for dash, plateaus in zip(dashes(stepped), stepped, strict=True)]
        assert all(a != b for a, b in combinations(looks, 2))


def test_the_subject_is_the_heaviest() -> None:
    assert (width(0), width(1), width(7)) == (2.6, 1.77, 1.77)
