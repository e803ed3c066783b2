"""The schedule ``rex``: the reflected exponential."""

from __future__ import annotations

from fractions import Fraction

import pytest
from plans_of import planned

from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.rex import Rex

BY_HAND = [  # left / (1/2 + left/2)
    pytest.param(0, 1.0, id="start"),
    pytest.param(25, 6 / 7, id="a quarter passed"),
    pytest.param(50, 2 / 3, id="halfway"),
    pytest.param(75, 2 / 5, id="a quarter left"),
    pytest.param(99, 2 / 101, id="a hundredth left"),
    pytest.param(100, 0.0, id="end"),
    pytest.param(300, 0.0, id="after it"),
]


@pytest.mark.parametrize(("t", "share"), BY_HAND)
@pytest.mark.parametrize("min_lr", [0.0, 0.25])
def test_by_hand(t: float, share: float, min_lr: float) -> None:
    expected = min_lr + (2.0 - min_lr) * share
    assert Rex(lr=2.0, total=100, min_lr=min_lr)(t) == pytest.approx(expected, rel=1e-15)


def test_it_is_the_papers_in_rational_numbers() -> None:
    passed = [Fraction(t, 77) for t in range(77)]
    expected = [float((1 - u) / (Fraction(1, 2) + Fraction(1, 2) * (1 - u))) for u in passed]
    assert Rex(lr=1.0, total=77)(range(77)) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(("bend", "share"), [(0.0, 0.25), (0.5, 0.4), (0.9, 10 / 13)])
def test_the_bend_delays_the_decay(bend: float, share: float) -> None:
    assert Rex(lr=1.0, total=100, bend=bend)(75) == pytest.approx(share, rel=1e-15)


def test_it_says_where_it_ends() -> None:
    plan = planned("rex rex:min_lr=0.01")
    assert [rule(curve, plan.clock) for curve in plan.curves] == ["to 0 at epoch 100", "to 0.01 at epoch 100"]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["", "to 0.01"]
