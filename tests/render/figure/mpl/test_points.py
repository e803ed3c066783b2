"""Curves of points in figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from door import ask
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.figure.mpl.draw import draw
from cosine_cli.render.figure.mpl.on_axes import draw_on

TABLE = "piecewise_interpolated:times=0/50/51/90,values=0.1/0.05/0.05/0.02,linestyle=points"


def markers(plan: Plan, shape: str = "o") -> list[Line2D]:
    lines = [artist for artist in draw(plan, theme="light").artists if isinstance(artist, Line2D)]
    return [line for line in lines if line.get_marker() == shape and line.get_markeredgewidth() == 0]


def test_the_points_of_a_table_are_its_rates(plan: Callable[..., Plan]) -> None:
    (points,) = markers(plan(f"{TABLE} --epochs 100"))
    assert points.get_linestyle() == "None"
    x, y = np.asarray(points.get_xydata()).T
    assert x == pytest.approx([48, 48 + 474 * 0.5, 48 + 474 * 0.51, 48 + 474 * 0.9])
    assert (y - 36) / (y[0] - 36) == pytest.approx([1, 0.5, 0.5, 0.2])


def test_the_points_of_a_schedule_are_its_steps(plan: Callable[..., Plan]) -> None:
    (points,) = markers(plan("linear:linestyle=points --epochs 10"))
    assert points.get_xdata() == pytest.approx(48 + 474 * np.arange(11) / 10)


def test_points_are_thinned_to_what_can_be_told_apart(plan: Callable[..., Plan]) -> None:
    (points,) = markers(plan("linear:linestyle=points --steps 1000000"))
    apart = np.hypot(*np.diff(np.asarray(points.get_xydata()), axis=0).T)
    assert 100 < len(apart) < 140  # along 522 points of path, at least 4 apart
    assert apart.min() > 3.5


def test_the_last_row_of_a_log_is_drawn(plan: Callable[..., Plan]) -> None:
    times = "/".join(map(str, range(61)))
    values = "/".join(f"{1 - time / 100:g}" for time in range(61))
    drawn = plan(f"piecewise_interpolated:times={times},values={values},after=end,linestyle=points --epochs 1000")
    (points,) = markers(drawn)
    x = np.asarray(points.get_xdata())
    assert (x[[0, -1]] - x[0]) * 1000 / (x[-1] - x[0]) == pytest.approx([0, 1000])
    assert len(x) < 61
    width = (x[-1] - x[0]) / 0.06
    assert 460 < width < 480  # the last point is at epoch 60 of 1000


def test_the_ends_of_rates_and_of_rows_are_told_apart(plan: Callable[..., Plan]) -> None:
    """The heading belongs to the rate at the end of the run, not to the time of the last row."""
    table = "piecewise_interpolated:times=0/50,values=0.1/0.05,after=end,linestyle=points"
    words = {text.get_text(): text for text in draw(plan(f"linear {table} --epochs 100"), theme="light").findobj(Text)}
    below, heading, until = (words[text].get_position()[1] for text in ("0", "ends at", "until 50"))
    assert below < heading < until
    near = draw(plan(f"linear:min_lr=0.05 {table} --epochs 100"), theme="light").findobj(Text)
    texts = {text.get_text() for text in near}
    assert "until 50" in texts
    assert "ends at" not in texts


@pytest.mark.parametrize(
    ("words", "shown"),
    [("--xlim 40,60", 2), ("--ylim 0.04,0.06", 2), ("--log --ylim 0.03,0.2", 3)],
    ids=["time", "rate", "logarithmic"],
)
def test_points_outside_of_the_axes_are_left_out(plan: Callable[..., Plan], words: str, shown: int) -> None:
    (points,) = markers(plan(f"{TABLE} --epochs 100 {words}"))
    assert len(points.get_xdata()) == shown


def test_curves_of_points_have_different_markers(plan: Callable[..., Plan]) -> None:
    drawn = plan("linear:linestyle=points cosine rex:linestyle=points --legend above")
    for shape in "os":
        curve, sample = sorted(markers(drawn, shape), key=lambda line: -len(line.get_xdata()))
        assert len(sample.get_xdata()) == 3
        assert curve.get_markerfacecolor() == sample.get_markerfacecolor()


def test_points_beside_other_panels(plan: Callable[..., Plan]) -> None:
    drawn = plan(" ".join(f"polynomial:power={n}" for n in range(1, 9)) + f" {TABLE}")
    (points,) = markers(drawn)
    assert len(points.get_xdata()) >= 3


def test_points_on_own_axes(plan: Callable[..., Plan]) -> None:
    ax = Figure().add_subplot()
    points, line = draw_on(ax, plan(f"{TABLE} cosine --epochs 100"))
    assert (points.get_marker(), points.get_linestyle(), line.get_marker()) == ("o", "None", "None")
    assert points.get_xydata() == pytest.approx(np.array([(0, 0.1), (50, 0.05), (51, 0.05), (90, 0.02)]))


def texts(plan: Plan) -> set[str]:
    return {artist.get_text() for artist in draw(plan, theme="light").artists if isinstance(artist, Text)}


def test_points_have_no_cycles_and_no_half_peak(plan: Callable[..., Plan]) -> None:
    line = texts(plan("hard_restarts:cycles=2 --epochs 100"))
    assert {"cycle 1", "2"} <= line
    points = texts(plan("hard_restarts:cycles=2,linestyle=points --epochs 100"))
    assert not {"cycle 1", "2"} & points
    assert "half the peak" in texts(plan("linear --epochs 100"))
    assert "half the peak" not in texts(plan("linear:linestyle=points --epochs 100"))


def test_a_line_beside_points_that_restart_keeps_its_half_peak(plan: Callable[..., Plan]) -> None:
    marks = texts(plan("hard_restarts:cycles=2,linestyle=points linear --epochs 100"))
    assert "half the peak" in marks
    assert "50" in marks


def test_points_that_end_have_no_bar(plan: Callable[..., Plan]) -> None:
    table = "piecewise_interpolated:times=0/50/90,values=0.1/0.05/0.02,after=end"

    def bars(words: str) -> int:
        lines = [one for one in draw(plan(words), theme="light").artists if isinstance(one, Line2D)]
        vertical = (np.asarray(line.get_xydata()) for line in lines if len(line.get_xdata()) == 2)
        return sum(bool(np.ptp(ends[:, 0]) == 0 and np.ptp(ends[:, 1]) == pytest.approx(10)) for ends in vertical)

    assert bars(f"{table} --epochs 100") == 1
    assert bars(f"{table},linestyle=points --epochs 100") == 0


def test_points_of_a_run_that_ends_before_the_window(here: Path) -> None:
    (here / "a.yaml").write_text("epochs: 20\ncurves:\n  - linear: {linestyle: points}\n")
    (here / "b.yaml").write_text("epochs: 100\ncurves: [cosine]\n")
    answer = ask("plot", "a.yaml", "b.yaml", "--xlim", "50,100", "-o", "x.svg")
    assert answer.code == 0
    assert "outside the limits of the axes: a.yaml: linear" in answer.err
