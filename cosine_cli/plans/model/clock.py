"""The clock of a run: its length and unit, and the conversion between epochs and steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["epoch", "step"]
TimeUnit = Literal["epoch", "step", "sample", "token"]

MOST_STEPS = 2**53
"""The largest integer up to which all integers are exact in float64."""


_ROUNDING = 2**-51
"""The relative error of a decimal fraction that is parsed and multiplied once."""


@dataclass(frozen=True)
class Time:
    """A number of epochs, steps, samples or tokens.

    >>> str(Time(3.0, "epoch"))
    '3 epochs'
    """

    value: float
    unit: TimeUnit

    def __str__(self) -> str:
        return f"{whole(self.value)} {self.unit}{'' if self.value == 1 else 's'}"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The length of a run in its unit; ``steps_per_epoch`` is None in a run of steps without epochs.

    - ``samples_per_step``, ``tokens_per_step``: the mean of a step, None if the budget of the run does not tell.

    >>> clock = Clock(unit="epoch", length=100, steps_per_epoch=391)
    >>> clock.total
    39100
    >>> clock.steps(Time(5.0, "epoch"))
    1955.0
    """

    unit: Unit
    length: int
    steps_per_epoch: int | None
    samples_per_step: float | None = None
    tokens_per_step: float | None = None

    @property
    def total(self) -> int:
        """The length of the run in steps."""
        return self.length * self.unit_steps

    @property
    def unit_steps(self) -> int:
        """Steps per unit."""
        return (self.steps_per_epoch or 1) if self.unit == "epoch" else 1

    @property
    def counts_both(self) -> bool:
        """Whether steps and epochs are both defined and differ."""
        return (self.steps_per_epoch or 1) > 1

    def steps(self, time: Time) -> float:
        """Return a time in steps.

        A result that is a whole number except for the rounding of a decimal fraction is rounded: 1.1 epochs of 100
        steps are 110.
        """
        if time.unit == "step":
            return time.value
        if time.unit != "epoch":
            return time.value / (self.per_step(time.unit) or 1.0)
        steps = time.value * (self.steps_per_epoch or 1)
        nearest = float(round(steps))
        return nearest if abs(steps - nearest) <= _ROUNDING * abs(nearest) else steps

    def per_step(self, unit: TimeUnit) -> float | None:
        """Return how much of a unit a step is, None if it is not known."""
        each = {"step": 1.0, "sample": self.samples_per_step, "token": self.tokens_per_step}
        return 1 / self.steps_per_epoch if unit == "epoch" and self.steps_per_epoch else each.get(unit)

    def units(self, steps: float) -> float:
        """Return a number of steps in the plan's unit."""
        return steps / self.unit_steps

    def time(self, steps: float) -> Time:
        """Return a number of steps as a time: in whole units if possible, else in whole steps, else in units."""
        units = self.units(steps)
        if units.is_integer() or not float(steps).is_integer():
            return Time(units, self.unit)
        return Time(float(steps), "step")


def whole(value: float) -> str:
    """Return a number in its shortest exact form, without a decimal point if it is whole.

    >>> whole(30.0), whole(0.1), whole(1e-05)
    ('30', '0.1', '1e-05')
    """
    return str(int(value)) if float(value).is_integer() and abs(value) <= MOST_STEPS else repr(float(value))
