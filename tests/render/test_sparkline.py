"""A curve in a row of bars."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.render.sparkline import sparkline


@pytest.mark.parametrize(
    ("words", "bars"),
    [
        ("constant", "██████████"),
        ("linear", "█▇▇▆▅▅▄▃▂▂"),
        ("step:step_size=50,gamma=0.5", "█████▅▅▅▅▅"),
        ("constant --warmup 50", "▂▄▅▇██████"),
        ("restarts:cycle=50,of=step,step_size=25,gamma=0.001", "███▁▁███▁▁"),
    ],
)
def test_bars(words: str, bars: str) -> None:
    plan = planned(words)
    assert sparkline(plan.curves[0].schedule, plan.clock.total, 0.1) == bars


def test_bars_of_a_curve_without_a_peak() -> None:
    plan = planned("constant")
    assert sparkline(plan.curves[0].schedule, plan.clock.total, 0.0) == "▁" * 10


def test_a_curve_of_its_own_against_its_own_highest_rate() -> None:
    plan = planned("constant step:step_size=25,gamma=0.5 --lr 0.3")
    shown = [sparkline(curve.schedule, plan.clock.total, bars=4) for curve in plan.curves]
    assert shown == ["████", "█▅▃▂"]  # 7 x 1/2, 1/4, 1/8 is 3.5, 1.75, 0.875, to the nearest of 8 bars
