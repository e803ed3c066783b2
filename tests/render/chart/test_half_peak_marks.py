"""Half the peak, and where curves sink below a logarithmic axis."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cosine_cli.render.chart import half_peak_marks, off_scale
from cosine_cli.render.chart.chart_context import ChartContext
from cosine_cli.render.chart.text_placement import PlacedText

MakeSheet = Callable[..., ChartContext]


def found(words: list[PlacedText]) -> dict[str, tuple[int, int]]:
    return {"".join(one.text): (one.row, one.column) for one in words if one.text not in ("○", "╌")}


def test_the_three_decays(make_sheet: MakeSheet) -> None:
    context = make_sheet(columns=100)
    words = half_peak_marks.words(context)
    # A column an epoch, and 0.05 in the middle row of 17; the exponential is down to half at 15.05.
    assert [(one.row, one.column) for one in words if one.text == "○"] == [(8, 15), (8, 30), (8, 50)]
    assert found(words) == {"50": (7, 51), "30": (8, 32), "15.05": (7, 16), "half the peak": (7, 54)}
    line = [one.column for one in words if one.text == "╌"]
    assert line == [column for column in range(50) if context.free[8, column] and column not in (15, 30, 32, 33)]
    assert len(line) > 35


def test_of_two_that_cross_in_one_column_the_first_has_the_marker(make_sheet: MakeSheet) -> None:
    words = half_peak_marks.words(make_sheet("linear cosine"))
    assert [(one.column, one.ink.hue) for one in words if one.text == "○"] == [(36, "#3b7ddd")]
    assert list(found(words)) == ["50", "half the peak"]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        pytest.param("linear --epochs 15", "7.5", id="a-short-run-in-parts-of-a-unit"),
        pytest.param("linear --epochs 95", "47.5", id="a-long-one-as-in-a-table"),
        pytest.param("linear --steps 1M", "500k", id="a-very-long-one"),
        pytest.param("linear --epochs 90 --steps-per-epoch 391", "45", id="epochs-of-many-steps"),
        pytest.param("linear linear:lr=0.04", "50", id="a-curve-that-begins-lower-has-none"),
    ],
)
def test_the_number(make_sheet: MakeSheet, words: str, number: str) -> None:
    assert list(found(half_peak_marks.words(make_sheet(words)))) == [number, "half the peak"]


def test_where_the_words_have_no_room_after_the_number_they_stand_before_it(make_sheet: MakeSheet) -> None:
    places = found(half_peak_marks.words(make_sheet("cosine wsd linear --warmup 5", columns=52, rows=13)))
    assert places["half the peak"][0] == places["52.5"][0] == 5
    assert places["half the peak"][1] < places["52.5"][1]


def test_of_peaks_that_differ_it_is_the_highest(make_sheet: MakeSheet) -> None:
    """0.08 cos^2(pi t / 200) is at 0.05, half of 0.1, where t = 200 / pi acos(sqrt(5 / 8)) = 41.96."""
    assert list(found(half_peak_marks.words(make_sheet("linear cosine:lr=0.08")))) == [
        "41.96",
        "50",
        "half the highest peak",
    ]


@pytest.mark.parametrize(
    ("words", "columns", "rows"),
    [
        pytest.param("linear --log", 72, 17, id="logarithmic"),
        pytest.param("linear restarts", 72, 17, id="restarts"),
        pytest.param("restarts:cycle=1 --epochs 1000", 72, 17, id="more-restarts-than-columns"),
        pytest.param("constant", 72, 17, id="never-down-to-half"),
        pytest.param("linear", 29, 17, id="narrow"),
        pytest.param("linear", 72, 6, id="low"),
    ],
)
def test_where_there_are_none(make_sheet: MakeSheet, words: str, columns: int, rows: int) -> None:
    assert half_peak_marks.words(make_sheet(words, columns=columns, rows=rows)) == []


def test_a_curve_that_ends_below_the_axis_says_where(make_sheet: MakeSheet) -> None:
    context = make_sheet("cosine step linear:total=50 --log", columns=100)
    # The step decay ends at 1e-4, on the axis; the line is gone at epoch 50.
    assert [(one.row, one.column, one.text, one.ink.hue) for one in off_scale.marks(context)] == [
        (16, 49, "▼", "#0c9c7f"),
        (16, 99, "▼", "#3b7ddd"),
    ]
