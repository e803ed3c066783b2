"""The schedule ``onecycle``: up once, and down below where it began."""

from __future__ import annotations

from math import cos, pi
from typing import Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.onecycle import Onecycle


def cycled(**given: Any) -> Onecycle:
    """Return one from 0.1 up to 1 and down to 0.001 over 100 steps."""
    return Onecycle(**{"lr": 1.0, "total": 100, "warmup": 30, "div": 10, "final_div": 100, **given})


def half(u: float) -> float:
    return (1 - cos(pi * u)) / 2


TWO_PHASES = [
    pytest.param(0, 0.1, 0.1, id="start"),
    pytest.param(10, 0.1 + 0.9 / 3, 0.1 + 0.9 * half(1 / 3), id="a third up"),
    pytest.param(30, 1.0, 1.0, id="peak"),
    pytest.param(65, 0.001 + 0.999 / 2, 0.001 + 0.999 / 2, id="half down"),
    pytest.param(90, 0.001 + 0.999 / 7, 0.001 + 0.999 * half(1 / 7), id="six sevenths down"),
    pytest.param(100, 0.001, 0.001, id="end"),
    pytest.param(1e15, 0.001, 0.001, id="long after"),
]


@pytest.mark.parametrize(("t", "linear", "cosine"), TWO_PHASES)
def test_it_climbs_and_falls(t: float, linear: float, cosine: float) -> None:
    assert cycled(anneal="linear")(t) == pytest.approx(linear, rel=1e-14)
    assert cycled()(t) == pytest.approx(cosine, rel=1e-14)


THREE_PHASES = [
    pytest.param(0, 0.1, id="start"),
    pytest.param(10, 0.4, id="a third up"),
    pytest.param(30, 1.0, id="peak"),
    pytest.param(50, 0.4, id="two thirds back"),
    pytest.param(60, 0.1, id="back"),
    pytest.param(80, 0.001 + 0.099 / 2, id="half of the rest"),
    pytest.param(100, 0.001, id="end"),
    pytest.param(101, 0.001, id="after the end"),
]


@pytest.mark.parametrize(("t", "expected"), THREE_PHASES)
def test_with_three_phases_it_falls_as_it_climbed_and_then_below(t: float, expected: float) -> None:
    assert cycled(anneal="linear", three_phase=True)(t) == pytest.approx(expected, rel=1e-14)


def test_three_phases_of_cosine_by_hand() -> None:
    schedule = cycled(three_phase=True)
    expected = [0.1 + 0.9 * half(1 / 3), 0.1 + 0.9 * half(1 / 3), 0.001 + 0.099 * half(1 / 4)]
    assert schedule([10, 50, 90]) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("phases", [2, 3])
@pytest.mark.parametrize("anneal", ["cosine", "linear"])
def test_its_ends_and_its_peak_are_exact(anneal: str, phases: int) -> None:
    rng = np.random.default_rng(3)
    for lr, div, final in 10 ** rng.uniform((-6, 0, 0), (1, 3, 6), (300, 3)):
        given = {"div": float(div), "final_div": float(final), "anneal": anneal, "three_phase": phases == 3}
        start = float(lr) / float(div)
        assert cycled(lr=float(lr), **given)([0, 30, 100, 1000]).tolist() == [
            start,
            float(lr),
            start / float(final),
            start / float(final),
        ]


def test_without_a_climb_it_begins_at_the_peak() -> None:
    assert cycled(warmup=0, anneal="linear")([0, 50, 100]) == pytest.approx([1.0, 0.5005, 0.001], rel=1e-14)


def test_equal_ends_leave_no_way_to_go() -> None:
    assert set(cycled(div=1, final_div=1)(np.linspace(0, 120, 50)).tolist()) == {1.0}


