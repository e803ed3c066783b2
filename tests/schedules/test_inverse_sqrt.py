"""The schedule ``inverse_sqrt``: one over the square root of the time."""

from __future__ import annotations

from math import sqrt

import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.inverse_sqrt import InverseSqrt
from cosine_cli.schedules.warmup import Warmup

BY_HAND = [
    pytest.param(0, 1.0, id="start"),
    pytest.param(30, 1 / 2, id="3 timescales"),
    pytest.param(80, 1 / 3, id="8 timescales"),
    pytest.param(12.5, 2 / 3, id="one and a quarter"),
    pytest.param(10 * (10**12 - 1), 1e-6, id="far away"),
]


@pytest.mark.parametrize(("t", "share"), BY_HAND)
def test_it_falls_with_the_root_of_the_time(t: float, share: float) -> None:
    assert InverseSqrt(lr=0.3, timescale=10)(t) == pytest.approx(0.3 * share, rel=1e-15)


@pytest.mark.parametrize(("warmup", "timescale"), [(10, 10), (10, 35), (100, 7)], ids=str)
def test_behind_a_warmup_it_is_hugging_faces(warmup: int, timescale: int) -> None:
    # t / W on the climb, 1 / sqrt((t + tau - W) / tau) from there
    schedule = Warmup(warmup=warmup, of=InverseSqrt(lr=0.2, timescale=timescale))
    factors = [t / warmup if t < warmup else 1 / sqrt((t + timescale - warmup) / timescale) for t in range(5 * warmup)]
    assert schedule(range(5 * warmup)) == pytest.approx([0.2 * factor for factor in factors], rel=1e-14)


def test_with_the_warmup_for_a_timescale_it_is_fairseqs() -> None:
    # lr sqrt(W) / sqrt(t), where the warmup of W updates has ended
    schedule = Warmup(warmup=40, of=InverseSqrt(lr=0.2, timescale=40))
    assert schedule([40, 90, 160, 4000]) == pytest.approx([0.2, 0.2 * 2 / 3, 0.1, 0.02], rel=1e-15)


def test_it_stops_at_its_floor_and_says_where() -> None:
    schedule = InverseSqrt(lr=1.0, timescale=10, min_lr=0.25)  # 1 / sqrt(16) after 15 timescales
    assert schedule([80, 150, 151, 2.0**53]) == pytest.approx([1 / 3, 0.25, 0.25, 0.25], rel=1e-15)
    assert schedule.pieces(1000, 5) == [Piece(0.0, 150.0, "smooth"), Piece(150.0, 1000, "flat")]
    assert schedule.pieces(150, 5) == [Piece(0.0, 150, "smooth")]


def test_a_floor_at_the_peak_is_all_there_is() -> None:
    assert InverseSqrt(lr=0.1, timescale=10, min_lr=0.1).pieces(50, 5) == [Piece(0.0, 50, "flat")]


def test_the_smallest_floor_is_never_reached() -> None:
    schedule = InverseSqrt(lr=10.0, timescale=0.25, min_lr=5e-324)
    assert schedule.pieces(2.0**53, 5) == [Piece(0.0, 2.0**53, "smooth")]


WORDS = [
    pytest.param("inverse_sqrt:timescale=20", "half after 60 epochs", "half after 60", id="of its own"),
    pytest.param("inverse_sqrt --epochs 40", "half after 6 epochs", "half after 6", id="a twentieth of the run"),
]


@pytest.mark.parametrize(("words", "long", "short"), WORDS)
def test_it_says_when_it_is_at_half(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short
