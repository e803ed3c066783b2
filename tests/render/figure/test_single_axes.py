from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from plans_of import planned

from cosine_cli.plans.model.plan import Plan
from cosine_cli.render.core.crossings import half_peak_crossings
from cosine_cli.render.figure.mpl.fonts import FontRuler
from cosine_cli.render.figure.palette import DARK, LIGHT
from cosine_cli.render.figure.primitives import Area, Dot, Line, Primitive, Text
from cosine_cli.render.figure.ruler import extent
from cosine_cli.render.figure.single_axes import scene
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.core.search import highest
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.piecewise_constant import PiecewiseConstant
from cosine_cli.schedules.polynomial import Polynomial
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup


def drawn(plan: Plan) -> list[Primitive]:
    return scene(plan, LIGHT, FontRuler())


def words(marks: list[Primitive]) -> dict[str, Text]:
    return {mark.text: mark for mark in marks if isinstance(mark, Text)}


def dots(marks: list[Primitive], shape: str = "round") -> list[Dot]:
    return [mark for mark in marks if isinstance(mark, Dot) and mark.shape == shape]


def of_color(marks: list[Primitive], color: str) -> list[Primitive]:
    return [mark for mark in marks if mark.color == color]


BLUE, ORANGE, GREEN = LIGHT.hues[:3]


def test_the_default_comparison_reads_15_05_and_30_and_50(default_plan: Plan) -> None:
    marks = drawn(default_plan)
    numbers = [mark for mark in words(marks).values() if mark.bold and mark.text in ("15.05", "30", "50")]
    assert [(mark.text, mark.color) for mark in sorted(numbers, key=lambda mark: mark.text)] == [
        ("15.05", GREEN),
        ("30", ORANGE),
        ("50", BLUE),
    ]
    assert "half the peak" in words(marks)
    by_place = sorted(dots(marks), key=lambda dot: dot.x)
    # The axes are 474 points wide from 48: exponential decay is at half at 100 log 2 / log 100.
    assert [dot.x for dot in by_place] == pytest.approx([48 + 4.74 * 15.0515, 48 + 4.74 * 30, 48 + 4.74 * 50])
    assert [dot.y for dot in by_place] == pytest.approx([36 + 222 * 0.5 / 1.02] * 3)
    assert [(dot.size, dot.edge) for dot in by_place] == [(5.4, 1.5), (5.4, 1.5), (6.2, 1.9)]


def test_the_default_comparison_ends_at_its_three_rates(default_plan: Plan) -> None:
    marks = drawn(default_plan)
    ends = [mark for mark in marks if isinstance(mark, Text) and mark.x == 522 + 9]
    assert [(mark.text, mark.color) for mark in sorted(ends, key=lambda mark: mark.y)] == [
        ("0", BLUE),
        ("1e-4", ORANGE),
        ("0.001", GREEN),
        ("ends at", LIGHT.faint),
    ]


def test_title_subtitle_and_axes_are_named(default_plan: Plan) -> None:
    found = words(drawn(default_plan))
    assert found["Cosine against step and exponential decay"].size == 13.0
    assert found["Peak 0.1, 100 epochs"].color == LIGHT.soft
    assert found["Learning rate"].x == 14.0
    assert found["Epoch"].x == 522.0
    assert {"0.025", "0.05", "0.075", "0.1", "10", "90", "100"} <= set(found)


def test_each_curve_says_its_name_and_what_it_does(default_plan: Plan) -> None:
    found = words(drawn(default_plan))
    assert found["cosine"].size == 11.0
    assert found["step decay"].size == found["exponential decay"].size == 10.0
    assert [found[name].color for name in ("cosine", "step decay", "exponential decay")] == [BLUE, ORANGE, GREEN]
    assert {"to 0 at epoch 100", "×0.1 every 30 epochs", "×0.955 an epoch"} <= set(found)


