from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.resolve.axis_limits import hidden_curves
from cosine_cli.render.figure import compose
from cosine_cli.render.figure.compose import evaluate_curves
from cosine_cli.render.figure.matrix import scene_of_grid
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.render.figure.multiples import scene_of_panels
from cosine_cli.render.figure.palette import LIGHT
from cosine_cli.render.figure.primitives import Area, Dot, Line, Primitive, Text
from cosine_cli.render.figure.single_axes import scene

SLACK = 1e-6

CURVES = [
    "",
    "cosine step staircase:of=linear,every=7 --warmup 5",
    "restarts:cycle=10 multistep --steps-per-epoch 391",
    "restarts:cycle=1 cosine --epochs 500",
    "wsd polynomial tanh constant --steps 1000",
]
LIMITS = [
    "--xlim 0,20",
    "--xlim 30%,60%",
    "--xlim 99%,100%",
    "--ylim 0,0.02",
    "--ylim 0.03,0.07",
    "--log --ylim 1e-3,0.05",
    "--log --xlim 10%,20%",
    "--xlim 20%,90% --ylim 0.01,0.06",
    "--xlim 0,2000",
]


def drawn(line: str) -> list[Primitive]:
    return scene(planned(line), LIGHT, FontRuler())


def texts(line: str) -> list[str]:
    return [mark.text for mark in drawn(line) if isinstance(mark, Text)]


@pytest.mark.parametrize("curves", CURVES)
@pytest.mark.parametrize("limits", LIMITS)
def test_nothing_of_a_curve_is_outside_of_the_axes(curves: str, limits: str) -> None:
    plan = planned(f"{curves} {limits}")
    context = compose.context(evaluate_curves(plan), LIGHT, FontRuler())
    box = context.axes.box
    for paths in context.paths:
        edges = [part for side in paths.edges or () for part in side]
        for points in (*paths.strokes, *paths.jumps, *(edge for band in paths.bands for edge in band), *edges):
            assert box.left - SLACK <= points[:, 0].min() <= points[:, 0].max() <= box.right + SLACK
            assert box.bottom - SLACK <= points[:, 1].min() <= points[:, 1].max() <= box.top + SLACK


@pytest.mark.parametrize("curves", CURVES)
@pytest.mark.parametrize("limits", LIMITS)
def test_the_visible_part_of_a_curve_is_covered(curves: str, limits: str) -> None:
    """Rates at many times of the window, from the schedule itself, are on the path of the curve."""
    plan = planned(f"{curves} {limits}")
    context = compose.context(evaluate_curves(plan), LIGHT, FontRuler())
    axes, box = context.axes, context.axes.box
    for curve, paths in zip(plan.curves, context.paths, strict=True):
        times = np.linspace(*plan.window, 207)[1:-1]
        times = times[times < plan.clock.total]
        spans = [(part[:, 0].min(), part[:, 0].max()) for part in (*paths.strokes, *(low for low, _ in paths.bands))]
        for time, rate in zip(times.tolist(), curve.schedule(times).tolist(), strict=True):
            share, x = rate / axes.peak, axes.x(time)
            if axes.floor * 1.02 + 1e-9 < share < axes.ceiling * 0.98:
                assert any(left - 1 <= x <= right + 1 for left, right in spans), (curve.label, time)
            for part in paths.strokes:
                away = np.interp(x, part[:, 0], part[:, 1]) - axes.y(share)
                close = np.abs(part[:, 0] - x).min() > 0.5 and not paths.jumps and plan.figure.ylim is None
                if close and part[0, 0] < x < part[-1, 0]:
                    assert abs(away) < 0.3 + 0.01 * box.height


@pytest.mark.parametrize("limits", LIMITS)
def test_marks_are_inside_too(limits: str) -> None:
    plan = planned(f"cosine step linear --warmup 5 {limits}")
    box = compose.context(evaluate_curves(plan), LIGHT, FontRuler()).axes.box
    for mark in drawn(f"cosine step linear --warmup 5 {limits}"):
        if isinstance(mark, Area):
            assert box.bottom - SLACK <= mark.points[:, 1].min() <= mark.points[:, 1].max() <= box.top + SLACK
            assert mark.points[:, 0].max() < box.right + 80
        if isinstance(mark, Dot):
            assert box.bottom - SLACK <= mark.y <= box.top + SLACK


def test_a_window_of_the_end_shows_a_smooth_curve() -> None:
    (stroke,) = evaluate_curves(planned("cosine --xlim 50,51")).traces[0].strokes
    assert len(stroke.times) == 201
    assert (stroke.times[0], stroke.times[-1]) == (50.0, 51.0)
    assert stroke.rates == pytest.approx(0.05 * (1 + np.cos(np.pi * stroke.times / 100)))


def test_many_cycles_are_lines_when_few_are_shown() -> None:
    whole, part = (
        evaluate_curves(planned(f"restarts:cycle=1 --epochs 5000 {limits}")).traces[0]
        for limits in ("", "--xlim 4000.5,4003")
    )
    assert whole.bands
    assert not part.bands
    assert [(stroke.times[0], stroke.times[-1]) for stroke in part.strokes] == [
        (4000.5, 4001.0),
        (4001.0, 4002.0),
        (4002.0, 4003.0),
    ]
    assert [jump.time for jump in part.jumps][:2] == [4001.0, 4002.0]


