"""Curves as dots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.render.chart.canvas import Dots, braille, draw_curve, draw_points, touched
from cosine_cli.render.chart.dot_scale import DotScale
from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

AREAS = st.tuples(st.integers(1, 60), st.integers(1, 20))


def scale(columns: int, rows: int, *, until: float = 100.0, decades: float | None = None) -> DotScale:
    return DotScale(columns=columns, rows=rows, until=until, peak=0.1, decades=decades)


def picture(dots: Dots) -> list[str]:
    return ["".join(".#"[dot] for dot in row) for row in dots.tolist()]


def row_of(rate: float, rows: int) -> int:
    """Return the row of dots of a rate by the rule: 0 is two dots above the bottom, 0.1 as many below the top."""
    if rows == 1:
        return 3 - round(rate / 0.1 * 3)
    return 4 * rows - 2 - round(rate / 0.1 * 4 * (rows - 1))


SCHEDULES = st.one_of(
    st.floats(5, 200).map(lambda total: Cosine(lr=0.1, total=total)),
    st.floats(0.9, 0.999).map(lambda gamma: Exponential(lr=0.1, gamma=gamma)),
    st.floats(0.5, 90).map(lambda step_size: Step(lr=0.1, step_size=step_size, gamma=0.7)),
    st.lists(st.integers(1, 99), min_size=1, max_size=6, unique=True).map(
        lambda times: Multistep(lr=0.1, milestones=tuple(sorted(times)), gamma=0.5)
    ),
    st.floats(1, 60).map(lambda cycle: Restarts(cycle=cycle, of=Linear(lr=0.1, total=cycle))),
    st.floats(0.5, 60).map(lambda warmup: Warmup(warmup=warmup, of=Cosine(lr=0.1, total=100 - warmup))),
)


def seen(schedule: Schedule, start: float, stop: float) -> Rates:
    """Return the rates of a column by looking hard: both ends of it, both sides of every knot, and much between."""
    knots = schedule.knots(100, 1000) or ()
    inside = [time for time in knots if start <= time < stop]
    ends = [np.nextafter(time, 0.0) for time in (*inside, stop) if time > start]
    times = np.array([start, *inside, *ends, *np.linspace(start, stop, 50)[:-1]])
    return schedule(times[(times >= start) & (times < stop)])


@given(SCHEDULES, AREAS)
def test_the_lowest_and_the_highest_rate_of_every_column_are_drawn(schedule: Schedule, area: tuple[int, int]) -> None:
    columns, rows = area
    dots = draw_curve(schedule, scale(columns, rows)).solid
    edges = np.linspace(0.0, 100.0, 2 * columns + 1)
    for column, (start, stop) in enumerate(pairwise(edges.tolist())):
        rates = seen(schedule, start, stop).tolist()
        if column == 2 * columns - 1:
            rates.append(schedule(np.array([100.0]))[0])
        found = np.flatnonzero(dots[:, column])
        assert (found[0], found[-1]) == (row_of(max(rates), rows), row_of(min(rates), rows))


@given(st.floats(5, 200), AREAS)
def test_a_curve_without_a_jump_has_no_gap_and_no_light_dot(total: float, area: tuple[int, int]) -> None:
    found = draw_curve(Cosine(lr=0.1, total=total), scale(*area))
    spans = [np.flatnonzero(column) for column in found.solid.T]
    assert all(len(span) == span[-1] - span[0] + 1 for span in spans)
    assert all(left[0] <= right[-1] + 1 and right[0] <= left[-1] + 1 for left, right in pairwise(spans))
    assert not found.light.any()


def test_plateaus_are_solid_and_the_jump_between_them_is_dotted() -> None:
    found = draw_curve(Step(lr=0.1, step_size=50, gamma=0.5), scale(4, 3))
    # 0 lies in row 10 and 0.1 in row 2: 0.05 in row 6, and 0.025, which is left after the last step, in row 8.
    solid = {2: "####....", 6: "....####", 8: ".......#"}
    assert picture(found.solid) == [solid.get(row, "........") for row in range(12)]
    assert picture(found.light) == [{4: "....#..."}.get(row, "........") for row in range(12)]


def test_a_restart_within_one_column_shows_both_its_sides() -> None:
    found = draw_curve(Restarts(cycle=60, of=Linear(lr=0.1, total=60)), scale(2, 2))
    # Columns of 25 steps, 0 in row 6 and 0.1 in row 2: the third goes down to 0, and from 0.1 to 0.075.
    assert picture(found.solid) == ["....", "....", "#.#.", "#.##", "##.#", ".###", "..#.", "...."]
    assert picture(found.light) == ["....", "....", "....", "....", "..#.", "....", "....", "...."]


def test_cycles_narrower_than_a_column_are_a_band_with_solid_edges() -> None:
    found = draw_curve(Restarts(cycle=1, of=Linear(lr=0.1, total=1)), scale(20, 4))
    assert found.solid[2].all()
    assert found.solid[14].all()
    assert found.solid.sum() == 2 * 40
    assert 0.4 < found.light[3:14].mean() < 0.6
    assert found.restarts


def test_a_run_of_10_to_the_12_steps_is_drawn_as_well() -> None:
    spikes = Restarts(cycle=10**6 + 3, of=Cosine(lr=0.1, total=10**6 + 3))
    found = draw_curve(spikes, scale(30, 5, until=1e12))
    assert found.solid[2].all()
    assert found.solid[18].all()


def test_on_a_logarithmic_axis_a_decade_is_as_high_as_another_and_nothing_is_below() -> None:
    found = draw_curve(Exponential(lr=0.1, gamma=10 ** (-1 / 20)), scale(50, 5, decades=4.0)).solid
    # A decade every 20 steps: at 80 steps the bottom is reached.
    top = [int(np.flatnonzero(column)[0]) if column.any() else None for column in found.T]
    assert [top[column] for column in (0, 20, 40, 60)] == [2, 6, 10, 14]
    assert top[82:] == [None] * 18


@dataclass(frozen=True, kw_only=True)
class Ended(Schedule):
    """A curve that ends halfway, as one whose framework raises there."""

    lr: float = 0.1

    def formula(self, m: object, t: Rates) -> Rates:  # noqa: ARG002 - numpy is all that is asked for here
        return np.where(t < 50, 0.1, math.nan)


def test_where_a_curve_has_ended_nothing_is_drawn() -> None:
    found = draw_curve(Ended(), scale(10, 3))
    assert found.dots[:, :9].any(axis=0).all()
    assert not found.dots[:, 10:].any()


@pytest.mark.parametrize(
    ("place", "char"),
    list(zip([(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (3, 0), (3, 1)], "⠁⠂⠄⠈⠐⠠⡀⢀", strict=True)),
)
def test_each_dot_of_a_character(place: tuple[int, int], char: str) -> None:
    dots = np.zeros((4, 4), dtype=bool)
    dots[place] = True
    assert [chr(code) for code in braille(dots)[0]] == [char, " "]
    assert touched(dots).tolist() == [[True, False]]


def test_points_are_single_dots() -> None:
    curve = draw_points(Linear(lr=0.1, total=100), np.array([0.0, 50.0, 100.0]), scale(4, 2))
    assert picture(curve.solid) == [
        "........",
        "........",
        "#.......",
        "........",
        "....#...",
        "........",
        ".......#",
        "........",
    ]
    assert not curve.light.any()
