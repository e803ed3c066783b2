"""The schedule ``wsd``: warmup, stable, decay."""

from __future__ import annotations

from math import cos, log, pi, sqrt
from typing import Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.wsd import Wsd


def phased(**given: Any) -> Wsd:
    return Wsd(**{"lr": 2.0, "warmup": 10, "stable": 50, "decay": 40, **given})


BY_HAND = [
    pytest.param(0, 0.0, id="start"),
    pytest.param(4, 0.8, id="climbing"),
    pytest.param(10, 2.0, id="top"),
    pytest.param(35, 2.0, id="stable"),
    pytest.param(60, 2.0, id="before the decay"),
    pytest.param(70, 1.5, id="a quarter down"),
    pytest.param(100, 0.0, id="end"),
    pytest.param(1e15, 0.0, id="long after"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_it_climbs_stays_and_falls(t: float, expected: float) -> None:
    assert phased()(t) == pytest.approx(expected, rel=1e-15)


DECAYS = [  # what is left of the height after a quarter of the decay, and after three
    pytest.param("linear", 3 / 4, 1 / 4, id="linear"),
    pytest.param("cosine", (1 + cos(pi / 4)) / 2, (1 - cos(pi / 4)) / 2, id="cosine"),
    pytest.param("1-sqrt", 1 / 2, 1 - sqrt(3) / 2, id="1-sqrt"),
    pytest.param("sqrt", sqrt(3) / 2, 1 / 2, id="sqrt"),
    pytest.param("shifted-exponential", 2 * 0.5**0.25 - 1, 2 * 0.5**0.75 - 1, id="shifted-exponential"),
]


@pytest.mark.parametrize(("shape", "quarter", "three"), DECAYS)
@pytest.mark.parametrize("min_lr", [0.0, 0.5])
def test_it_falls_in_its_shape(shape: str, quarter: float, three: float, min_lr: float) -> None:
    expected = [min_lr + (2.0 - min_lr) * share for share in (1, quarter, three, 0)]
    assert phased(decay_shape=shape, min_lr=min_lr)([60, 70, 90, 100]) == pytest.approx(expected, rel=1e-14)


def test_an_exponential_decay_falls_by_equal_factors() -> None:
    # from 2 to 0.125 is a sixteenth, a half in each quarter of the decay
    schedule = phased(decay_shape="exponential", min_lr=0.125)
    assert schedule([60, 70, 80, 90, 100, 101]) == pytest.approx([2, 1, 0.5, 0.25, 0.125, 0.125], rel=1e-14)


CLIMBS = [
    pytest.param("linear", [0.5, 1.25, 2.0], id="linear"),
    pytest.param("cosine", [0.5, 1.25, 2.0], id="cosine"),
    pytest.param("quadratic", [0.5, 0.875, 2.0], id="quadratic"),
    pytest.param("exponential", [0.5, 1.0, 2.0], id="exponential"),
    pytest.param("constant", [0.5, 0.5, 2.0], id="constant"),
]


@pytest.mark.parametrize(("shape", "expected"), CLIMBS)
def test_it_climbs_in_its_shape(shape: str, expected: list[float]) -> None:
    assert phased(warmup_shape=shape, warmup_start=0.5)([0, 5, 10]) == pytest.approx(expected, rel=1e-15)


def test_without_a_warmup_it_begins_at_the_peak() -> None:
    assert phased(warmup=0)([0, 50, 70, 90]).tolist() == [2.0, 2.0, 1.0, 0.0]


def test_the_tail_of_1_minus_sqrt_keeps_its_relative_accuracy() -> None:
    # 1 - sqrt(1 - e) = e / 2 + e^2 / 8 + ...: the difference itself would keep 4 of 16 digits
    share = 2.0**-40
    schedule = Wsd(lr=1.0, warmup=0, stable=0, decay=1, decay_shape="1-sqrt")
    assert schedule(1 - share) == pytest.approx(share / 2 + share**2 / 8, rel=1e-15, abs=0.0)


def test_the_tail_of_a_shifted_exponential_keeps_its_relative_accuracy() -> None:
    # 2^s - 1 = s ln 2 + (s ln 2)^2 / 2 + ...
    share = 2.0**-40
    schedule = Wsd(lr=1.0, warmup=0, stable=0, decay=1, decay_shape="shifted-exponential")
    assert schedule(1 - share) == pytest.approx(share * log(2) + (share * log(2)) ** 2 / 2, rel=1e-15, abs=0.0)


def megatron(t: int, *, decay: int, min_lr: float, shape: str) -> float:
    """Return the rate of Megatron-LM's OptimizerParamScheduler (``get_lr``) with lr_decay_style WSD after t steps.

    By the formula of ``megatron/core/optimizer_param_scheduler.py`` at commit 00caa53a; the module needs Megatron.
    """
    warmup, total, lr = 10, 100, 3e-4
    if t <= warmup:
        return lr * t / warmup
    if t > total:
        return min_lr
    if t <= total - decay:
        return lr
    ratio = (t - (total - decay)) / decay
    share = {"exponential": 2.0 * 0.5**ratio - 1.0, "minus_sqrt": 1.0 - sqrt(ratio), "linear": 1.0 - ratio}[shape]
    return min_lr + share * (lr - min_lr)


@pytest.mark.parametrize(
    ("theirs", "ours"), [("exponential", "shifted-exponential"), ("minus_sqrt", "1-sqrt"), ("linear", "linear")]
)
@pytest.mark.parametrize("min_lr", [0.0, 1e-5])
@pytest.mark.parametrize("decay", [30, 1, 0])
def test_it_is_megatrons(theirs: str, ours: str, min_lr: float, decay: int) -> None:
    end = min_lr if decay else 0.0
    schedule = Wsd(lr=3e-4, warmup=10, stable=90 - decay, decay=decay, decay_shape=ours, min_lr=end)
    expected = [megatron(t, decay=decay, min_lr=min_lr, shape=theirs) for t in range(101)]
    assert schedule(np.arange(101)) == pytest.approx(expected, rel=1e-13, abs=1e-18)


def test_minicpms_decay_of_a_half_life_is_exponential() -> None:
    # base_lr * 0.5 ** ((t - drop_begin) / half_life), WarmupStableExp of OpenBMB/MiniCPM
    lr, half_life, decay = 0.01, 7.0, 30
    end = lr * 0.5 ** (decay / half_life)
    schedule = Wsd(lr=lr, warmup=10, stable=60, decay=decay, decay_shape="exponential", min_lr=end)
    expected = [lr * 0.5 ** ((t - 70) / half_life) for t in range(70, 101)]
    assert schedule(np.arange(70, 101)) == pytest.approx(expected, rel=1e-14)


def test_without_a_decay_it_stays_at_the_peak() -> None:
    schedule = phased(decay=0)
    assert schedule([0, 5, 10, 59, 60, 100, 1e12]).tolist() == [0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0]
    assert schedule.pieces(100.0, 10) == [Piece(0.0, 10.0, "smooth"), Piece(10.0, 100.0, "flat")]
    assert (schedule.floor, schedule.constant_from) == (0.0, 10.0)
    assert phased(decay=0, warmup=0).floor == 2.0
    assert phased(decay=0, decay_shape="exponential")(100) == 2.0


def test_equal_factors_over_more_than_floats_hold_stay_between_both_ends() -> None:
    schedule = phased(decay_shape="exponential", min_lr=5e-324, warmup_shape="exponential", warmup_start=5e-324)
    with np.errstate(all="raise", under="ignore"):
        rates = schedule(np.linspace(0, 110, 400))
    assert (rates >= 5e-324).all()
    assert (rates <= 2.0).all()
    assert 1e-163 < schedule(80) < 1e-160  # halfway between 1e-323 and 2 by factors


REFUSED = [
    pytest.param(
        {"warmup_shape": "exponential"},
        "warmup_start: must be above 0 for an exponential warmup, got 0; an exponential warmup cannot start at 0",
        id="a climb from 0",
    ),
    pytest.param(
        {"warmup_start": 3.0},
        "warmup_start: must be at most the rate at the end of the warmup (2.0), got 3.0",
        id="from above",
    ),
    pytest.param(
        {"decay_shape": "exponential"},
        "min_lr: must be above 0 for an exponential decay, got 0; an exponential decay never reaches 0",
        id="a decay to 0",
    ),
    pytest.param({"min_lr": 2.5}, "min_lr: must be at most lr (2.0), got 2.5", id="a floor above the peak"),
    pytest.param({"decay": -1}, "decay: must be a finite number of at least 0, got -1", id="a negative decay"),
    pytest.param(
        {"decay": 0, "min_lr": 0.5},
        "min_lr: needs a decay longer than 0, got 0.5; with a decay of 0 the rate stays at lr",
        id="an end without a decay",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        phased(**given)
    assert str(caught.value) == message


def test_its_pieces_are_its_phases() -> None:
    climb, top, fall = Piece(0.0, 10.0, "smooth"), Piece(10.0, 60.0, "flat"), Piece(60.0, 100.0, "smooth")
    assert phased().pieces(150.0, 10) == [climb, top, fall, Piece(100.0, 150.0, "flat")]
    assert phased(warmup=0, stable=0).pieces(40.0, 10) == [Piece(0.0, 40.0, "smooth")]
    assert phased(warmup_shape="constant").pieces(10.0, 10) == [Piece(0.0, 10.0, "flat")]
    assert phased().knots(150.0, 10) == (10.0, 60.0, 100.0)


def test_its_floor_is_the_lower_of_both_ends() -> None:
    assert phased(warmup_start=0.1, min_lr=0.5).floor == 0.1
    assert phased(warmup_start=0.1, min_lr=0.05).floor == 0.05
    assert phased(warmup=0, warmup_start=0.1, min_lr=0.5).floor == 0.5


PLANS = [
    pytest.param("wsd", "linear from epoch 80 to 0 at epoch 100", "5 + 75 + 20", id="default"),
    pytest.param("wsd --epochs 3", "linear from epoch 2 to 0 at epoch 3", "0 + 2 + 1", id="three epochs"),
    pytest.param("wsd --steps 1", "linear from step 0 to 0 at step 1", "0 + 0 + 1", id="one step"),
    pytest.param("wsd:decay=10%", "linear from epoch 90 to 0 at epoch 100", "5 + 85 + 10", id="a share"),
    pytest.param("wsd:decay_ratio=0.1", "linear from epoch 90 to 0 at epoch 100", "5 + 85 + 10", id="decay_ratio"),
    pytest.param("wsd --warmup 10", "linear from epoch 80 to 0 at epoch 100", "10 + 70 + 20", id="the run's warmup"),
    pytest.param("wsd:decay=0", "constant from epoch 5", "5 + 95 + 0", id="no decay"),
    pytest.param("wsd:warmup=0", "linear from epoch 80 to 0 at epoch 100", "0 + 80 + 20", id="no warmup"),
    pytest.param("wsd:stable=15,decay=20", "linear from epoch 20 to 0 at epoch 40", "5 + 15 + 20", id="ends early"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_its_phases_fill_the_run(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


@pytest.mark.parametrize("run", ["--steps 1", "--epochs 1", "--epochs 2 --steps-per-epoch 7", "--steps 1e12"])
def test_it_works_at_any_length_and_ends_at_0(run: str) -> None:
    plan = planned(f"wsd {run}")
    assert plan.curves[0].schedule(plan.clock.total) == 0.0
    assert plan.curves[0].schedule(plan.clock.total // 2) == 0.1


UNFIT = [
    pytest.param(
        "wsd:warmup=50,decay=60",
        "curve 'wsd:warmup=50,decay=60': decay: warmup, stable and decay must fit 100 epochs, "
        "got warmup 50 epochs + stable 0 epochs + decay 60 epochs",
        id="together",
    ),
    pytest.param(
        "wsd --warmup 90",
        "--warmup: warmup, stable and decay must fit 100 epochs, "
        "got warmup 90 epochs + stable 0 epochs + decay 20 epochs",
        id="the run's warmup",
    ),
    pytest.param(
        "wsd:warmup=0.05",
        "curve 'wsd:warmup=0.05': warmup: must be at least one step, got '0.05'; did you mean 5%?",
        id="less than one update",
    ),
    pytest.param(
        "wsd:decay_ratio=20", "curve 'wsd:decay_ratio=20': decay_ratio: must be a share of the run", id="no share"
    ),
]


@pytest.mark.parametrize(("words", "message"), UNFIT)
def test_phases_that_do_not_fit_are_refused(words: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        planned(words)
    assert str(caught.value).startswith(message)
