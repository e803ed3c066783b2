"""The schedule ``noam``: the one of the Transformer."""

from __future__ import annotations

import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.noam import Noam


def paper(step: int, *, d_model: int, warmup: int) -> float:
    """Return eq. 3 of Vaswani et al. as it stands there."""
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


@pytest.mark.parametrize(("d_model", "warmup"), [(512, 4000), (1024, 10), (1, 1)], ids=str)
def test_from_its_step_1_it_is_the_papers(d_model: int, warmup: int) -> None:
    steps = [*range(1, 50), warmup - 1 or 1, warmup, warmup + 1, 3 * warmup, 100_000]
    expected = [paper(step, d_model=d_model, warmup=warmup) for step in steps]
    assert Noam(d_model=d_model, warmup=warmup)(steps) == pytest.approx(expected, rel=1e-14)


def test_the_transformers_base_model_peaks_at_7e_4() -> None:
    # d_model 512 and 4000 steps of warmup: 1 / sqrt(512 * 4000) = 1 / sqrt(2048000) = 6.98771e-4
    schedule = Noam(d_model=512, warmup=4000)
    assert schedule.peak == pytest.approx(6.98771242969e-4, rel=1e-11)
    assert schedule(4000) == pytest.approx(schedule.peak, rel=1e-15)
    assert (schedule.warmup_length, schedule.floor) == (4000.0, 0.0)


def test_by_hand() -> None:
    # 2 / sqrt(100) = 0.2 at the scale, over sqrt(25) at the peak
    schedule = Noam(d_model=100, warmup=25, factor=2)
    assert schedule([0, 5, 12.5, 25, 100, 2500]) == pytest.approx([0, 0.008, 0.02, 0.04, 0.02, 0.004], rel=1e-15)


@pytest.mark.parametrize("warmup", [0.25, 1e-300, 1e7, 1e300], ids=str)
def test_no_warmup_makes_it_infinite(warmup: float) -> None:
    schedule = Noam(warmup=warmup, factor=10, d_model=1)
    rates = schedule([0, 1, 2.0**53])
    assert rates[0] == 0.0
    assert (rates <= schedule.peak).all()


def test_its_pieces_are_the_climb_and_the_decay() -> None:
    schedule = Noam(warmup=10)
    assert schedule.pieces(100, 5) == [Piece(0.0, 10.0, "smooth"), Piece(10.0, 100, "smooth")]
    assert schedule.pieces(10, 5) == [Piece(0.0, 10.0, "smooth")]
    assert schedule.knots(100, 5) == (10.0,)


def test_the_runs_warmup_is_its_own() -> None:
    plan = planned("noam:d_model=64 --steps 1000 --warmup 100")
    assert plan.curves[0].schedule == Noam(d_model=64, warmup=100)


def test_it_says_its_peak() -> None:
    plan = planned("noam:d_model=100,warmup=25")
    assert rule(plan.curves[0], plan.clock) == "0.02 at epoch 25, half after 100 epochs"
    assert brief(plan.curves[0], plan.clock) == "0.02 at 25"
