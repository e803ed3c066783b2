from __future__ import annotations

from collections.abc import Callable

import pytest

from cosine_cli.plans.plan import Plan
from cosine_cli.render.figure.fonts import FontRuler
from cosine_cli.render.figure.marks import Line, Mark, Words
from cosine_cli.render.figure.multiples import arranged, panel, scene_of_panels
from cosine_cli.render.figure.page import Box
from cosine_cli.render.figure.palette import LIGHT
from cosine_cli.schedules.polynomial import Polynomial

BOX = Box(48.0, 36.0, 562.0, 258.0)


def powers(count: int) -> dict[str, Polynomial]:
    return {f"power {i}": Polynomial(lr=0.1, total=100, power=i / 4 + 0.25) for i in range(count)}


def drawn(plan: Plan) -> list[Mark]:
    return scene_of_panels(plan, LIGHT, FontRuler())


@pytest.mark.parametrize("count", [9, 10, 16, 25, 40])
def test_panels_lie_within_the_axes_and_do_not_overlap(count: int) -> None:
    grid = arranged(count, BOX, 1.0)
    assert grid.columns * grid.rows >= count > grid.columns * (grid.rows - 1)
    boxes = [panel(i, grid, BOX, 1.0) for i in range(count)]
    for i, a in enumerate(boxes):
        assert a.left >= BOX.left - 1e-9
        assert a.bottom >= BOX.bottom - 1e-9
        assert a.right <= BOX.right + 1e-9
        assert a.top <= BOX.top + 1e-9
        for b in boxes[:i]:
            assert a.left >= b.right or b.left >= a.right or a.bottom >= b.top or b.bottom >= a.top


def test_panels_are_as_wide_as_the_names_ask() -> None:
    assert arranged(40, BOX, 1.0, 120.0).width >= 120.0


def test_each_curve_has_a_panel_with_its_name_and_all_others_in_grey_behind_it(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan(powers(9), title="Nine"))
    names = [mark.text for mark in marks if isinstance(mark, Words) and mark.text.startswith("power")]
    assert names == [f"power {i}" for i in range(9)]
    ghosts = [mark for mark in marks if isinstance(mark, Line) and mark.colour == LIGHT.ghost]
    assert len(ghosts) == 9
    curves = [mark for mark in marks if isinstance(mark, Line) and mark.colour in LIGHT.hues]
    assert len(curves) == 9
    assert min(mark.layer for mark in curves) > max(mark.layer for mark in ghosts)


def test_only_the_outer_panels_have_ticks(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan(powers(12)))
    texts = [mark.text for mark in marks if isinstance(mark, Words)]
    assert texts.count("0.1") < 12
    assert texts.count("100") < 12
    assert texts.count("Epoch") == texts.count("Learning rate") == 1


@pytest.mark.parametrize("size", [(0.7, 0.7), (1.0, 4.0), (4.0, 1.0), (40.0, 40.0)])
def test_forty_curves_are_drawn_on_any_page(make_plan: Callable[..., Plan], size: tuple[float, float]) -> None:
    marks = drawn(make_plan(powers(40), size=size))
    assert len([mark for mark in marks if isinstance(mark, Line) and mark.colour in LIGHT.hues]) == 40


def test_a_log_axis_goes_through_all_panels(make_plan: Callable[..., Plan]) -> None:
    assert "1e-5" in [mark.text for mark in drawn(make_plan(powers(9), log=True)) if isinstance(mark, Words)]
