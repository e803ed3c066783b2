"""The axes of a chart."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cosine_cli.plans.model.clock import Clock
from cosine_cli.render.ansi import styled
from cosine_cli.render.chart.chart_axes import Margins, chart_rate_ticks, margins, rate_axis, time_axis
from cosine_cli.render.chart.dot_scale import DotScale
from cosine_cli.render.chart.glyphs import ASCII, DOTS
from cosine_cli.text import thousands


def text(cells: list) -> str:
    return styled(cells, "")


def epochs(length: int) -> Clock:
    return Clock(unit="epoch", length=length, steps_per_epoch=None)


def test_times() -> None:
    assert [text(cells) for cells in time_axis(epochs(100), 41, 8, DOTS)] == [
        "       └┬───────┬───────┬───────┬───────┬───────┬".replace("┬" * 2, "┬"),
        " epoch  0       20      40      60      80    100",
    ]


def test_texts_that_would_touch_are_left_out_and_the_end_is_kept() -> None:
    _, texts = time_axis(epochs(97), 20, 8, ASCII)
    assert text(texts).split() == ["epoch", "0", "50", "97"]


@given(st.integers(1, 10**12), st.integers(12, 200))
@example(100_000_001, 12)  # the text of the end, 100.000001M, leaves no room for that of the start
@example(10_000_000_001, 12)  # the text of the end is wider than the chart
def test_the_axis_is_as_wide_as_the_chart_and_says_both_ends(length: int, columns: int) -> None:
    axis, texts = time_axis(epochs(length), columns, 8, DOTS)
    assert (len(axis), len(texts)) == (8 + columns, 8 + columns)
    words = text(texts).split()
    end = thousands(length, digits=12)
    room = columns - len(end)
    assert words[0] == "epoch"
    assert words[1:2] == (["0"] if room < 0 or room >= 2 else [end])
    assert room < 0 or len(text(texts)) == 8 + columns
    assert text(axis).count("┬") >= len(words) - 1


@pytest.mark.parametrize(
    ("peak", "depth", "shown"),
    [
        pytest.param(0.1, None, {0: "0.1", 4: "0.075", 8: "0.05", 12: "0.025", 16: "0"}, id="linear"),
        pytest.param(3e-4, None, {0: "3e-4", 5: "2e-4", 11: "1e-4", 16: "0"}, id="thirds"),
        pytest.param(0.1, 4.0, {0: "0.1", 4: "0.01", 8: "0.001", 12: "1e-4", 16: "1e-5"}, id="logarithmic"),
        pytest.param(0.0, None, {16: "0"}, id="no-rate-at-all"),
    ],
)
def test_rates(peak: float, depth: float | None, shown: dict[int, str]) -> None:
    scale = DotScale(columns=10, rows=17, until=1.0, peak=peak, decades=depth)
    found = [text(cells) for cells in rate_axis(scale, chart_rate_ticks(peak, depth), 8, DOTS)]
    assert found == [f"{shown.get(row, ''):>6} {'┤' if row in shown else '│'}" for row in range(17)]


@pytest.mark.parametrize(
    ("columns", "rows", "found"), [(80, 20, (8, 2)), (20, 5, (8, 2)), (19, 5, (0, 0)), (20, 4, (0, 0)), (1, 1, (0, 0))]
)
def test_a_small_chart_has_no_axes(columns: int, rows: int, found: tuple[int, int]) -> None:
    assert margins(columns, rows, chart_rate_ticks(0.1, None), ("epoch",)) == Margins(*found)
