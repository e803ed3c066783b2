"""Curves on a longer axis: each with the rates of its own run, exactly, up to its end."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.plans.model.placement import OnAxis
from cosine_cli.schedules.core.search import first_fall, highest
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.step import Step

EACH = st.integers(1, 100_000)


@given(EACH, EACH)
def test_every_update_has_its_own_rate(pace: int, update: int) -> None:
    of = Cosine(lr=0.1, total=100_000)
    placed = OnAxis(pace=float(pace), run=100_000.0, of=of)
    assert placed(update / pace) == of(float(update))


@given(EACH, EACH)
def test_so_it_has_on_an_axis_of_samples(per: int, update: int) -> None:
    of = Cosine(lr=0.1, total=100_000)
    placed = OnAxis(pace=1.0, per=float(per), run=100_000.0, of=of)
    assert placed(float(update * per)) == of(float(update))
    assert placed.ends == 100_000.0 * per


@given(EACH, st.integers(1, 1000))
def test_a_jump_is_at_its_sample_and_not_before(per: int, size: int) -> None:
    placed = OnAxis(pace=1.0, per=float(per), run=1000.0, of=Step(lr=1.0, step_size=size, gamma=0.5))
    jump = float(size * per)
    assert placed([math.nextafter(jump, 0.0), jump]).tolist() == [1.0, 0.5]


@given(EACH, st.integers(1, 1000))
def test_a_jump_is_at_its_update_and_not_before(pace: int, size: int) -> None:
    placed = OnAxis(pace=float(pace), run=1000.0, of=Step(lr=1.0, step_size=size, gamma=0.5))
    jump = size / pace
    assert placed([math.nextafter(jump, 0.0), jump]).tolist() == [1.0, 0.5]


@given(EACH, st.floats(0.5, 500.0))
def test_pieces_begin_with_the_rate_after_the_jump(pace: int, size: float) -> None:
    placed = OnAxis(pace=float(pace), run=1000.0, of=Step(lr=1.0, step_size=size, gamma=0.5))
    first, second = placed.pieces(1000.0 / pace, 3000)[:2]
    assert first.t1 == second.t0
    assert placed([first.t0, second.t0]).tolist() == [1.0, 0.5]


def test_it_ends_with_its_run_whose_last_rate_it_has() -> None:
    placed = OnAxis(pace=391.0, run=39100.0, of=Cosine(lr=0.1, min_lr=0.01, total=39100))
    assert placed.ends == 100.0
    rates = placed([100.0, math.nextafter(100.0, 200.0), 150.0])
    assert rates[0] == 0.01
    assert np.isnan(rates[1:]).all()
    assert placed.has_ended(np.array([100.0, 100.5])).tolist() == [False, True]
    assert not placed.ends_in_nan


@pytest.mark.parametrize("pace", [1.0, 10.0, 391.0])
def test_peak_and_half_peak_are_on_the_axis(pace: float) -> None:
    placed = OnAxis(pace=pace, run=100.0 * pace, of=Cosine(lr=0.1, total=100 * pace))
    assert highest(placed, 150.0) == (0.0, 0.1)
    assert first_fall(placed, 0.05, after=0.0, until=150.0) == pytest.approx(50.0, rel=1e-12)
