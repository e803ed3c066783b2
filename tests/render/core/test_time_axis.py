"""Ticks in the unit of a clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosine_cli.plans.model.clock import Clock
from cosine_cli.render.core.ticks import time_ticks
from cosine_cli.render.core.time_axis import ticks_of


def of_tokens(length: float) -> Clock:
    return Clock(unit="token", length=length, steps_per_epoch=None)


@pytest.mark.parametrize(
    ("length", "texts"),
    [
        (99_996_401_664.0, "0 20B 40B 60B 80B 100B"),
        (115_305_030.0, "0 20M 40M 60M 80M 100M 115M"),
        (1_048_576.0, "0 200k 400k 600k 800k 1.05M"),
        (1500.0, "0 250 500 750 1000 1250 1500"),
        (8.0, "0 2 4 6 8"),
        (15e12, "0 2.5T 5T 7.5T 10T 12.5T 15T"),
    ],
)
def test_samples_and_tokens_are_rounded(length: float, texts: str) -> None:
    assert " ".join(tick.text for tick in ticks_of(of_tokens(length), 0.0, length, 6)) == texts


@given(st.floats(1, 1e16).map(round), st.floats(2, 15))
def test_they_are_within_the_axis_and_rise(length: int, most: float) -> None:
    values = [tick.value for tick in ticks_of(of_tokens(length), 0.0, float(length), most)]
    assert values == sorted(set(values))
    assert values[0] == 0
    assert values[-1] <= length


@given(st.floats(0, 1e12), st.floats(1e-6, 1), st.floats(2, 15))
def test_they_are_within_limits(since: float, share: float, most: float) -> None:
    until = since + share * max(since, 1.0)
    values = [tick.value for tick in ticks_of(of_tokens(until), since, until, most, limited=True)]
    assert values == sorted(set(values))
    assert since <= values[0]
    assert values[-1] <= until


@pytest.mark.parametrize(("unit", "each", "whole"), [("epoch", 3, False), ("epoch", 1, True), ("step", 3, True)])
def test_epochs_and_steps_are_exact(unit: str, each: int, whole: bool) -> None:  # noqa: FBT001
    clock = Clock(unit=unit, length=5, steps_per_epoch=each)  # type: ignore[arg-type]
    assert ticks_of(clock, 0.0, 5.0, 11) == time_ticks(5.0, 11, whole=whole)
