from __future__ import annotations

from collections.abc import Callable

import pytest

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.arrangement import compose_plan
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.render.figure.multiples import scene_of_panels
from cosine_cli.render.figure.palette import LIGHT
from cosine_cli.render.figure.primitives import Line, Primitive, Text
from cosine_cli.schedules.polynomial import Polynomial


def powers(count: int) -> dict[str, Polynomial]:
    return {f"power {i}": Polynomial(lr=0.1, total=100, power=i / 4 + 0.25) for i in range(count)}


def drawn(plan: Plan) -> list[Primitive]:
    marks = scene_of_panels(plan, LIGHT, FontRuler())
    assert marks is not None
    return marks


def test_each_curve_has_a_panel_with_its_name_and_all_others_in_grey_behind_it(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan(powers(9), title="Nine"))
    names = [mark.text for mark in marks if isinstance(mark, Text) and mark.text.startswith("power")]
    assert names == [f"power {i}" for i in range(9)]
    ghosts = [mark for mark in marks if isinstance(mark, Line) and mark.color == LIGHT.ghost]
    assert len(ghosts) == 9
    curves = [mark for mark in marks if isinstance(mark, Line) and mark.color in LIGHT.hues]
    assert len(curves) == 9
    assert min(mark.layer for mark in curves) > max(mark.layer for mark in ghosts)


def test_only_the_outer_panels_have_ticks(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan(powers(12)))
    texts = [mark.text for mark in marks if isinstance(mark, Text)]
    assert texts.count("0.1") < 12
    assert texts.count("100") < 12
    assert texts.count("Epoch") == texts.count("Learning rate") == 1


@pytest.mark.parametrize("size", [(0.7, 0.7), (1.0, 4.0), (4.0, 1.0), (40.0, 40.0)])
def test_forty_curves_are_drawn_on_any_page(make_plan: Callable[..., Plan], size: tuple[float, float]) -> None:
    marks = compose_plan(make_plan(powers(40), size=size), LIGHT, FontRuler())
    assert len([mark for mark in marks if isinstance(mark, Line) and mark.color in LIGHT.hues]) == 40


def test_a_log_axis_goes_through_all_panels(make_plan: Callable[..., Plan]) -> None:
    assert "1e-5" in [mark.text for mark in drawn(make_plan(powers(9), log=True)) if isinstance(mark, Text)]
