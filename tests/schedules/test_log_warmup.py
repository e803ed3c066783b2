"""The schedule ``log_warmup``: DeepSpeed's logarithmic warmup."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.log_warmup import LogWarmup


@pytest.mark.parametrize("warmup", [2, 7, 1000, 10**9])
def test_it_is_deepspeeds(warmup: int) -> None:
    """Its scheduler sets ``log(1 + k) / log(W)`` after step ``k``, of which the next update is the first with it."""
    times = np.unique(np.linspace(1, warmup, 500).astype(int))
    expected = [0.001 + (0.1 - 0.001) * log(t) / log(warmup) for t in times]
    schedule = LogWarmup(lr=0.1, warmup=warmup, begin=1, warmup_start=0.001)
    assert schedule(times) == pytest.approx(expected, rel=1e-14)


def test_it_is_constant_before_and_after() -> None:
    schedule = LogWarmup(lr=0.3, warmup=50, begin=2, warmup_start=0.1)
    assert schedule([0, 1, 2]).tolist() == [0.1, 0.1, 0.1]
    assert schedule([50, 51, 2.0**53]).tolist() == [0.3, 0.3, 0.3]
    assert schedule.pieces(80, 10) == [Piece(0, 2, "flat"), Piece(2, 50, "smooth"), Piece(50, 80, "flat")]


def test_half_of_the_way_is_the_geometric_mean_of_the_times() -> None:
    assert LogWarmup(lr=1.0, warmup=1000, begin=10)(100) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"begin": 100}, "begin: must be before the end of the warmup (100), got 100.0"),
        ({"begin": 1, "warmup_start": 2}, "warmup_start: must be at most lr (0.1), got 2.0"),
    ],
)
def test_what_is_refused(params: dict[str, float], message: str) -> None:
    with pytest.raises(ParameterError) as error:
        LogWarmup(lr=0.1, warmup=100, **params)
    assert str(error.value) == message


def test_it_begins_after_one_step_or_a_hundredth_of_the_warmup() -> None:
    plan = planned("log_warmup --epochs 2000")
    assert plan.curves[0].schedule([2, 200]).tolist() == [0.0, 0.1]
    assert rule(plan.curves[0], plan.clock) == "to 0.1 at epoch 200"
    assert brief(plan.curves[0], plan.clock) == "in 200"
