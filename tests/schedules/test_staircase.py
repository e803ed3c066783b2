"""The schedule ``staircase``: a schedule that moves only now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.exponential import Exponential
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.multistep import Multistep
from cosine_cli.schedules.restarts import Restarts
from cosine_cli.schedules.staircase import Staircase
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cosine_cli.schedules.core.schedule import Schedule

HELD = [
    pytest.param(Linear(lr=1.0, total=100), id="linear"),
    pytest.param(Cosine(lr=1.0, total=77, min_lr=0.1), id="cosine"),
    pytest.param(Restarts(cycle=30, of=Cosine(lr=1.0, total=30)), id="restarts"),
    pytest.param(Warmup(warmup=13, of=Cosine(lr=1.0, total=60)), id="warmup"),
    pytest.param(Multistep(lr=1.0, milestones=(3, 17, 50)), id="multistep"),
]


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("every", [1, 5, 8])
def test_it_is_the_schedule_stepped_once_in_so_many_updates(held: Schedule, every: int) -> None:
    stepped = []
    for update in range(120):
        if update % every == 0:
            rate = float(held(update))
        stepped.append(rate)
    assert Staircase(every=every, of=held)(np.arange(120)).tolist() == stepped


@pytest.mark.parametrize("every", [0.1, 0.7, 1.1, 1 / 3, 391.0], ids=str)
def test_a_stair_begins_at_its_multiple_to_the_bit(every: float) -> None:
    schedule = Staircase(every=every, of=Linear(lr=1.0, total=5000 * every))
    starts = np.arange(1, 2000) * every
    assert schedule(starts).tolist() == schedule.of(starts).tolist()
    assert schedule(np.nextafter(starts, 0.0)).tolist() == schedule.of(starts - every) == pytest.approx(
        1 - np.arange(1999) / 5000, rel=1e-12
    ) or schedule(np.nextafter(starts, 0.0)) == pytest.approx(1 - np.arange(1999) / 5000, rel=1e-12)