def test_the_subject_is_heavy_and_on_top_and_steps_are_dotted_at_their_jumps(default_plan: Plan) -> None:
    marks = drawn(default_plan)
    (subject,) = [mark for mark in of_color(marks, BLUE) if isinstance(mark, Line)]
    jumps, plateaus = [mark for mark in of_color(marks, ORANGE) if isinstance(mark, Line)]
    (dashed,) = [mark for mark in of_color(marks, GREEN) if isinstance(mark, Line)]
    assert (subject.width, subject.dash) == (2.6, ())
    assert (plateaus.width, plateaus.dash) == (1.77, ())
    assert (jumps.width, jumps.dash) == (1.1, (1.0, 1.8))
    assert dashed.dash == pytest.approx((5.0, 1.7), rel=0.05)
    assert subject.layer > plateaus.layer == dashed.layer
    assert len(subject.points) == 201


def test_the_area_under_the_subject_is_tinted(default_plan: Plan) -> None:
    (tint,) = [mark for mark in drawn(default_plan) if isinstance(mark, Area)]
    assert (tint.color, tint.alpha) == (BLUE, 0.065)


def test_the_dark_theme_changes_every_color(default_plan: Plan) -> None:
    light = {mark.color for mark in drawn(default_plan)}
    dark = {mark.color for mark in scene(default_plan, DARK, FontRuler())}
    assert not light & dark


def test_a_log_axis_says_so_has_no_tint_and_no_halves_and_ends_in_a_triangle(
    make_plan: Callable[..., Plan], compared: dict[str, Schedule]
) -> None:
    marks = drawn(make_plan(compared, title="Log", log=True))
    found = words(marks)
    assert "Peak 0.1, 100 epochs; logarithmic axis" in found
    assert {"1e-5", "1e-4", "0.001", "0.01", "0.1"} <= set(found)
    assert not [mark for mark in marks if isinstance(mark, Area)]
    assert not dots(marks)
    (triangle,) = dots(marks, "down")
    assert triangle.color == BLUE
    # The cosine is at 1e-4 of its peak where sin^2(pi (1 - u) / 2) is: u = 1 - 2 asin(0.01) / pi = 0.99363.
    assert triangle.x == pytest.approx(48 + 474 * 0.99363, abs=0.5)
    assert found["0"].y < found["1e-4"].y


@pytest.mark.parametrize(
    ("schedule", "times"),
    [
        (Step(lr=0.1, step_size=30, gamma=1e-5), [30]),
        (PiecewiseConstant(milestones=(20, 60), values=(0.1, 0.01, 0.0)), [60]),
        (PiecewiseConstant(milestones=(20, 40, 75), values=(0.1, 0.0, 0.05, 1e-9)), [20, 75]),
        (PiecewiseConstant(milestones=(20, 60), values=(0.1, 1e-3, 2e-6)), [60]),
        (PiecewiseConstant(milestones=(20, 60), values=(0.1, 1e-3, 1e-4)), []),
    ],
    ids=["step", "to 0", "twice", "by little", "not at all"],
)
def test_a_jump_off_a_log_axis_ends_in_a_triangle(
    make_plan: Callable[..., Plan], schedule: Schedule, times: list[float]
) -> None:
    """The axis begins at 1e-4 of the peak: what jumps below that is marked where it leaves, as what slides off is."""
    marks = drawn(make_plan({"a": schedule}, log=True))
    (bottom,) = {mark.y for mark in marks if isinstance(mark, Text) and mark.text == "1e-5"}
    found = dots(marks, "down")
    assert [mark.x for mark in found] == pytest.approx([48 + 474 * time / 100 for time in times], abs=0.5)
    assert all(mark.y == pytest.approx(bottom, abs=8) for mark in found)


