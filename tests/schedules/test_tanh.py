"""The schedule ``tanh``: a stretch of the hyperbolic tangent."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.core.pieces import Piece
from cosine_cli.schedules.tanh import Tanh


def exactly(t: float, *, lower: float, upper: float, total: float) -> float:
    """Return the shape in 200 digits, straight from its definition."""
    with localcontext() as context:
        context.prec = 200

        def tangent(x: Decimal) -> Decimal:
            return ((2 * x).exp() - 1) / ((2 * x).exp() + 1)

        low, high = Decimal(lower), Decimal(upper)
        x = low + (high - low) * Decimal(t) / Decimal(total)
        return float((tangent(high) - tangent(x)) / (tangent(high) - tangent(low)))


STRETCHES = [
    pytest.param(-7, 3, id="default"),
    pytest.param(-6, 3, id="paper"),
    pytest.param(-1, 1, id="short"),
    pytest.param(0, 1e-9, id="hardly any"),
    pytest.param(20, 40, id="above where tanh is 1 to the last bit"),
    pytest.param(-40, -20, id="below where it is -1"),
    pytest.param(-100, 100, id="longest"),
]


@pytest.mark.parametrize(("lower", "upper"), STRETCHES)
@pytest.mark.parametrize("t", [0, 1, 500, 700, 1023, 1024], ids=str)
def test_it_is_the_definition_to_all_digits(t: float, lower: float, upper: float) -> None:
    expected = exactly(t, lower=lower, upper=upper, total=1024)
    # rounding x by its last bit moves the tail of the longest by as much, relative
    rel = 4e-16 * max(abs(lower), abs(upper), 10)
    assert Tanh(lr=1.0, total=1024, lower=lower, upper=upper)(t) == pytest.approx(expected, rel=rel, abs=0.0)


def test_it_is_near_timms_but_for_the_end() -> None:
    # 0.5 (1 - tanh(lb (1 - u) + ub u)), as timm writes it: from 1 - 8.3e-7 to 0.0025
    timm = np.array([0.5 * (1 - math.tanh(-7 * (1 - t / 200) + 3 * t / 200)) for t in range(201)])
    ours = Tanh(lr=1.0, total=200)(np.arange(201))
    assert timm[[0, -1]] == pytest.approx([1 - 8.3e-7, 0.0024726], abs=1e-7)
    assert ours[[0, -1]].tolist() == [1.0, 0.0]
    assert (timm - ours).max() == timm[-1]
    assert (timm - timm[-1]) / (timm[0] - timm[-1]) == pytest.approx(ours, abs=1e-14)


def test_a_stretch_about_0_is_symmetric() -> None:
    schedule = Tanh(lr=1.0, total=100, lower=-2, upper=2, min_lr=0.5)
    assert schedule(50) == pytest.approx(0.75, rel=1e-15)
    assert schedule(20) + schedule(80) == pytest.approx(1.5, rel=1e-15)


@pytest.mark.parametrize(("lower", "upper"), STRETCHES)
def test_its_ends_are_exact_for_any_pair_of_rates(lower: float, upper: float) -> None:
    rng = np.random.default_rng(1)
    for peak, share, total in zip(
        10 ** rng.uniform(-8, 2, 100), rng.random(100), rng.uniform(1, 1e6, 100), strict=True
    ):
        lr, min_lr, end = float(peak), float(peak * share), float(total)
        schedule = Tanh(lr=lr, total=end, lower=lower, upper=upper, min_lr=min_lr)
        assert schedule([0.0, end, 2 * end]).tolist() == [lr, min_lr, min_lr]


BACKWARD = [pytest.param(3.0, 3.0, id="no stretch"), pytest.param(3.0, -7.0, id="backward")]


@pytest.mark.parametrize(("lower", "upper"), BACKWARD)
def test_a_stretch_that_does_not_go_forward_is_refused(lower: float, upper: float) -> None:
    with pytest.raises(ParameterError) as caught:
        Tanh(total=10, lower=lower, upper=upper)
    assert str(caught.value) == f"lower: must be below upper ({upper}), got 3.0"


def test_it_is_a_decay_and_a_floor() -> None:
    assert Tanh(total=100).pieces(250, 10) == [Piece(0.0, 100.0, "smooth"), Piece(100.0, 250, "flat")]


def test_it_says_its_stretch() -> None:
    plan = planned("tanh tanh:lower=-4,upper=2.5,min_lr=0.01")
    assert [rule(curve, plan.clock) for curve in plan.curves] == [
        "tanh -7..3, to 0 at epoch 100",
        "tanh -4..2.5, to 0.01 at epoch 100",
    ]
    assert [brief(curve, plan.clock) for curve in plan.curves] == ["tanh -7..3", "tanh -4..2.5, to 0.01"]
