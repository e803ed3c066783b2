"""The schedule ``slanted_triangular``."""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.slanted_triangular import SlantedTriangular


def by_the_paper(t: int, steps: int, cut_frac: float, ratio: float, lr: float) -> float:
    """Return eq. 3 of Howard & Ruder as it stands there."""
    cut = floor(steps * cut_frac)
    p = t / cut if t < cut else 1 - (t - cut) / (cut * (1 / cut_frac - 1))
    return lr * (1 + p * (ratio - 1)) / ratio


PAPER = [
    pytest.param(100, 0.1, 32.0, id="the paper's"),
    pytest.param(1000, 0.25, 10.0, id="a quarter"),
    pytest.param(40, 0.5, 2.0, id="no slant"),
]


@pytest.mark.parametrize(("steps", "cut_frac", "ratio"), PAPER)
def test_it_is_the_papers(steps: int, cut_frac: float, ratio: float) -> None:
    schedule = SlantedTriangular(lr=0.01, total=steps, warmup=steps * cut_frac, ratio=ratio)
    expected = [by_the_paper(t, steps, cut_frac, ratio, 0.01) for t in range(steps + 1)]
    assert schedule(np.arange(steps + 1)) == pytest.approx(expected, rel=1e-13)


def test_its_ends_and_its_peak_are_exact_and_it_stays() -> None:
    rng = np.random.default_rng(4)
    for lr, ratio in 10 ** rng.uniform((-6, 0), (1, 4), (300, 2)):
        end = float(lr) / float(ratio)
        schedule = SlantedTriangular(lr=float(lr), total=77, warmup=9, ratio=float(ratio))
        assert schedule([0, 9, 77, 78, 1e15]).tolist() == [end, float(lr), end, end, end]
        assert schedule.floor == end


def test_without_a_climb_it_begins_at_the_peak() -> None:
    assert SlantedTriangular(lr=1.0, total=10, warmup=0, ratio=2)([0, 5, 10]).tolist() == [1.0, 0.75, 0.5]


REFUSED = [
    pytest.param({"warmup": 100}, "warmup: must be shorter than total, got 100.0", id="no descent"),
    pytest.param({"ratio": 0.5}, "ratio: must be a finite number of at least 1, got 0.5", id="ends above the peak"),
    pytest.param({"total": 0}, "total: must be a finite number above 0, got 0", id="no length"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        SlantedTriangular(**{"total": 100, "warmup": 10, **given})
    assert str(caught.value) == message


def test_its_pieces_are_a_climb_a_descent_and_what_stays() -> None:
    up, down, after = Piece(0.0, 10.0, "smooth"), Piece(10.0, 100.0, "smooth"), Piece(100.0, 150.0, "flat")
    assert SlantedTriangular(total=100, warmup=10).pieces(150.0, 10) == [up, down, after]
    assert SlantedTriangular(total=100, warmup=0).pieces(100.0, 10) == [Piece(0.0, 100.0, "smooth")]


PLANS = [
    pytest.param("slanted_triangular", "peak at epoch 10, 0.003125 at epoch 100", "10 + 90", id="default"),
    pytest.param(
        "slanted_triangular:cut_frac=0.2,ratio=5", "peak at epoch 20, 0.02 at epoch 100", "20 + 80", id="said"
    ),
    pytest.param(
        "slanted-triangular --warmup 5 --epochs 20",
        "peak at epoch 5, 0.003125 at epoch 20",
        "5 + 15",
        id="run's warmup",
    ),
    pytest.param("slanted_triangular --steps 1", "peak at step 0, 0.003125 at step 1", "0 + 1", id="one step"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_fills_the_run(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short
