"""Curves through the rates of a function."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.plans.model.clock import Clock
from cosine_cli.render.core.traces import trace
from cosine_cli.render.sampled_curve import sampled_curve


def test_no_line_is_drawn_through_a_drop() -> None:
    clock = Clock(unit="step", length=1000, steps_per_epoch=None)
    curve = sampled_curve("drops", lambda t: np.where(t < 300, 0.1, np.where(t < 600, 0.01, 0.001)), clock)
    strokes = trace(curve.schedule, 1000.0, 480).strokes
    ends = [time for stroke in strokes for time in (stroke.times[0], stroke.times[-1])]
    assert ends == pytest.approx([0, 300, 300, 600, 600, 1000], abs=0.01)
    assert [stroke.rates.tolist() for stroke in strokes] == [[0.1, 0.1], [0.01, 0.01], [0.001, 0.001]]


def test_a_smooth_curve_needs_few_points() -> None:
    """Of a cosine over 100,000 steps, straight lines between some 100 points differ by less than 1e-4 of the peak."""
    clock = Clock(unit="step", length=100_000, steps_per_epoch=None)
    curve = sampled_curve("cosine", lambda t: 0.05 * (1 + np.cos(np.pi * t / 100_000)), clock)
    times = np.arange(0.0, 100_001, 37)
    assert len(curve.params["times"]) < 300
    np.testing.assert_allclose(curve.schedule(times), 0.05 * (1 + np.cos(np.pi * times / 100_000)), atol=1e-5)
