from __future__ import annotations

import math

import numpy as np
import pytest

from cosine_cli.render.core.traces import Stroke
from cosine_cli.render.figure.margins import Box
from cosine_cli.render.figure.transform import AxesTransform

BOX = Box(0.0, 0.0, 100.0, 102.0)


def test_a_linear_axis_goes_from_0_to_just_above_the_peak() -> None:
    axes = AxesTransform(box=BOX, until=50.0, peak=0.1)
    assert (axes.x(0.0), axes.x(50.0)) == (0.0, 100.0)
    assert (axes.y(0.0), axes.y(0.5), axes.y(1.0)) == pytest.approx((0.0, 50.0, 100.0))


def test_a_logarithmic_axis_goes_from_1e_4_to_a_quarter_above_the_peak() -> None:
    axes = AxesTransform(box=BOX, until=50.0, peak=0.1, decades=4.0)
    assert axes.y(1e-4) == 0.0
    assert axes.y(0.0) == 0.0
    assert axes.y(1.25) == pytest.approx(102.0)
    assert axes.y(1.0) - axes.y(0.1) == pytest.approx(102.0 / (4 + math.log10(1.25)))


def test_places_of_a_stroke() -> None:
    axes = AxesTransform(box=BOX, until=50.0, peak=0.1)
    assert axes.places(Stroke(np.array([0.0, 50.0]), np.array([1.0, 0.0]))).tolist() == [[0.0, 100.0], [100.0, 0.0]]
