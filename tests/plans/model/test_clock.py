"""The run's clock."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cosine_cli.plans.model.clock import Clock, Time, whole

EPOCHS = Clock(unit="epoch", length=100, steps_per_epoch=391)
PLAIN = Clock(unit="epoch", length=100, steps_per_epoch=1)
STEPS = Clock(unit="step", length=1000, steps_per_epoch=None)
BOTH = Clock(unit="step", length=1000, steps_per_epoch=50)


@pytest.mark.parametrize(
    ("clock", "total", "unit_steps", "counts_both"),
    [(EPOCHS, 39_100, 391, True), (PLAIN, 100, 1, False), (STEPS, 1000, 1, False), (BOTH, 1000, 1, True)],
    ids=["epochs", "plain", "steps", "both"],
)
def test_how_long_a_run_is(clock: Clock, total: int, unit_steps: int, counts_both: bool) -> None:  # noqa: FBT001
    assert (clock.total, clock.unit_steps, clock.counts_both) == (total, unit_steps, counts_both)


@pytest.mark.parametrize(
    ("clock", "time", "steps"),
    [
        (EPOCHS, Time(5.0, "epoch"), 1955.0),
        (EPOCHS, Time(0.5, "epoch"), 195.5),
        (EPOCHS, Time(5.0, "step"), 5.0),
        (PLAIN, Time(5.0, "epoch"), 5.0),
        (BOTH, Time(3.0, "epoch"), 150.0),
    ],
)
def test_a_time_in_steps(clock: Clock, time: Time, steps: float) -> None:
    assert clock.steps(time) == steps


@pytest.mark.parametrize("each", [100, 300, 700, 1000, 5000])
def test_a_decimal_fraction_of_epochs_is_the_whole_number_of_steps_that_it_is_by_hand(each: int) -> None:
    """1.1 epochs of 100 steps are 110, and not the 110.00000000000001 of a product of floats."""
    decimals = [f"{whole}.{part:03d}" for whole in (0, 1, 7, 29, 1234) for part in range(1, 1000)]
    clock = Clock(unit="epoch", length=2000, steps_per_epoch=each)
    exact = {text: Fraction(text) * each for text in decimals}
    assert any(float(text) * each != int(steps) for text, steps in exact.items() if steps.denominator == 1)
    found = {text: clock.steps(Time(float(text), "epoch")) for text in decimals}
    assert {text: steps for text, steps in found.items() if steps.is_integer()} == {
        text: int(steps) for text, steps in exact.items() if steps.denominator == 1
    }


def test_what_is_not_whole_in_decimals_either_is_not_rounded() -> None:
    clock = Clock(unit="epoch", length=100, steps_per_epoch=100)
    assert clock.steps(Time(1.100000000001, "epoch")) == pytest.approx(110.0000000001, rel=1e-15)


@pytest.mark.parametrize(
    ("clock", "steps", "time"),
    [
        (EPOCHS, 1955.0, Time(5.0, "epoch")),
        (EPOCHS, 100.0, Time(100.0, "step")),
        (EPOCHS, 195.5, Time(0.5, "epoch")),
        (STEPS, 100.0, Time(100.0, "step")),
    ],
)
def test_steps_as_whole_units_if_possible(clock: Clock, steps: float, time: Time) -> None:
    assert clock.time(steps) == time


@pytest.mark.parametrize(
    ("time", "words"),
    [(Time(1.0, "epoch"), "1 epoch"), (Time(5.0, "step"), "5 steps"), (Time(0.5, "epoch"), "0.5 epochs")],
)
def test_a_time_in_words(time: Time, words: str) -> None:
    assert str(time) == words


@pytest.mark.parametrize(
    ("value", "text"), [(30.0, "30"), (0.1, "0.1"), (1e-5, "1e-05"), (1e15, "1000000000000000"), (1e300, "1e+300")]
)
def test_whole_numbers_are_written_whole(value: float, text: str) -> None:
    assert whole(value) == text
