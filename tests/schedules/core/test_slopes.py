"""How steep a curve is at both ends: its derivative there, by hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.slopes import slopes
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.k_decay_polynomial import KDecayPolynomial
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.tanh import Tanh
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.wsd import Wsd

if TYPE_CHECKING:
    from cosine_cli.schedules.core.schedule import Schedule

T = 1e12
CASES = [
    pytest.param(Constant(lr=0.1), 100, 0, 0, id="constant"),
    pytest.param(Step(lr=0.1, step_size=1), 100, 0, 0, id="plateaus"),
    pytest.param(Linear(lr=0.1, total=100), 100, -1e-3, -1e-3, id="linear"),
    pytest.param(Linear(lr=0.1, total=80), 100, -0.1 / 80, 0, id="linear with a floor behind"),
    pytest.param(Cosine(lr=0.1, total=100), 100, 0, 0, id="cosine"),
    pytest.param(Cosine(lr=0.1, total=200, min_lr=0.05), 100, 0, -0.05 / 2 * math.pi / 200, id="half a cosine"),
    pytest.param(
        Exponential(lr=0.1, gamma=0.5), 100, 0.1 * math.log(0.5), 0.1 * 0.5**100 * math.log(0.5), id="halves, fast"
    ),
    pytest.param(Exponential(lr=0.1, gamma=0.5), T, 0.1 * math.log(0.5), 0, id="all over at once"),
    pytest.param(Exponential(lr=0.1, gamma=0.5), 2.0**53, 0.1 * math.log(0.5), 0, id="all over sooner still"),
    pytest.param(InverseSqrt(lr=0.1, timescale=1e-10), 2.0**53, -5e8, -5e-7 * 2.0**-79.5, id="nearly over at once"),
    pytest.param(KDecayPolynomial(lr=1.0, total=1, k=0.01), 1, None, -0.01, id="digits lost at its end"),
    pytest.param(Tanh(lr=0.1, total=100, lower=-100, upper=100), 100, 0, 0, id="a drop between two plateaus"),
    pytest.param(InverseSqrt(lr=0.1, timescale=10), 90, -0.005, -0.005 / 10**1.5, id="inverse root"),
    pytest.param(InverseSqrt(lr=0.1, timescale=1), T, -0.05, -0.05 / (T + 1) ** 1.5, id="inverse root, very long"),
    pytest.param(Polynomial(lr=0.1, total=100, power=3), 100, -3e-3, 0, id="cube"),
    pytest.param(Polynomial(lr=0.1, total=100, power=0.5), 100, -5e-4, None, id="root"),
    pytest.param(Polynomial(lr=0.1, total=100, power=0.01), 100, -1e-5, None, id="a hundredth root"),
    pytest.param(Polynomial(lr=0.1, total=100, power=0.9), 100, -9e-4, None, id="nearly a line"),
    pytest.param(Polynomial(lr=0.1, total=T, power=1.5), T, -1.5e-13, 0, id="slow at its end"),
    pytest.param(Warmup(warmup=5, of=Linear(lr=0.1, total=95)), 100, 0.02, -0.1 / 95, id="a climb"),
    pytest.param(Linear(lr=0.1, total=1e-310), 100, None, 0, id="over before a float tells a time from 0"),
    pytest.param(Wsd(lr=0.1, warmup=0, stable=0, decay=100, decay_shape="1-sqrt"), 100, None, -5e-4, id="1-sqrt"),
    pytest.param(Restarts(cycle=10, of=Linear(lr=0.1, total=20)), T - 5, -5e-3, -5e-3, id="in a last cycle cut off"),
    pytest.param(Restarts(cycle=10, of=Linear(lr=0.1, total=20)), 1e5, -5e-3, -5e-3, id="in a whole last cycle"),
]


@pytest.mark.parametrize(("schedule", "until", "start", "end"), CASES)
def test_a_slope_is_the_derivative(schedule: Schedule, until: float, start: float | None, end: float | None) -> None:
    found = slopes(schedule, until)
    # At 10^12 steps a float holds no time nearer to the end than 10^-4 steps.
    exact = 1e-9 if until < 1e6 else 1e-3
    for slope, expected in zip(found, (start, end), strict=True):
        assert slope == (None if expected is None else pytest.approx(expected, rel=exact, abs=1e-300))
