"""The schedule ``chebyshev``: step sizes from the roots of a polynomial."""

from __future__ import annotations

from math import cos, pi

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.chebyshev import Chebyshev
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.core.sums import total

BY_HAND = [  # the inverse goes from 1 to 5 as a cosine wave does
    pytest.param(0, 1.0, id="0"),
    pytest.param(20, 1 / 2, id="60 degrees"),
    pytest.param(30, 1 / 3, id="90 degrees"),
    pytest.param(40, 1 / 4, id="120 degrees"),
    pytest.param(60, 1 / 5, id="180 degrees"),
    pytest.param(61, 1 / 5, id="after the end"),
]


@pytest.mark.parametrize(("t", "expected"), BY_HAND)
def test_its_inverse_is_a_cosine_wave(t: float, expected: float) -> None:
    assert Chebyshev(lr=1.0, total=60, min_lr=0.2)(t) == pytest.approx(expected, rel=1e-15)


def test_its_ends_are_exact_for_any_pair_of_rates() -> None:
    rng = np.random.default_rng(1)
    for peak, share, end in zip(
        10 ** rng.uniform(-8, 2, 1000), rng.random(1000), rng.uniform(1, 1e6, 1000), strict=True
    ):
        lr, min_lr = float(peak), float(peak * share)
        rates = Chebyshev(lr=lr, total=float(end), min_lr=min_lr)([0.0, float(end), 2 * float(end)])
        assert rates.tolist() == [lr, min_lr, min_lr]


@pytest.mark.parametrize("min_lr", [5e-324, 1e-310, 1e-30], ids=str)
def test_the_smallest_floors_make_nothing_infinite(min_lr: float) -> None:
    rates = Chebyshev(lr=10.0, total=1000, min_lr=min_lr)(np.arange(1001))
    assert rates[[0, -1]].tolist() == [10.0, min_lr]
    assert (np.diff(rates) <= 0.0).all()


ORDERS = [  # sigma_1 = 1, sigma_2n = interlace(sigma_n, 2n + 1 - sigma_n), by hand, less 1
    pytest.param(1, [0], id="1"),
    pytest.param(2, [0, 1], id="2"),
    pytest.param(4, [0, 3, 1, 2], id="4"),
    pytest.param(8, [0, 7, 3, 4, 1, 6, 2, 5], id="8"),
]


@pytest.mark.parametrize(("nodes", "order"), ORDERS)
def test_in_fractal_order_its_plateaus_are_the_papers(nodes: int, order: list[int]) -> None:
    # gamma_i = 1 / ((M + m) / 2 - (M - m) / 2 cos((i + 1/2) pi / n)) with m = 1 / 0.5 and M = 1 / 0.05
    steps = [1 / ((20 + 2) / 2 - (20 - 2) / 2 * cos((i + 0.5) * pi / nodes)) for i in order]
    schedule = Chebyshev(lr=0.5, total=10 * nodes, min_lr=0.05, order="fractal", nodes=nodes)
    assert schedule(np.arange(nodes) * 10) == pytest.approx(steps, rel=1e-14)
    assert schedule(np.arange(nodes) * 10 + 9.999) == pytest.approx(steps, rel=1e-14)
    assert schedule([10 * nodes, 11 * nodes, 2.0**53]).tolist() == [0.05] * 3
    assert schedule.peak == schedule(0)


def test_with_a_node_an_update_it_solves_a_quadratic_as_the_polynomial_promises() -> None:
    # Gradient descent on x' diag(h) x / 2 with the n step sizes leaves at most 2 q^n / (1 + q^2n) of any start.
    nodes, lowest, highest = 64, 1.0, 30.0
    rates = Chebyshev(lr=1 / lowest, total=nodes, min_lr=1 / highest, order="fractal", nodes=nodes)(np.arange(nodes))
    curvatures = np.linspace(lowest, highest, 999)
    left = np.ones_like(curvatures)
    for rate in rates:
        left *= 1 - rate * curvatures
        assert np.abs(left).max() < 1e3  # in falling order it is 1e17 on the way
    root = (highest / lowest) ** 0.5
    q = (root - 1) / (root + 1)
    assert np.abs(left).max() == pytest.approx(2 * q**nodes / (1 + q ** (2 * nodes)), rel=1e-3)


@pytest.mark.parametrize("nodes", [2, 64, 1024])
def test_a_fractal_run_of_whole_steps_sums_up_to_its_plateaus(nodes: int) -> None:
    schedule = Chebyshev(lr=0.5, total=nodes * 50, min_lr=0.05, order="fractal", nodes=nodes)
    plateaus = schedule((np.arange(nodes) + 0.5) * 50)
    assert total(schedule, nodes * 50 + 1000) == pytest.approx(plateaus.sum() * 50 + 1000 * 0.05, rel=1e-12)


def test_falling_it_is_a_decay_and_a_floor() -> None:
    schedule = Chebyshev(total=100, min_lr=0.01)
    assert schedule.pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_in_fractal_order_its_pieces_are_plateaus_or_one_cycle_of_them() -> None:
    schedule = Chebyshev(total=100, min_lr=0.01, order="fractal", nodes=4)
    plateaus = [Piece(i * 25.0, i * 25.0 + 25.0, "flat") for i in range(4)]
    assert schedule.pieces(120.0, 4) == [*plateaus, Piece(100.0, 120.0, "flat")]
    assert schedule.pieces(60.0, 4) == [*plateaus[:2], Piece(50.0, 60.0, "flat")]
    row = Piece(0.0, 100.0, "cycles", 100.0, tuple(plateaus))
    assert schedule.pieces(120.0, 3) == [row, Piece(100.0, 120.0, "flat")]
    assert schedule.pieces(90.0, 3) == [row._replace(t1=90.0)]
    assert schedule.knots(120.0, 4) == (25.0, 50.0, 75.0, 100.0)


REFUSED = [
    pytest.param({"nodes": 3}, "nodes: must be a power of two, got 3", id="3 nodes"),
    pytest.param({"nodes": 2048}, "nodes: must be a whole number of at least 1 and at most 1024, got 2048", id="many"),
    pytest.param({"min_lr": 0.0}, "min_lr: must be a finite number above 0, got 0.0", id="no inverse"),
    pytest.param({"min_lr": 0.2}, "min_lr: must be at most lr (0.1), got 0.2", id="above the peak"),
    pytest.param({"order": "random"}, "order: must be falling or fractal, got 'random'", id="order"),
]


@pytest.mark.parametrize(("given", "message"), REFUSED)
def test_what_has_no_nodes_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Chebyshev(**{"total": 10, "min_lr": 0.01, **given})  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_it_ends_at_a_tenth_of_its_peak_where_nothing_else_was_said() -> None:
    plan = planned("chebyshev chebyshev:lr=0.5 chebyshev:order=fractal,nodes=8")
    assert [curve.schedule.floor for curve in plan.curves] == [0.01, 0.05, 0.01]
    assert [rule(curve, plan.clock) for curve in plan.curves] == [
        "to 0.01 at epoch 100",
        "to 0.05 at epoch 100",
        "8 plateaus in fractal order, to 0.01 at epoch 100",
    ]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["to 0.01", "to 0.05", "8 plateaus, to 0.01"]
