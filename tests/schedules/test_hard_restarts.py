"""The schedule ``hard_restarts``: a number of cosine cycles in a run."""

from __future__ import annotations

from math import cos, pi
from typing import Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.hard_restarts import HardRestarts


def as_transformers(t: int, steps: int, cycles: int) -> float:
    progress = t / steps
    return 0.0 if progress >= 1 else (1 + cos(pi * ((cycles * progress) % 1.0))) / 2


@pytest.mark.parametrize(("steps", "cycles"), [(100, 4), (64, 1), (97, 3), (120, 12), (8, 8)])
def test_it_is_what_transformers_multiplies_with(steps: int, cycles: int) -> None:
    schedule = HardRestarts(lr=0.5, total=steps, cycles=cycles)
    expected = [0.5 * as_transformers(t, steps, cycles) for t in range(steps + 20)]
    assert schedule(np.arange(steps + 20)) == pytest.approx(expected, rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("cycles", [1, 3, 7, 49, 1000])
@pytest.mark.parametrize("length", [1000.0, 39100.0, 1e12, 1234.5])
def test_it_begins_at_the_peak_and_ends_at_the_floor_to_the_bit(length: float, cycles: int) -> None:
    schedule = HardRestarts(lr=0.3, total=length, cycles=cycles, min_lr=0.07)
    assert schedule([0, length, length * 2]).tolist() == [0.3, 0.07, 0.07]
    assert schedule(np.nextafter(length, 0)) < 0.0701


def test_every_cycle_begins_at_the_peak() -> None:
    schedule = HardRestarts(lr=0.3, total=700, cycles=7, min_lr=0.07)
    assert set(schedule(np.arange(7) * 100.0).tolist()) == {0.3}


REFUSED = [
    pytest.param({"cycles": 101}, "cycles: must leave each cycle at least one step, got 101", id="shorter than a step"),
    pytest.param({"cycles": 0}, "cycles: must be a whole number of at least 1, got 0", id="none"),
    pytest.param({"cycles": 2.5}, "cycles: must be a whole number of at least 1, got 2.5", id="a half"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_cycles_that_shrink_to_nothing_are_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        HardRestarts(**{"total": 100, **given})
    assert str(caught.value) == message


def test_its_pieces_are_its_cycles_and_the_floor() -> None:
    waves = [Piece(start, start + 25.0, "smooth") for start in (0.0, 25.0, 50.0, 75.0)]
    assert HardRestarts(total=100).pieces(120.0, 10) == [*waves, Piece(100.0, 120.0, "flat")]
    assert HardRestarts(total=100).pieces(50.0, 10) == waves[:2]
    row = Piece(0.0, 100.0, "cycles", 25.0, (Piece(0.0, 25.0, "smooth"),))
    assert HardRestarts(total=100).pieces(120.0, 2) == [row, Piece(100.0, 120.0, "flat")]


@pytest.mark.parametrize("cycles", [3, 7, 49])
def test_rounding_leaves_no_sliver_between_its_last_cycle_and_its_end(cycles: int) -> None:
    assert len(HardRestarts(total=39100, cycles=cycles).pieces(39100.0, 100)) == cycles


def test_a_million_cycles_sum_to_their_mean() -> None:
    # A cosine over 10 steps from 1 adds up to 5.5: its mean, and half of the first step's height.
    assert total(HardRestarts(lr=1.0, total=10**7, cycles=10**6), 10**7) == pytest.approx(5.5e6, rel=1e-12)


PLANS = [
    pytest.param("hard_restarts", "4 cycles of 25", "cycle 25", id="default"),
    pytest.param("hard_restarts:cycles=1", "1 cycle of 100", "cycle 100", id="one"),
    pytest.param("hard_restarts --warmup 20", "4 cycles of 20", "cycle 20", id="after a warmup"),
    pytest.param("hard_restarts --steps 3", "3 cycles of 1", "cycle 1", id="a step each"),
    pytest.param("hard_restarts --steps 1", "1 cycle of 1", "cycle 1", id="one step"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_says_its_cycles(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short
    assert plan.curves[0].schedule(plan.clock.total) == 0.0


def test_more_cycles_than_steps_are_refused_where_they_were_said() -> None:
    with pytest.raises(RequestError) as caught:
        planned("hard_restarts:cycles=101")
    message = "curve 'hard_restarts:cycles=101': cycles: must leave each cycle at least one step, got '101'"
    assert str(caught.value) == message
