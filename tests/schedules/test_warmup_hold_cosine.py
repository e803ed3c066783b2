"""The schedule ``warmup_hold_cosine``."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.schedules.warmup import Warmup
from cosine_cli.schedules.warmup_hold_cosine import WarmupHoldCosine

BY_HAND = [
    pytest.param(0, 0.0, id="start"),
    pytest.param(5, 0.5, id="climbing"),
    pytest.param(10, 1.0, id="top"),
    pytest.param(40, 1.0, id="end of the hold"),
    pytest.param(55, (1 + sqrt(2) / 2) / 2, id="45 degrees"),
    pytest.param(80, 0.25, id="120 degrees"),
    pytest.param(100, 0.0, id="180 degrees"),
    pytest.param(1e15, 0.0, id="long after"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_by_hand(t: float, expected: float) -> None:
    assert WarmupHoldCosine(lr=2.0, warmup=10, hold=30, decay=60)(t) == pytest.approx(2.0 * expected, rel=1e-15)


@pytest.mark.parametrize("shape", ["linear", "cosine", "exponential", "constant"])
def test_it_is_a_warmup_before_a_plateau_before_a_cosine(shape: str) -> None:
    given: dict[str, Any] = {"warmup": 10, "warmup_shape": shape, "warmup_start": 0.01}
    of = Sequence(of=(Constant(lr=0.3), Cosine(lr=0.3, total=60, min_lr=0.02)), lengths=(30, 60))
    times = np.linspace(0, 120, 700)
    expected = Warmup(**given, of=of)(times)
    assert WarmupHoldCosine(lr=0.3, hold=30, decay=60, min_lr=0.02, **given)(times) == pytest.approx(
        expected, rel=1e-14
    )


REFUSED = [
    pytest.param(
        {"warmup_shape": "exponential"},
        "warmup_start: must be above 0 for an exponential warmup, got 0; an exponential warmup cannot start at 0",
        id="a climb from 0",
    ),
    pytest.param({"hold": -1}, "hold: must be a finite number of at least 0, got -1", id="below 0"),
    pytest.param({"decay": 0}, "decay: must be a finite number above 0, got 0", id="no decay"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        WarmupHoldCosine(**{"warmup": 10, "hold": 30, "decay": 60, **given})
    assert str(caught.value) == message


def test_its_pieces_are_its_phases() -> None:
    schedule = WarmupHoldCosine(warmup=10, hold=30, decay=60)
    climb, top, fall = Piece(0.0, 10.0, "smooth"), Piece(10.0, 40.0, "flat"), Piece(40.0, 100.0, "smooth")
    assert schedule.pieces(120.0, 10) == [climb, top, fall, Piece(100.0, 120.0, "flat")]
    assert WarmupHoldCosine(warmup=0, hold=0, decay=60).pieces(60.0, 10) == [Piece(0.0, 60.0, "smooth")]


PLANS = [
    pytest.param("warmup_hold_cosine", "cosine from epoch 15 to 0 at epoch 100", "5 + 10 + 85", id="default"),
    pytest.param(
        "warmup_hold_cosine:hold=40% --warmup 10", "cosine from epoch 50 to 0 at epoch 100", "10 + 40 + 50", id="said"
    ),
    pytest.param("warmup_hold_cosine --steps 1", "cosine from step 0 to 0 at step 1", "0 + 0 + 1", id="one step"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_its_phases_fill_the_run(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short
    assert plan.curves[0].schedule(plan.clock.total) == 0.0


def test_phases_that_do_not_fit_are_refused() -> None:
    with pytest.raises(RequestError) as caught:
        planned("warmup_hold_cosine:warmup=50,decay=60")
    assert str(caught.value) == (
        "curve 'warmup_hold_cosine:warmup=50,decay=60': decay: warmup, hold and decay must fit 100 epochs, "
        "got warmup 50 epochs + hold 10 epochs + decay 60 epochs"
    )