def test_restarts_have_numbers_and_no_halves(make_plan: Callable[..., Plan]) -> None:
    restarts = Restarts(cycle=10, cycle_mult=2, cycles=4, of=Cosine(lr=0.1, total=10))
    marks = drawn(make_plan({"cosine restarts": restarts, "cosine": Cosine(lr=0.1, total=150)}, length=150))
    assert not dots(marks)
    numbers = [mark for mark in marks if isinstance(mark, Text) and mark.color == LIGHT.faint and mark.text.isdigit()]
    assert [mark.text for mark in numbers] == ["1", "2", "3", "4"]
    assert numbers[3].x == pytest.approx(48 + 474 * 70 / 150 + 4.5)


def test_a_warmup_is_a_span_with_its_length(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({"cosine": Warmup(warmup=500, of=Cosine(lr=0.1, total=9500))}, length=10_000, unit="step")
    marks = drawn(plan)
    span = next(mark for mark in marks if isinstance(mark, Area) and mark.color == LIGHT.ink)
    assert span.alpha == 0.035
    assert span.points[:, 0].max() == pytest.approx(48 + 474 * 0.05)
    assert "warmup, 500" in words(marks)
    assert words(marks)["Step"].x == 522.0
    # Half of the way down from 500 to 10 000.
    assert "5250" in words(marks)


def test_warmups_of_different_lengths_have_no_span(make_plan: Callable[..., Plan]) -> None:
    curves = {f"warmup {n}": Warmup(warmup=n, of=Cosine(lr=0.1, total=100 - n)) for n in (5, 10)}
    assert LIGHT.ink not in {mark.color for mark in drawn(make_plan(curves))}


def test_without_annotations_a_key_row_says_which_is_which(
    make_plan: Callable[..., Plan], compared: dict[str, Schedule]
) -> None:
    marks = drawn(make_plan(compared, annotations=False))
    found = words(marks)
    assert not dots(marks)
    assert not [mark for mark in marks if isinstance(mark, Area)]
    assert {found[name].y for name in compared} == {found["cosine"].y}
    assert found["cosine"].y == pytest.approx(found["Learning rate"].y, abs=0.5)
    assert not {"ends at", "1e-4", "half the peak", "to 0 at epoch 100"} & set(found)


def test_a_column_has_a_key_row_with_the_short_names(
    make_plan: Callable[..., Plan], compared: dict[str, Schedule]
) -> None:
    found = words(drawn(make_plan(compared, size=(3.25, 2.15), dpi=300.0)))
    assert {"cosine", "step", "exponential", "15.05", "30", "50", "half the peak", "ends at"} <= set(found)
    assert "step decay" not in found
    assert found["Learning rate"].size == pytest.approx(7.2)


def test_a_label_of_the_user_is_never_shortened_to_the_schedule(
    make_plan: Callable[..., Plan], compared: dict[str, Schedule]
) -> None:
    mine = {"my step": compared["step decay"], "cosine": compared["cosine"]}
    assert "my step" in words(drawn(make_plan(mine, size=(3.25, 2.15), annotations=False)))


def five() -> dict[str, Schedule]:
    return {f"power {p}": Polynomial(lr=0.1, total=100, power=p) for p in (0.5, 1, 2, 3, 4)}


def test_from_five_curves_the_names_stand_with_the_end_values(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan(five()))
    names = [mark for mark in marks if isinstance(mark, Text) and mark.text.startswith("power")]
    assert len(names) == 5
    assert len({mark.x for mark in names}) == 1
    heights = sorted(mark.y for mark in names)
    assert all(b - a >= 11.5 - 1e-9 for a, b in pairwise(heights))


def test_without_annotations_five_names_stand_there_alone(make_plan: Callable[..., Plan]) -> None:
    found = words(drawn(make_plan(five(), annotations=False)))
    assert "power 3" in found
    assert "ends at" not in found


def test_the_words_of_two_equal_curves_are_both_there_and_the_second_lies_dashed_on_the_first(
    make_plan: Callable[..., Plan],
) -> None:
    marks = drawn(make_plan({"cosine": Cosine(lr=0.1, total=100), "twin": Cosine(lr=0.1, total=100)}))
    assert {"cosine", "twin"} <= set(words(marks))
    first, second = (
        max((m for m in of_color(marks, hue) if isinstance(m, Line)), key=lambda m: len(m.points))
        for hue in (BLUE, ORANGE)
    )
    assert second.layer > first.layer
    assert second.dash


def test_epochs_stand_below_and_steps_above_where_both_mean_something(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({"cosine": Cosine(lr=0.1, total=39_100)}, steps_per_epoch=391)
    found = words(drawn(plan))
    assert {"Epoch", "Step", "39.1k", "5k", "50", "100"} <= set(found)
    assert found["39.1k"].y > found["100"].y


def test_a_rate_that_never_falls_has_no_half(make_plan: Callable[..., Plan]) -> None:
    assert not dots(drawn(make_plan({"constant": Constant(lr=0.1)})))


def test_a_curve_that_starts_below_half_the_largest_peak_has_no_half(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan({"cosine": Cosine(lr=0.1, total=100), "low": Linear(lr=0.04, total=100)}))
    assert [dot.color for dot in dots(marks)] == [BLUE]


def test_no_number_touches_another_or_a_marker(make_plan: Callable[..., Plan], ruler: FontRuler) -> None:
    near = {f"power {p}": Polynomial(lr=0.1, total=100, power=p) for p in (1.0, 1.05, 1.1, 1.3)}
    marks = drawn(make_plan(near))
    numbers = [m for m in marks if isinstance(m, Text) and m.bold and m.size == 9.0]
    spans = sorted((m.x - (ruler.width(m.text, 9.0, bold=True) if m.align == "right" else 0), m.y, m) for m in numbers)
    for (left, y, one), (right, other_y, _) in pairwise(spans):
        assert left + ruler.width(one.text, 9.0, bold=True) < right or abs(y - other_y) > 7.0


@pytest.mark.parametrize("lr", [5e-324, 1e-320, 1e-300, 1e300, 1.7e308])
@pytest.mark.parametrize("log", [False, True])
def test_rates_at_the_ends_of_float64_are_drawn(make_plan: Callable[..., Plan], lr: float, *, log: bool) -> None:
    curves = {
        "cosine": Cosine(lr=lr, total=100),
        "exponential decay": Exponential(lr=lr, gamma=0.9),
        "step": Step(lr=lr, step_size=30),
    }
    assert "cosine" in words(drawn(make_plan(curves, log=log)))


@pytest.mark.parametrize("length", [1, 2, 10**12, 2**53])
def test_runs_of_any_length_are_drawn(make_plan: Callable[..., Plan], length: int) -> None:
    curves = {"cosine": Cosine(lr=0.1, total=float(length)), "step": Step(lr=0.1, step_size=1.0)}
    assert "cosine" in words(drawn(make_plan(curves, length=length)))


def test_a_curve_far_below_the_others_is_still_on_a_log_axis(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan({"cosine": Cosine(lr=1.0, total=100), "tiny": Cosine(lr=1e-7, total=100)}, log=True))
    assert [mark for mark in of_color(marks, ORANGE) if isinstance(mark, Line)]
    assert "1e-8" in words(marks)


def test_what_the_figure_says_is_what_the_table_says(make_plan: Callable[..., Plan]) -> None:
    """A line of 95 epochs is down to half at 47.5; a cosine of 100 to 0.0123456789 ends there, to six digits of 0.1."""
    found = words(drawn(make_plan({"linear": Linear(lr=0.1, total=95)}, length=95)))
    assert "47.5" in found
    assert not {"47", "48"} & set(found)
    assert "0.012346" in words(drawn(make_plan({"cosine": Cosine(lr=0.1, total=100, min_lr=0.0123456789)})))


def test_a_warmup_of_half_an_epoch_says_so(make_plan: Callable[..., Plan]) -> None:
    plan = make_plan({"cosine": Warmup(warmup=47.5, of=Cosine(lr=0.1, total=52.5))})
    assert "warmup, 47.5" in words(drawn(plan))


@pytest.mark.parametrize("steps_per_epoch", [None, 450])
@pytest.mark.parametrize("size", [(8.0, 4.5), (3.25, 2.15), (2.2, 1.6)])
@pytest.mark.parametrize("annotations", [False, True])
def test_every_tick_is_exact_clear_of_the_next_and_on_the_page(
    make_plan: Callable[..., Plan],
    ruler: FontRuler,
    size: tuple[float, float],
    steps_per_epoch: int | None,
    *,
    annotations: bool,
) -> None:
    length, unit = (1001, "epoch") if steps_per_epoch else (450_450, "step")
    curves = {"linear": Linear(lr=1.99999e-5, total=450_450)}
    plan = make_plan(
        curves, length=length, unit=unit, steps_per_epoch=steps_per_epoch, size=size, annotations=annotations
    )
    ticks = [mark for mark in drawn(plan) if isinstance(mark, Text) and mark.align == "center"]
    assert {"450.45k", "1001"} & {tick.text for tick in ticks}
    for height in {tick.y for tick in ticks}:
        extents = sorted(extent(tick, ruler) for tick in ticks if tick.y == height)
        assert all(one.right < other.left for one, other in pairwise(extents))
        assert extents[-1].right <= size[0] * 72


def test_a_peak_that_no_round_step_divides_has_its_tick(make_plan: Callable[..., Plan]) -> None:
    marks = drawn(make_plan({"linear": Linear(lr=1.99999e-5, total=100)}, title="Title"))
    assert words(marks)["1.99999e-5"].align == "right"
    assert "Peak 1.99999e-5, 100 epochs" in words(marks)


# --- Numbers ---------------------------------------------------------------------------------------------------------


SIX = ("cosine", "step", "exponential", "linear", "rex", "wsd")


@pytest.mark.parametrize("size", ["column", "8x4.5", "4x3", "5.5x3.1", "2.5x2"])
@pytest.mark.parametrize("count", range(1, 7))
def test_half_peak_numbers_are_all_there_or_none_is(count: int, size: str) -> None:
    plan = planned(f"{' '.join(SIX[:count])} --size {size}")
    marks = drawn(plan)
    halves = {
        crossing.text
        for crossing in half_peak_crossings(plan, [highest(curve.schedule, 100) for curve in plan.curves], 0.1)
    }
    numbers = {mark.text for mark in marks if isinstance(mark, Text) and mark.bold and not mark.names} & halves
    assert numbers in (halves, set())
    assert len(dots(marks)) >= len(halves)


def test_six_curves_on_a_page_keep_their_numbers() -> None:
    assert {"15.05", "30", "50", "66.67", "90"} <= set(words(drawn(planned(" ".join(SIX)))))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("staircase:every=1,of=linear --epochs 3 --size column", "0 1 2 3"),
        ("staircase:every=1,of=linear --epochs 7 --size column", "0 1 2 3 4 5 6 7"),
        ("cosine --epochs 12", "0 1 2 3 4 5 6 7 8 9 10 11 12"),
        ("cosine --epochs 97", "0 10 20 30 40 50 60 70 80 90 97"),
        ("cosine --steps 450450 --size column", "0 200k 450.45k"),
        ("cosine --steps 1000 --steps-per-epoch 400 --size column", "0 1 2 2.5"),
    ],
)
def test_time_ticks_are_at_short_stairs_and_leave_no_hole_before_the_last(given: str, expected: str) -> None:
    marks = drawn(planned(given))
    centered = [mark for mark in marks if isinstance(mark, Text) and mark.align == "center"]
    lowest = min(mark.y for mark in centered)
    assert [mark.text for mark in sorted(centered, key=lambda mark: mark.x) if mark.y == lowest] == expected.split()


