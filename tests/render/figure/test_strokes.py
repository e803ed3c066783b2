from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.strokes import StrokeStyle, dashes, stroke_styles


def test_plateaus_tell_the_second_curve_apart_without_a_dash() -> None:
    assert dashes([False, True, False, False]) == [(), (), (5.0, 1.7), (1.2, 1.3)]


def test_a_second_smooth_curve_is_dashed() -> None:
    assert dashes([False, False, True]) == [(), (5.0, 1.7), (1.2, 1.3)]


def test_no_two_curves_of_a_figure_look_the_same_in_grey() -> None:
    for stepped in ([False] * 8, [True] * 8, [False, True, *[False] * 6]):
        looks = [(dash, plateaus and not dash) for dash, plateaus in zip(dashes(stepped), stepped, strict=True)]
        assert all(a != b for a, b in combinations(looks, 2))


def test_the_subject_is_the_heaviest(plan: Callable[..., Plan]) -> None:
    styles = stroke_styles(plan("cosine linear rex").curves, [False] * 3, 2.0)
    assert [style.width for style in styles] == [5.2, 3.54, 3.54]


def test_a_curve_may_have_its_own_line(plan: Callable[..., Plan]) -> None:
    curves = plan("cosine:linewidth=4 linear:linestyle=dotted rex:linestyle=solid,linewidth=0.5").curves
    expected = [StrokeStyle(4.0, ()), StrokeStyle(3.54, (1.2, 1.3)), StrokeStyle(0.5, ())]
    assert stroke_styles(curves, [False] * 3, 2.0) == expected
