"""The schedule ``k_decay_polynomial``: a power of what a power of the time leaves."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.k_decay_polynomial import KDecayPolynomial
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.polynomial import Polynomial

BY_HAND = [
    pytest.param(2, 1, 50, 3 / 4, id="k 2, halfway"),
    pytest.param(2, 1, 80, 0.36, id="k 2, a fifth left"),
    pytest.param(2, 0.5, 80, 0.6, id="k 2, root of it"),
    pytest.param(3, 2, 50, 49 / 64, id="k 3, square of it"),
    pytest.param(0.5, 1, 25, 1 / 2, id="k 0.5"),
    pytest.param(2, 3, 0, 1.0, id="start"),
    pytest.param(2, 3, 100, 0.0, id="end"),
    pytest.param(2, 0.1, 101, 0.0, id="after it"),
]


@pytest.mark.parametrize(("k", "power", "t", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.25])
def test_by_hand(k: float, power: float, t: float, share: float, min_lr: float) -> None:
    schedule = KDecayPolynomial(lr=2.0, total=100, k=k, power=power, min_lr=min_lr)
    assert schedule(t) == pytest.approx(min_lr + (2.0 - min_lr) * share, rel=1e-14)


def test_with_a_k_of_1_it_is_the_polynomial_and_with_both_1_the_line() -> None:
    times = np.linspace(0, 120, 301)
    given = {"lr": 0.3, "total": 100.0, "min_lr": 0.01}
    power = KDecayPolynomial(k=1, power=2.5, **given)(times)
    assert power == pytest.approx(Polynomial(power=2.5, **given)(times), rel=1e-12)
    assert KDecayPolynomial(k=1, power=1, **given)(times) == pytest.approx(Linear(**given)(times), rel=1e-13)


@pytest.mark.parametrize(("k", "power"), [(1e-4, 10), (2, 1e-4), (10, 3)], ids=str)
def test_its_ends_are_exact_for_any_pair_of_rates(k: float, power: float) -> None:
    rng = np.random.default_rng(1)
    for peak, share, total in zip(
        10 ** rng.uniform(-8, 2, 500), rng.random(500), rng.uniform(1, 1e6, 500), strict=True
    ):
        lr, min_lr, end = float(peak), float(peak * share), float(total)
        schedule = KDecayPolynomial(lr=lr, total=end, k=k, power=power, min_lr=min_lr)
        assert schedule([0.0, end, 2 * end]).tolist() == [lr, min_lr, min_lr]


def test_it_is_a_decay_and_a_floor() -> None:
    assert KDecayPolynomial(total=100).pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_it_says_its_exponents() -> None:
    plan = planned("k_decay_polynomial k_decay_polynomial:k=3,power=2,min_lr=0.01")
    assert [rule(curve, plan.clock) for curve in plan.curves] == [
        "k 2, to 0 at epoch 100",
        "k 3, power 2, to 0.01 at epoch 100",
    ]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["k 2", "k 3, power 2, to 0.01"]
