"""The schedule ``flat_cosine``: a plateau, then half a wave."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.flat_cosine import FlatCosine

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(74.9, 1.0, id="on the plateau"),
    pytest.param(75, 1.0, id="its end"),
    pytest.param(81, (1 + sqrt(2) / 2) / 2, id="45 degrees"),
    pytest.param(87, 0.5, id="90 degrees"),
    pytest.param(91, 0.25, id="120 degrees"),
    pytest.param(99, 0.0, id="180 degrees"),
    pytest.param(100, 0.0, id="after the end"),
]


@pytest.mark.parametrize(("t", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.25])
def test_by_hand(t: float, share: float, min_lr: float) -> None:
    expected = min_lr + (2.0 - min_lr) * share
    assert FlatCosine(lr=2.0, hold=75, decay=24, min_lr=min_lr)(t) == pytest.approx(expected, rel=1e-15)


def test_without_a_plateau_it_is_the_cosine() -> None:
    times = np.linspace(0, 120, 300)
    assert FlatCosine(lr=0.3, hold=0, decay=100, min_lr=0.01)(times) == pytest.approx(
        Cosine(lr=0.3, total=100, min_lr=0.01)(times), rel=1e-15
    )


def test_its_pieces_are_its_phases() -> None:
    schedule = FlatCosine(hold=75, decay=25)
    plateau, wave, floor = Piece(0.0, 75.0, "flat"), Piece(75.0, 100.0, "smooth"), Piece(100.0, 250.0, "flat")
    assert schedule.pieces(250.0, 10) == [plateau, wave, floor]
    assert schedule.pieces(50.0, 10) == [Piece(0.0, 50.0, "flat")]
    assert FlatCosine(hold=0, decay=100).pieces(100.0, 10) == [Piece(0.0, 100.0, "smooth")]
    assert schedule.knots(250.0, 10) == (75.0, 100.0)


PLANS = [
    pytest.param("flat_cosine", "cosine from epoch 75 to 0 at epoch 100", "75 + 25", id="default"),
    pytest.param("flat_cosine --epochs 1", "cosine from epoch 0 to 0 at epoch 1", "0 + 1", id="an epoch"),
    pytest.param("flat_cosine:pct_start=0.5", "cosine from epoch 50 to 0 at epoch 100", "50 + 50", id="pct_start"),
    pytest.param("flat_cosine:hold=0", "cosine from epoch 0 to 0 at epoch 100", "0 + 100", id="no plateau"),
    pytest.param("flat_cosine:hold=60,decay=20", "cosine from epoch 60 to 0 at epoch 80", "60 + 20", id="ends early"),
    pytest.param("flat_cosine --warmup 20", "cosine from epoch 80 to 0 at epoch 100", "60 + 20", id="after a warmup"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_decays_in_what_its_plateau_leaves(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


REFUSED = [
    pytest.param("hold=abc", "hold: must be", id="no time"),
    pytest.param("hold=100", "decay: must be at least one step, got 0 epochs", id="nothing left"),
    pytest.param("hold=80,decay=40", "hold and decay must fit 100 epochs, got hold 80 epochs", id="too much"),
    pytest.param("hold=-1", "hold: must be a finite number of at least 0", id="before the start"),
]


@pytest.mark.parametrize(("said", "message"), REFUSED)
def test_phases_that_do_not_fit_are_refused(said: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        planned(f"flat_cosine:{said}")
    assert message in str(caught.value)