@pytest.mark.parametrize("log", ["", " --log"])
@pytest.mark.parametrize(("lr", "tick"), [("1.99999e-5", "1.99999e-5"), ("0.3", "0.3"), ("0.123456789", "0.123457")])
@pytest.mark.parametrize("size", ["8x4.5", "column"])
def test_the_peak_has_its_tick_on_every_axis(lr: str, tick: str, size: str, log: str) -> None:
    marks = drawn(planned(f"cosine --lr {lr} --size {size}{log}"))
    rates = [mark for mark in marks if isinstance(mark, Text) and mark.align == "right" and mark.x < 70]
    assert max(rates, key=lambda mark: mark.y).text == tick


# --- Legends ---------------------------------------------------------------------------------------------------------


def placed(legend: str, curves: str = "cosine step exponential") -> tuple[list[Text], list[Primitive]]:
    """Return the names of a figure with a legend, and the whole figure."""
    marks = drawn(planned(f"{curves} --legend {legend}"))
    return [mark for mark in marks if isinstance(mark, Text) and mark.names and mark.names.kind == "curve"], marks


def test_a_legend_above_is_over_the_axes_in_a_row_beside_the_axis_label() -> None:
    names, marks = placed("above")
    assert {name.y for name in names} == {names[0].y}
    assert names[0].y == pytest.approx(words(marks)["Learning rate"].y, abs=0.5)


