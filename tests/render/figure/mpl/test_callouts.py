"""The places that a figure points to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.text import Text

from cosine_cli.plans.model.plan import Callout, Plan
from cosine_cli.render.figure.mpl.draw import draw

LINES = ("first differs at epoch 50", "planned 0.05, logged 0.1")


def artists(plan: Plan, *callouts: Callout) -> list[Artist]:
    return draw(replace(plan, callouts=callouts), theme="light").artists


def rings(found: list[Artist]) -> list[Line2D]:
    return [line for line in found if isinstance(line, Line2D) and len(line.get_xdata()) == 1]


def texts(found: list[Artist]) -> dict[str, Text]:
    return {text.get_text(): text for text in found if isinstance(text, Text)}


def test_a_callout_has_a_ring_at_each_rate(plan: Callable[..., Plan]) -> None:
    drawn = artists(plan("cosine constant --epochs 100"), Callout(50.0, (0.05, 0.1), LINES))
    first, second = sorted(rings(drawn), key=lambda ring: float(ring.get_ydata()[0]))
    assert first.get_xdata() == second.get_xdata() == pytest.approx([48 + 474 / 2], rel=0.1)
    bottom = 36
    assert (float(second.get_ydata()[0]) - bottom) / (float(first.get_ydata()[0]) - bottom) == pytest.approx(2)


def test_equal_rates_have_one_ring(plan: Callable[..., Plan]) -> None:
    assert len(rings(artists(plan("cosine --epochs 100"), Callout(50.0, (0.05, 0.0500001), LINES)))) == 1


@pytest.mark.parametrize("time", [0.0, 1.0, 50.0, 99.0, 100.0])
@pytest.mark.parametrize("curves", ["cosine", "constant cosine", "linear:warmup=10 polynomial:power=3 exponential"])
def test_the_text_of_a_callout_does_not_touch_a_curve(plan: Callable[..., Plan], curves: str, time: float) -> None:
    given = plan(f"{curves} --epochs 100 --legend above")
    rate = float(given.curves[0].schedule(np.array([time]))[0])
    figure = draw(replace(given, callouts=(Callout(time, (rate,), LINES),)), theme="light")
    assert set(LINES) <= set(texts(figure.artists))
    figure.canvas.draw()
    boxes = [text.get_window_extent() for name, text in texts(figure.artists).items() if name in LINES]
    curves_drawn = [line for line in figure.artists if isinstance(line, Line2D) and len(line.get_xdata()) > 20]
    assert curves_drawn
    for line in curves_drawn:
        points = line.get_transform().transform(line.get_xydata())
        inside = [box.x0 < x < box.x1 and box.y0 < y < box.y1 for box in boxes for x, y in points]
        assert not any(inside)


def test_a_place_outside_of_the_axes_is_left_out(plan: Callable[..., Plan]) -> None:
    drawn = artists(plan("cosine --epochs 100 --xlim 0,40"), Callout(50.0, (0.05,), LINES))
    assert not set(LINES) & set(texts(drawn))
    assert not rings(drawn)


def test_a_figure_with_callouts_has_no_half_peak_marks(plan: Callable[..., Plan]) -> None:
    given = plan("cosine --epochs 100")
    assert "half the peak" in texts(draw(given, theme="light").artists)
    assert "half the peak" not in texts(artists(given))


def test_an_end_value_that_two_curves_share_is_drawn_once(plan: Callable[..., Plan]) -> None:
    given = plan("cosine:min_lr=0.05001 linear:min_lr=0.05 --epochs 100 --legend above")
    assert {"0.05", "0.05001"} <= set(texts(draw(given, theme="light").artists))
    values = [text.get_text() for text in artists(given) if isinstance(text, Text) and text.get_position()[0] > 500]
    assert values.count("0.05") == 1
    assert "0.05001" not in values
