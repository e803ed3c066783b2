"""The schedule ``scale``: a schedule, so many times as high."""

from __future__ import annotations

import numpy as np
import pytest
from plans_of import planned

from cosine_cli.errors import ParameterError
from cosine_cli.render.descriptions import brief, rule
from cosine_cli.schedules.constant import Constant
from cosine_cli.schedules.core.sums import total
from cosine_cli.schedules.cosine import Cosine
from cosine_cli.schedules.linear import Linear
from cosine_cli.schedules.scale import Scale
from cosine_cli.schedules.step import Step
from cosine_cli.schedules.warmup import Warmup

INNER = [
    pytest.param(Cosine(lr=0.3, total=100, min_lr=0.01), id="smooth"),
    pytest.param(Step(lr=0.3, step_size=7), id="stairs"),
    pytest.param(Warmup(warmup=9, of=Linear(lr=0.3, total=50)), id="made of another"),
    pytest.param(Constant(lr=0.3), id="constant"),
]


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("factor", [0.1, 1, 7.5], ids=str)
def test_every_rate_is_so_many_times_as_high(inner: Cosine, factor: float) -> None:
    times = np.linspace(0, 150, 301)
    expected = [factor * float(inner(t)) for t in times]
    scaled = Scale(factor=factor, of=inner)
    assert scaled(times).tolist() == expected
    assert [factor * rate for rate in inner(times).tolist()] == expected  # the one inside stays as it was
    assert (scaled.peak, scaled.floor) == (factor * inner.peak, factor * inner.floor)
    assert (scaled.warmup_length, scaled.on_run_clock) == (inner.warmup_length, inner.on_run_clock)
    assert scaled.pieces(150.0, 5) == inner.pieces(150.0, 5)


def test_its_sum_is_scaled_too() -> None:
    assert total(Scale(factor=3, of=Linear(lr=0.1, total=10**9)), 10**9) == pytest.approx(0.15e9 + 0.15, rel=1e-12)


def test_scales_in_scales_multiply() -> None:
    assert Scale(factor=0.5, of=Scale(factor=0.5, of=Constant(lr=0.4)))(3) == pytest.approx(0.1, rel=1e-15)


def test_the_largest_of_factors_is_refused_where_it_makes_a_rate_infinite() -> None:
    assert Scale(factor=1e308, of=Constant(lr=1.0))(0) == 1e308
    with pytest.raises(ParameterError) as caught:
        Scale(factor=1e308, of=Constant(lr=10.0))
    assert str(caught.value) == "factor: must leave the peak of 10.0 a finite number, got 1e+308"


WORDS = [
    pytest.param("scale:factor=0.1,min_lr=0.01", "0.1 × (to 0.01 at epoch 100)", "0.1 × (to 0.01)", id="a tenth"),
    pytest.param("scale:factor=0.1", "0.1 × (to 0 at epoch 100)", "×0.1", id="a tenth, nothing to say"),
    pytest.param("scale:factor=1", "to 0 at epoch 100", "", id="as it is"),
]


@pytest.mark.parametrize(("words", "long", "short"), WORDS)
def test_its_words_are_those_inside_with_the_factor_before_them(words: str, long: str, short: str) -> None:
    plan = planned(words)
    assert rule(plan.curves[0], plan.clock) == long
    assert brief(plan.curves[0], plan.clock) == short