def test_cycles_keep_their_numbers() -> None:
    shown = texts("restarts:cycle=10 --xlim 25,55")
    assert [text for text in shown if text in ("cycle 3", "4", "5", "6")] == ["cycle 3", "4", "5", "6"]
    assert sum(text.startswith("cycle") for text in shown) == 1


def test_end_values_are_shown_only_with_the_end_of_the_run() -> None:
    assert "ends at" in texts("--xlim 50,100")
    assert "ends at" not in texts("--xlim 50,99")
    shown = texts("--ylim 5e-4,0.1")
    assert "0.001" in shown
    assert "1e-4" not in shown


def test_half_peaks_are_shown_only_inside() -> None:
    assert {"15.05", "30", "50"} <= {*texts("")}
    assert "half the peak" in texts("--xlim 40,60")
    assert "50" in texts("--xlim 40,60")
    assert "half the peak" not in texts("--xlim 60,100")
    assert "half the peak" not in texts("--ylim 0,0.02")
    assert "half the peak" not in texts("step --xlim 20,30")
    assert "half the peak" not in texts("step --xlim 30,50")


def test_the_axis_ends_at_a_round_rate_above_the_highest_of_the_window() -> None:
    shown = texts("cosine --xlim 30,60")
    assert "0.08" in shown
    assert "0.1" not in shown
    assert "60" in shown
    assert "70" not in shown


@pytest.mark.parametrize("limits", LIMITS)
def test_panels_show_the_same_part(limits: str) -> None:
    many = "cosine step linear polynomial wsd tanh constant exponential multistep"
    grid = planned(f"cosine step {limits}", "figure: {grid: {min_lr: [0, 0.01]}}")
    panels = [scene_of_panels(planned(f"{many} {limits}"), LIGHT, FontRuler()), scene_of_grid(grid, LIGHT, FontRuler())]
    for marks in panels:
        assert marks
        lines = [mark.points for mark in marks if isinstance(mark, Line)]
        width, height = planned(many).figure.size
        for points in lines:
            known = points[~np.isnan(points).any(axis=1)]
            assert known.min() >= -SLACK
            assert known[:, 0].max() <= 72 * width
            assert known[:, 1].max() <= 72 * height


@pytest.mark.parametrize("limits", LIMITS)
def test_ticks_rise_and_do_not_overlap(limits: str) -> None:
    plan = planned(f"--steps-per-epoch 391 {limits}")
    context = compose.context(evaluate_curves(plan), LIGHT, FontRuler())
    heights = [y for y, _ in context.rate_ticks]
    assert all(a < b for a, b in pairwise(heights))
    assert context.axes.box.bottom - SLACK <= heights[0]
    assert heights[-1] <= context.axes.box.top + SLACK
    if plan.figure.ylim:
        assert (heights[0], heights[-1]) == pytest.approx((context.axes.box.bottom, context.axes.box.top))


def labeled(plan: Plan) -> set[str]:
    return {mark.names.text for mark in scene(plan, LIGHT, FontRuler()) if isinstance(mark, Text) and mark.names}


def test_curves_that_are_not_in_the_window_are_named() -> None:
    plan = planned("cosine constant:lr=0.001 --ylim 0.02,0.1")
    assert {"cosine", "constant"} <= labeled(plan)


def test_a_rate_that_equals_a_limit_but_for_rounding_is_shown() -> None:
    plan = planned("step:gamma=0.1 --ylim 0,0.01")
    assert float(plan.curves[0].schedule([30.0])[0]) > 0.01
    first, *_ = compose.context(evaluate_curves(plan), LIGHT, FontRuler()).paths[0].strokes
    box = compose.context(evaluate_curves(plan), LIGHT, FontRuler()).axes.box
    assert first[:, 1] == pytest.approx([box.top, box.top])


def test_each_band_of_a_logarithmic_axis_has_its_own_lower_edge() -> None:
    config = (
        "epochs: 1000\n"
        "figure: {log: true}\n"
        "curves:\n"
        "- sequence:\n"
        "  - restarts: {cycle: 1, cycles: 500, of: {cosine: {lr: 0.1, min_lr: 0.01}}, for: 500}\n"
        "  - restarts: {cycle: 1, cycles: 500, of: {cosine: {lr: 0.02, min_lr: 0.001}}}\n"
    )
    context = compose.context(evaluate_curves(planned(config=config)), LIGHT, FontRuler())
    (first, second), axes = context.paths[0].bands, context.axes
    assert first[0][10, 1] == pytest.approx(axes.y(0.1), abs=0.5)
    assert second[0][10, 1] == pytest.approx(axes.y(0.01), abs=0.5)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("cosine constant:lr=0.03,label=low --ylim 0.05,0.1", ["low"]),
        ("cosine constant:lr=0.03,label=low --ylim 0.02,0.1", []),
        ("cosine step --ylim 0.02,0.08", []),
        ("cosine step --xlim 0,20 --ylim 0.01,0.099", ["step decay"]),
        ("cosine step --xlim 70,90", []),
    ],
)
def test_curves_outside_the_limits(line: str, hidden: list[str]) -> None:
    assert [curve.label for curve in hidden_curves(planned(line))] == hidden
