"""The schedule ``k_decay_cosine``: a cosine over a power of the time."""

from __future__ import annotations

from math import cos, pi

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.k_decay_cosine import KDecayCosine

BY_HAND = [  # u ** k is 1/3, 1/2 or 2/3, where the cosine is 1/2, 0 or -1/2
    pytest.param(2, 0, 1.0, id="start"),
    pytest.param(2, (1 / 3) ** 0.5, 0.75, id="k 2, 60 degrees"),
    pytest.param(2, 0.5**0.5, 0.5, id="k 2, 90 degrees"),
    pytest.param(0.5, 1 / 4, 0.5, id="k 0.5, 90 degrees"),
    pytest.param(0.5, 4 / 9, 0.25, id="k 0.5, 120 degrees"),
    pytest.param(3, 1, 0.0, id="end"),
    pytest.param(3, 1.5, 0.0, id="after it"),
]


@pytest.mark.parametrize(("k", "u", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.25])
def test_it_goes_through_the_angles_that_are_known_by_hand(k: float, u: float, share: float, min_lr: float) -> None:
    expected = min_lr + (2.0 - min_lr) * share
    assert KDecayCosine(lr=2.0, total=90, k=k, min_lr=min_lr)(90 * u) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("k", [0.3, 1, 1.5, 5], ids=str)
def test_it_is_timms_k_decay(k: float) -> None:
    # lr_min + 0.5 (lr - lr_min) (1 + cos(pi t ** k / t_initial ** k)), as timm writes it
    timm = [0.01 + 0.5 * (0.3 - 0.01) * (1 + cos(pi * t**k / 120**k)) for t in range(120)]
    assert KDecayCosine(lr=0.3, total=120, k=k, min_lr=0.01)(range(120)) == pytest.approx(timm, rel=1e-13)


def test_with_a_k_of_1_it_is_the_cosine() -> None:
    times = np.linspace(0, 120, 300)
    cosine = Cosine(lr=0.3, total=100, min_lr=0.01)
    assert KDecayCosine(lr=0.3, total=100, min_lr=0.01, k=1)(times) == pytest.approx(cosine(times), rel=1e-14)


@pytest.mark.parametrize("k", [1e-4, 0.7, 10], ids=str)
def test_its_ends_are_exact_for_any_pair_of_rates(k: float) -> None:
    rng = np.random.default_rng(1)
    for peak, share, total in zip(
        10 ** rng.uniform(-8, 2, 500), rng.random(500), rng.uniform(1, 1e6, 500), strict=True
    ):
        lr, min_lr = float(peak), float(peak * share)
        rates = KDecayCosine(lr=lr, total=float(total), k=k, min_lr=min_lr)([0.0, float(total), 2 * float(total)])
        assert rates.tolist() == [lr, min_lr, min_lr]


def test_it_is_a_decay_and_a_floor() -> None:
    assert KDecayCosine(total=100).pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_it_says_its_exponent() -> None:
    plan = planned("k_decay_cosine k_decay_cosine:k=3,min_lr=0.01")
    assert [rule(curve, plan.clock) for curve in plan.curves] == [
        "k 2, to 0 at epoch 100",
        "k 3, to 0.01 at epoch 100",
    ]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["k 2", "k 3, to 0.01"]
