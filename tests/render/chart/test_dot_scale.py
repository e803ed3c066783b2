"""From times and rates to dots."""

from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.render.chart.dot_scale import Scale


def scale(**said: float) -> Scale:
    given = {"columns": 10, "rows": 5, "until": 100.0, "peak": 0.1, **said}
    return Scale(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("time", "column"), [(0, 0), (9.99, 0), (10, 1), (55, 5), (99.9, 9), (100, 9)])
def test_the_column_of_a_time(time: float, column: int) -> None:
    assert scale().column(time) == column


@pytest.mark.parametrize(("share", "row"), [(0, 4), (0.25, 3), (0.5, 2), (0.75, 1), (1, 0)])
def test_quarters_of_the_peak_fall_in_the_middle_of_rows_of_their_own(share: float, row: int) -> None:
    assert scale().row(share) == row
    assert scale().down(np.array([share * 0.1])).tolist() == [4 * row + 2]


@pytest.mark.parametrize(
    ("rate", "down"), [(0.1, 2), (0.01, 6), (0.001, 10), (1e-4, 14), (1e-5, 18), (1e-9, 18), (0, 18)]
)
def test_decades_are_rows_on_a_logarithmic_axis_and_what_is_lower_stands_at_its_foot(rate: float, down: int) -> None:
    assert scale(decades=4.0).down(np.array([rate])).tolist() == [down]


@pytest.mark.parametrize(("peak", "half"), [(1e-320, 5e-321), (1e200, 5e199)])
def test_rates_near_the_ends_of_float64(peak: float, half: float) -> None:
    assert scale(peak=peak).down(np.array([peak, half, 0.0])).tolist() == [2, 10, 18]


def test_a_curve_that_is_0_throughout_lies_at_the_bottom() -> None:
    assert scale(peak=0.0).down(np.array([0.0])).tolist() == [18]


def test_one_row_uses_all_its_dots() -> None:
    assert scale(rows=1).down(np.array([0.1, 0.05, 0.0])).tolist() == [0, 1, 3]