REFUSED = [
    pytest.param({"warmup": 100}, "warmup: must be shorter than total, got 100.0", id="all of it"),
    pytest.param({"warmup": 1e300}, "warmup: must be shorter than total, got 1e+300", id="more than it"),
    pytest.param(
        {"warmup": 50, "three_phase": True},
        "warmup: must be above 0 and shorter than half of total with three_phase, got 50.0",
        id="no third phase",
    ),
    pytest.param(
        {"warmup": 0, "three_phase": True},
        "warmup: must be above 0 and shorter than half of total with three_phase, got 0.0",
        id="no first phase",
    ),
    pytest.param({"div": 0.5}, "div: must be a finite number of at least 1, got 0.5", id="a start above the peak"),
    pytest.param({"final_div": 0}, "final_div: must be a finite number of at least 1, got 0", id="an end above all"),
    pytest.param({"anneal": "cos"}, "anneal: must be cosine or linear, got 'cos'", id="a way that there is not"),
    pytest.param({"three_phase": 3}, "three_phase: must be true or false, got 3", id="a count of phases"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        cycled(**given)
    assert str(caught.value) == message


def test_its_pieces_are_its_phases() -> None:
    up, down, after = Piece(0.0, 30.0, "smooth"), Piece(30.0, 100.0, "smooth"), Piece(100.0, 120.0, "flat")
    assert cycled().pieces(120.0, 10) == [up, down, after]
    assert cycled(warmup=0).pieces(50.0, 10) == [Piece(0.0, 50.0, "smooth")]
    assert cycled(three_phase=True).knots(120.0, 10) == (30.0, 60.0, 100.0)


PLANS = [
    pytest.param("onecycle", "peak at epoch 30, 4e-7 at epoch 100", "30 + 70", id="default"),
    pytest.param("onecycle --epochs 1", "peak at epoch 0, 4e-7 at epoch 1", "0 + 1", id="an epoch"),
    pytest.param("onecycle --warmup 10", "peak at epoch 10, 4e-7 at epoch 100", "10 + 90", id="the run's warmup"),
    pytest.param("onecycle:pct_start=0.4", "peak at epoch 40, 4e-7 at epoch 100", "40 + 60", id="pct_start"),
    pytest.param("onecycle:total=20", "peak at epoch 6, 4e-7 at epoch 20", "6 + 14", id="30% of its own total"),
    pytest.param(
        "onecycle:three_phase=true,final_div=4", "peak at epoch 30, 0.001 at epoch 100", "30 + 30 + 40", id="three"
    ),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_fills_the_run(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short


def test_its_three_phases_are_said_in_a_config_and_written_again() -> None:
    plan = resolve(
        parse_config_text("curves:\n  - onecycle: {three_phase: true}\n  - onecycle: {three_phase: false}\n", "c")
    )
    assert [curve.params["three_phase"] for curve in plan.curves] == [True, False]
    assert [curve.label for curve in plan.curves] == ["onecycle, three_phase true", "onecycle, three_phase false"]
    again = resolve(parse_config_text(config_text(plan), "again"))
    assert [curve.schedule for curve in again.curves] == [curve.schedule for curve in plan.curves]


SAID_WRONGLY = [
    pytest.param("onecycle:three_phase=3", "three_phase: must be true or false, got '3'", id="no word"),
    pytest.param("onecycle:warmup=100", "warmup: must be shorter than total, got '100'", id="no descent"),
    pytest.param(
        "onecycle:warmup=0.3",
        "warmup: must be at least one step, got '0.3'; did you mean 30%?",
        id="less than one update",
    ),
    pytest.param(
        "onecycle:warmup_shape=cosine",
        "onecycle has no parameter 'warmup_shape'; "
        "it takes lr, total, warmup, div, final_div, anneal, three_phase, label, color, linestyle and linewidth",
        id="another shape",
    ),
]


@pytest.mark.parametrize(("words", "message"), SAID_WRONGLY)
def test_a_curve_that_says_it_wrongly_is_refused(words: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        planned(words)
    assert str(caught.value) == f"curve '{words}': {message}"
