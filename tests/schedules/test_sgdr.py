"""The schedule ``sgdr``: cosine with warm restarts."""

from __future__ import annotations

from math import cos, pi
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError, RequestError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.sgdr import Sgdr

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray


def stepped(min_lr: float, cycle: int, mult: int, decay: float) -> list[float]:
    """Return the rates from 0.2 as a loop gives them that counts the steps of each cycle."""
    rates, done, length, peak = [], 0, cycle, 0.2
    for _ in range(400):
        rates.append(min_lr + (max(peak, min_lr) - min_lr) * (1 + cos(pi * done / length)) / 2)
        done += 1
        if done == length:
            done, length, peak = 0, length * mult, peak * decay
    return rates


LOOPS = [
    pytest.param(10, 2, 1.0, id="twice as long"),
    pytest.param(7, 1, 1.0, id="as long"),
    pytest.param(5, 3, 0.5, id="three times as long, half as high"),
    pytest.param(4, 1, 0.3, id="soon at the floor"),
]


@pytest.mark.parametrize(("cycle", "mult", "decay"), LOOPS)
@pytest.mark.parametrize("min_lr", [0.0, 0.01])
def test_it_is_what_a_loop_gives(cycle: int, mult: int, decay: float, min_lr: float) -> None:
    schedule = Sgdr(lr=0.2, cycle=cycle, cycle_mult=mult, cycle_decay=decay, min_lr=min_lr)
    expected = stepped(min_lr, cycle, mult, decay)
    assert schedule(np.arange(400)) == pytest.approx(expected, rel=1e-12, abs=1e-15)


TORCH = [
    pytest.param("restarts", {"cycle": 10, "cycle_mult": 1}, id="of 10"),
    pytest.param("restarts to a floor", {"cycle": 7, "cycle_mult": 1, "min_lr": 1e-3}, id="to a floor"),
    pytest.param("restarts, twice as long", {"cycle": 10}, id="twice as long"),
    pytest.param("restarts, three times as long", {"cycle": 5, "cycle_mult": 3, "min_lr": 0.01}, id="three times"),
]


@pytest.mark.parametrize(("case", "given"), TORCH)
def test_it_is_pytorchs_warm_restarts(
    torch_rates: Callable[[str], NDArray[np.float64]], case: str, given: dict[str, Any]
) -> None:
    assert Sgdr(lr=0.1, **given)(np.arange(121)) == pytest.approx(torch_rates(case), rel=1e-12, abs=0.0)


def test_after_its_last_cycle_it_stays_at_the_floor() -> None:
    schedule = Sgdr(lr=0.3, cycle=10, cycles=3, min_lr=0.07)  # 10 + 20 + 40
    assert schedule([0, 10, 30, 70, 71, 1e15]).tolist() == [0.3, 0.3, 0.3, 0.07, 0.07, 0.07]


REFUSED = [
    pytest.param({"cycle": 0.5}, "cycle: must be at least one step, got 0.5", id="shorter than a step"),
    pytest.param(
        {"cycle_mult": 0.5}, "cycle_mult: must be a finite number of at least 1, got 0.5", id="shrinking to nothing"
    ),
    pytest.param(
        {"cycle": 1, "cycle_mult": 1.0000000001},
        "cycle_mult: must leave at most 1,000,000 cycles of different lengths, got 1.0000000001; give cycles, or 1",
        id="too many lengths",
    ),
    pytest.param(
        {"cycle_decay": 2}, "cycle_decay: must be a finite number above 0 and at most 1, got 2", id="growing peaks"
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_does_not_go_together_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Sgdr(**{"cycle": 10, **given})
    assert str(caught.value) == message


def test_its_pieces_are_its_cycles() -> None:
    assert Sgdr(cycle=10).pieces(50.0, 10) == [
        Piece(0.0, 10.0, "smooth"),
        Piece(10.0, 30.0, "smooth"),
        Piece(30.0, 50.0, "smooth"),
    ]
    row = Piece(0.0, 1e6, "cycles", 10.0, (Piece(0.0, 10.0, "smooth"),))
    assert Sgdr(cycle=10, cycle_mult=1).pieces(1e6, 1000) == [row]


def test_a_million_cycles_sum_to_their_mean() -> None:
    # A cosine over 10 steps from 1 adds up to 5.5: its mean, and half of the first step's height.
    assert total(Sgdr(lr=1.0, cycle=10, cycle_mult=1), 10**7) == pytest.approx(5.5e6, rel=1e-12)


PLANS = [
    pytest.param("sgdr --epochs 70", "cycles of 10, 20, 40", "cycle 10 ×2", id="default"),
    pytest.param("sgdr:cycle_mult=1 --epochs 30", "3 cycles of 10", "cycle 10", id="equally long"),
    pytest.param(
        "sgdr:cycle=10,cycle_decay=0.5", "cycles of 10, 20, 40, 80, peaks ×0.5", "cycle 10 ×2", id="as in the paper"
    ),
    pytest.param("sgdr --steps 1", "1 cycle of 1", "cycle 1", id="one step"),
]


@pytest.mark.parametrize(("words", "long", "short"), PLANS)
def test_it_says_its_cycles(words: str, long: str, short: str) -> None:
    plan = planned(words if "steps" not in words else f"{words} sgdr:cycle_mult=1")
    assert rule(plan.curves[-1], plan.clock) == long
    assert brief(plan.curves[-1], plan.clock) == short


@pytest.mark.parametrize("mult", ["1", "2", "1.5", "3"])
@pytest.mark.parametrize(
    "run", ["--epochs 100", "--epochs 1 --steps-per-epoch 391", "--epochs 7 --steps-per-epoch 13", "--steps 1e12"]
)
def test_three_cycles_end_with_the_run_at_the_floor(run: str, mult: str) -> None:
    plan = planned(f"sgdr:cycle_mult={mult},min_lr=0.01 {run}")
    assert plan.curves[0].params["cycles"] == 3
    assert plan.curves[0].schedule(plan.clock.total) == 0.01
    assert plan.curves[0].schedule(plan.clock.total * 0.99) < 0.012


@pytest.mark.parametrize("run", ["--steps 1", "--steps 2", "--epochs 1", "--epochs 3"])
def test_it_works_in_the_shortest_runs(run: str) -> None:
    assert planned(f"sgdr {run}").curves[0].schedule(0) == 0.1


def test_a_cycle_may_be_cut_off_by_the_end_of_the_run() -> None:
    plan = planned("sgdr:cycle=10")  # 10 + 20 + 40, and 30 of 80
    assert plan.curves[0].params["cycles"] == 4
    assert plan.curves[0].schedule(100) == pytest.approx(0.1 * (1 + cos(pi * 30 / 80)) / 2, rel=1e-13)


def test_it_has_no_curve_inside_to_choose() -> None:
    with pytest.raises(RequestError, match="sgdr has no parameter 'of'"):
        planned("sgdr:of=linear")
