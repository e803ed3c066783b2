"""The schedule ``hyperbolic``: runs of different lengths that begin alike."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.hyperbolic import Hyperbolic
from cosine_cli.schedules.linear import Linear


def paper(t: float, *, total: float, bound: float) -> float:
    """Return the share of the way from the infimum up to the peak as the paper writes it."""

    def h(x: float) -> float:
        return sqrt((total - x) / bound * (2 - (total + x) / bound))

    return 1 + h(t) - h(0)


@pytest.mark.parametrize(("total", "bound"), [(100, 250), (50, 1000), (90, 100)], ids=str)
def test_it_is_the_papers(total: float, bound: float) -> None:
    expected = [0.001 + (0.1 - 0.001) * paper(t, total=total, bound=bound) for t in range(int(total) + 1)]
    schedule = Hyperbolic(lr=0.1, total=total, upper_bound=bound, min_lr=0.001)
    assert schedule(range(int(total) + 1)) == pytest.approx(expected, rel=1e-13)
    assert schedule([total + 1, 2.0**53]) == pytest.approx(expected[-1], rel=1e-13)


def test_by_hand() -> None:
    # N / U = 0.4: h(0) = sqrt(0.4 * 1.6) = 0.8, h(N / 2) = sqrt(0.2 * 1.4) = sqrt(0.28)
    schedule = Hyperbolic(lr=2.0, total=100, upper_bound=250)
    assert schedule([0, 50, 100]) == pytest.approx([2.0, 2 * (0.2 + sqrt(0.28)), 0.4], rel=1e-14)


def test_the_longest_run_is_a_straight_line() -> None:
    times = np.linspace(0, 120, 300)
    line = Linear(lr=0.3, total=100, min_lr=0.01)(times)
    assert Hyperbolic(lr=0.3, total=100, upper_bound=100, min_lr=0.01)(times) == pytest.approx(line, rel=1e-13)


def test_runs_of_different_lengths_begin_more_alike_than_lines_do() -> None:
    short, long = (Hyperbolic(lr=1.0, total=total, upper_bound=1000)(20) for total in (100, 200))
    lines = [Linear(lr=1.0, total=total)(20) for total in (100, 200)]
    assert abs(short - long) < 0.15 * abs(lines[0] - lines[1])


def test_its_ends_are_exact_for_any_pair_of_rates() -> None:
    rng = np.random.default_rng(1)
    for peak, share, total in zip(
        10 ** rng.uniform(-8, 2, 500), rng.random(500), rng.uniform(1, 1e6, 500), strict=True
    ):
        lr, min_lr, end = float(peak), float(peak * share), float(total)
        longest = Hyperbolic(lr=lr, total=end, upper_bound=end, min_lr=min_lr)
        assert longest([0.0, end, 2 * end]).tolist() == [lr, min_lr, min_lr]
        assert Hyperbolic(lr=lr, total=end, upper_bound=3.3 * end, min_lr=min_lr)(0) == lr


def test_a_longest_run_that_is_shorter_is_refused() -> None:
    with pytest.raises(ParameterError) as caught:
        Hyperbolic(total=100, upper_bound=99.9)
    assert str(caught.value) == "upper_bound: must be at least as long as total, got 99.9"


def test_it_is_a_decay_and_what_it_ends_at() -> None:
    schedule = Hyperbolic(total=100, upper_bound=200)
    assert schedule.pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_its_longest_run_is_two_and_a_half_times_its_own_where_nothing_else_was_said() -> None:
    plan = planned("hyperbolic hyperbolic:upper_bound=1000,min_lr=0.01")
    assert [rule(curve, plan.clock) for curve in plan.curves] == [
        "to 0.02 at epoch 100, as for 250 epochs",  # 0.1 (1 - 0.8)
        "to 0.0608 at epoch 100, as for 1000 epochs",  # 0.1 - 0.09 sqrt(0.1 * 1.9)
    ]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["to 0.02, of 250", "to 0.0608, of 1000"]
