from __future__ import annotations

import numpy as np
import pytest

from cosine_cli.render.figure.paths import Stroke, above, trace
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

COLUMNS = 480


def test_a_smooth_curve_is_one_stroke_of_201_points_with_both_ends() -> None:
    drawn = trace(Cosine(lr=0.1, total=100), 100.0, COLUMNS)
    (stroke,) = drawn.strokes
    assert len(stroke.times) == 201
    assert (stroke.times[0], stroke.rates[0]) == (0.0, 0.1)
    assert stroke.times[-1] == 100.0
    assert stroke.rates[-1] == pytest.approx(0.0, abs=1e-12)
    assert drawn.jumps == drawn.bands == drawn.restarts == ()
    assert not drawn.stepped
    assert drawn.end == 0.0


def test_steps_are_plateaus_with_a_jump_between_and_no_line_through_it() -> None:
    drawn = trace(Step(lr=0.1, step_size=30), 100.0, COLUMNS)
    assert [stroke.times.tolist() for stroke in drawn.strokes] == [[0, 30], [30, 60], [60, 90], [90, 100]]
    assert [stroke.rates[0] == stroke.rates[1] for stroke in drawn.strokes] == [True] * 4
    assert [jump.time for jump in drawn.jumps] == [30, 60, 90]
    assert [jump.after / jump.before for jump in drawn.jumps] == pytest.approx([0.1] * 3)
    assert drawn.stepped
    assert drawn.end == pytest.approx(1e-4)


def test_a_drop_at_the_very_end_is_drawn() -> None:
    drawn = trace(Step(lr=0.1, step_size=50), 100.0, COLUMNS)
    assert [jump.time for jump in drawn.jumps] == [50, 100]
    assert drawn.end == pytest.approx(0.001)


def test_a_bend_is_no_jump() -> None:
    drawn = trace(Warmup(warmup=5, of=Cosine(lr=0.1, total=95)), 100.0, COLUMNS)
    assert len(drawn.strokes) == 1
    assert drawn.jumps == ()
    assert drawn.strokes[0].rates.max() == 0.1


def test_restarts_are_known_by_their_upward_jumps() -> None:
    drawn = trace(Restarts(cycle=10, cycle_mult=2, cycles=4, of=Cosine(lr=0.1, total=10)), 150.0, COLUMNS)
    assert drawn.restarts == (0.0, 10.0, 30.0, 70.0)
    assert len(drawn.strokes) == 4
    assert drawn.end == 0.0


def test_more_wiggles_than_pixels_are_a_band_with_every_peak_in_it() -> None:
    drawn = trace(Restarts(cycle=1, of=Cosine(lr=0.1, total=1)), 1000.0, COLUMNS)
    (band,) = drawn.bands
    assert drawn.strokes == ()
    assert len(band.low) == COLUMNS
    assert band.high.tolist() == [0.1] * COLUMNS
    assert band.low.max() < 1e-3
    assert drawn.restarts


def test_the_stairs_of_a_decay_are_no_restarts() -> None:
    assert trace(Staircase(every=1, of=Cosine(lr=0.1, total=40)), 40.0, COLUMNS).restarts == ()
    assert trace(Staircase(every=1, of=Cosine(lr=0.1, total=40_000)), 40_000.0, COLUMNS).restarts == ()


def test_what_is_evaluated_does_not_grow_with_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    rate = Step.rate
    monkeypatch.setattr(Step, "rate", lambda self, t: asked.append(len(t)) or rate(self, t))
    trace(Step(lr=0.1, step_size=1.0, gamma=1 - 1e-11), 1e12, COLUMNS)
    assert sum(asked) < 20_000


def test_many_pieces_share_a_few_thousand_points() -> None:
    drawn = trace(Restarts(cycle=1, of=Cosine(lr=0.1, total=1)), 150.0, COLUMNS)
    assert len(drawn.strokes) == 150
    assert sum(len(stroke.times) for stroke in drawn.strokes) < 3000


def test_more_pieces_than_columns_are_a_band_too() -> None:
    many = Multistep(lr=0.1, milestones=tuple(float(m) for m in range(1, 999)), gamma=0.999)
    drawn = trace(many, 1000.0, COLUMNS)
    assert drawn.strokes == ()
    assert drawn.bands[0].high[0] == 0.1


def test_a_constant_is_one_stroke_of_two_points() -> None:
    (stroke,) = trace(Constant(lr=0.1), 100.0, COLUMNS).strokes
    assert stroke.times.tolist() == [0.0, 100.0]


def test_the_outline_goes_through_all_of_the_run_in_order() -> None:
    wild = Sequence(of=(Linear(lr=0.1, total=50), Step(lr=0.1, step_size=0.01, gamma=0.999)), lengths=(50, 50))
    outline = trace(wild, 100.0, COLUMNS).outline
    assert (outline.times[0], outline.times[-1]) == (0.0, 100.0)
    assert (np.diff(outline.times) >= 0).all()


def test_a_stroke_is_cut_where_it_falls_below_the_axes_and_where_it_rises_again() -> None:
    valley = Stroke(np.array([0.0, 10.0, 20.0]), np.array([1.0, 0.0, 1.0]))
    down, up = above(valley, 0.2)
    assert (down.times.tolist(), down.rates.tolist()) == ([0.0, 8.0], [1.0, 0.2])
    assert (up.times.tolist(), up.rates.tolist()) == ([12.0, 20.0], [0.2, 1.0])
    assert above(valley, 2.0) == []


def test_subnormal_rates_are_drawn() -> None:
    drawn = trace(Exponential(lr=1e-320, gamma=0.9), 100.0, COLUMNS)
    assert drawn.strokes[0].rates[0] == 1e-320
