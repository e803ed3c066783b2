from __future__ import annotations

import math

import numpy as np
import pytest

from cosine_cli.render.figure.margins import Box
from cosine_cli.render.figure.paths import Stroke
from cosine_cli.render.figure.transform import Frame, decades

BOX = Box(0.0, 0.0, 100.0, 102.0)


def test_a_linear_axis_goes_from_0_to_just_above_the_peak() -> None:
    frame = Frame(box=BOX, until=50.0, peak=0.1)
    assert (frame.x(0.0), frame.x(50.0)) == (0.0, 100.0)
    assert (frame.y(0.0), frame.y(0.5), frame.y(1.0)) == pytest.approx((0.0, 50.0, 100.0))


def test_a_logarithmic_axis_goes_from_1e_4_to_a_quarter_above_the_peak() -> None:
    frame = Frame(box=BOX, until=50.0, peak=0.1, decades=4.0)
    assert frame.y(1e-4) == 0.0
    assert frame.y(0.0) == 0.0
    assert frame.y(1.25) == pytest.approx(102.0)
    assert frame.y(1.0) - frame.y(0.1) == pytest.approx(102.0 / (4 + math.log10(1.25)))


def test_places_of_a_stroke() -> None:
    frame = Frame(box=BOX, until=50.0, peak=0.1)
    assert frame.places(Stroke(np.array([0.0, 50.0]), np.array([1.0, 0.0]))).tolist() == [[0.0, 100.0], [100.0, 0.0]]


def test_a_logarithmic_axis_is_deep_enough_for_the_lowest_peak() -> None:
    assert [decades([0.1]), decades([0.1, 0.01]), decades([1.0, 1e-7]), decades([1.0, 0.0])] == [4, 4, 8, 4]
    assert decades([1e300, 1e-300]) == 40