def test_a_legend_below_is_under_the_time_axis() -> None:
    names, marks = placed("below")
    assert max(name.y for name in names) < words(marks)["Epoch"].y
    samples = [mark for mark in marks if isinstance(mark, Line) and mark.points[:, 1].max() < words(marks)["Epoch"].y]
    assert [sample.color for sample in samples] == [BLUE, ORANGE, GREEN]


def test_a_legend_at_the_right_has_a_sample_and_a_name_after_each_end_value() -> None:
    names, marks = placed("right")
    ends = [mark for mark in marks if isinstance(mark, Text) and mark.x == 9.0 + right_of_axes(marks)]
    assert {end.text for end in ends} == {"ends at", "0", "1e-4", "0.001"}
    assert min(name.x for name in names) > max(extent(end, FontRuler()).right for end in ends if end.bold)
    assert right_of_axes(marks) - 48 >= 8 * 72 / 2


def right_of_axes(marks: list[Primitive]) -> float:
    return max(mark.points[:, 0].max() for mark in marks if isinstance(mark, Line) and mark.color == LIGHT.axis)


def test_a_direct_legend_is_beside_the_curves_even_without_annotations() -> None:
    plan = planned("cosine step --legend direct")
    bare = replace(plan, figure=replace(plan.figure, annotations=False))
    box = [mark for mark in drawn(bare) if isinstance(mark, Text) and mark.names and mark.names.kind == "curve"]
    assert all(48 < name.x < right_of_axes(drawn(bare)) and 36 < name.y < 298 for name in box)


def test_without_a_legend_no_curve_has_a_name() -> None:
    names, marks = placed("none")
    assert not names
    assert "50" in words(marks)


@pytest.mark.parametrize("legend", ["above", "below", "right"])
def test_a_legend_keeps_many_curves_on_one_pair_of_axes(legend: str) -> None:
    names, marks = placed(legend, " ".join(f"polynomial:power={p}" for p in range(1, 13)))
    assert len(names) == 12
    assert len([mark for mark in marks if isinstance(mark, Line) and mark.color == LIGHT.axis]) == 2


# --- Titles ----------------------------------------------------------------------------------------------------------


def test_a_long_title_is_wrapped_and_lowers_the_axes() -> None:
    title = "A title of very many words " * 6
    long, short = (drawn(planned(f"cosine --title '{text}'")) for text in (title, "Short"))
    lines = [mark for mark in long if isinstance(mark, Text) and mark.names and mark.names.kind == "title"]
    assert len(lines) > 1
    assert " ".join(line.text for line in lines) == title.strip()
    assert words(long)["Learning rate"].y < words(short)["Learning rate"].y
    assert words(long)["Peak 0.1, 100 epochs"].y < min(line.y for line in lines)
