"""The clock of a run: its length and unit, and the conversion between epochs and steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal

TimeUnit = Literal["epoch", "step", "sample", "token"]
TIME_UNITS: tuple[TimeUnit, ...] = ("epoch", "step", "sample", "token")
CONTENT = ("sample", "token")
"""The units of what a run processes, which are whole numbers."""

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
    - ``updates``: the length in steps, if the clock counts in another unit than the run.
    - ``of_runs``: whether several runs share the clock, which then lacks the conversions in which they differ.

    >>> clock = Clock(unit="epoch", length=100, steps_per_epoch=391)
    >>> clock.total
    39100
    >>> clock.steps(Time(5.0, "epoch"))
    1955.0
    """

    unit: TimeUnit
    length: float
    steps_per_epoch: int | None
    samples_per_step: float | None = None
    tokens_per_step: float | None = None
    updates: int | None = None
    of_runs: bool = field(default=False, compare=False)

    @property
    def total(self) -> int:
        """The length of the run in steps."""
        return int(self.length * self.unit_steps) if self.updates is None else self.updates

    @property
    def unit_steps(self) -> float:
        """Steps per unit."""
        if self.unit in CONTENT:
            return 1 / self._per_step
        return (self.steps_per_epoch or 1) if self.unit == "epoch" else 1

    @property
    def _per_step(self) -> float:
        """Units per step; those of runs with different steps do not share one, and the unit is then the step."""
        return self.per_step(self.unit) or 1.0

    @property
    def whole(self) -> bool:
        """Whether only whole numbers of the unit are on the axis."""
        return self.unit != "epoch" or not self.counts_both

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

    def converts(self, unit: TimeUnit) -> bool:
        """Tell whether times in another unit can be converted to the unit of the clock."""
        return unit == self.unit or None not in (self.per_step(unit), self.per_step(self.unit))

    def in_unit(self, unit: TimeUnit) -> Clock:
        """Return the clock of the same run in another unit, to which it converts.

        >>> clock = Clock(unit="epoch", length=3, steps_per_epoch=100, samples_per_step=32.0)
        >>> clock.in_unit("sample").length, clock.in_unit("sample").units(150)
        (9600.0, 4800.0)
        """
        if unit == self.unit:
            return self
        counting = replace(self, unit=unit, updates=self.total)
        return replace(counting, length=counting.units(float(self.total)))

    def units(self, steps: Any) -> Any:
        """Return a number of steps, or an array of them, in the unit of the clock; samples and tokens are rounded."""
        return _nearest(steps * self._per_step) if self.unit in CONTENT else steps / self.unit_steps

    def time(self, steps: float) -> Time:
        """Return a number of steps as a time: in whole units if possible, else in whole steps, else in units.

        Samples and tokens of whole steps are in steps, as they are rounded.
        """
        units = self.units(steps)
        if (units.is_integer() and self.unit not in CONTENT) or not float(steps).is_integer():
            return Time(units, self.unit)
        return Time(float(steps), "step")


_CONVERSIONS = ("steps_per_epoch", "samples_per_step", "tokens_per_step")


def shared_conversions(clocks: Collection[Clock]) -> dict[str, Any]:
    """Return the conversions between units that all clocks of several runs have, and None for the others."""
    each = {name: {getattr(clock, name) for clock in clocks} for name in _CONVERSIONS}
    return {name: values.pop() if len(values) == 1 else None for name, values in each.items()}


def _nearest(value: Any) -> Any:
    """Return a number, or each number of an array, rounded to the nearest whole number."""
    rest = value % 1.0
    return value - rest + (rest >= 0.5)  # noqa: PLR2004


def whole(value: float) -> str:
    """Return a number in its shortest exact form, without a decimal point if it is whole.

    >>> whole(30.0), whole(0.1), whole(1e-05)
    ('30', '0.1', '1e-05')
    """
    return str(int(value)) if float(value).is_integer() and abs(value) <= MOST_STEPS else repr(float(value))
