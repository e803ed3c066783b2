"""A plan's numbers in words: the unit and the clock that its schedules know nothing of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cosine_cli.plans.model.clock import Clock
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.search import highest
from cosine_cli.text import either, number, shorten, thousands, visible

_MOST_NAMED = 5
_DIGITS = 6
"""As many as a table gives the peak."""

_SAME = 1e-9
"""Peaks that differ by less than this share of them are equal."""


def time_text(steps: float, clock: Clock) -> str:
    """Return a time in the plan's unit, the same in tables, figures and charts.

    >>> time_text(47.5, Clock(unit="epoch", length=100, steps_per_epoch=1))
    '47.5'
    """
    return thousands(clock.units(steps))


@dataclass(frozen=True)
class ClockFormatter:
    """How one curve of a plan says its numbers (the ``Formatter`` of the core).

    >>> words = ClockFormatter(Clock(unit="epoch", length=100, steps_per_epoch=391))
    >>> words.span(391), words.span(3910), words.moment(39100)
    ('an epoch', '10 epochs', 'epoch 100')
    """

    clock: Clock
    start: float = 0.0
    stretch: float = 1.0

    def number(self, value: float) -> str:
        """Return a rate or a factor: exactly, where six digits do, else rounded to three.

        One that is nearly 1 has so many digits that it is not said to be 1.
        """
        if (exact := _exact(value)) is not None:
            return exact
        digits = next(n for n in range(3, 18) if number(value, digits=n) != "1")
        return number(value, digits=digits)

    def length(self, steps: float) -> str:
        """Return a length without its unit."""
        return thousands(self.clock.units(steps * self.stretch))

    def span(self, steps: float) -> str:
        """Return a length with its unit."""
        unit = self.clock.unit
        if steps * self.stretch == self.clock.unit_steps:
            return f"{'an' if unit == 'epoch' else 'a'} {unit}"
        return f"{self.length(steps)} {unit}s"

    def moment(self, steps: float) -> str:
        """Return a time on the schedule's own clock as one of the run."""
        return f"{self.clock.unit} {thousands(self.clock.units(self.start + steps * self.stretch))}"

    def later(self, steps: float) -> ClockFormatter:
        """Return the words of a schedule that begins so many steps later."""
        return replace(self, start=self.start + steps * self.stretch)

    def slower(self, factor: float) -> ClockFormatter:
        """Return the words of a schedule whose step takes so many of this one's."""
        return replace(self, stretch=self.stretch * factor)


def half_note(peaks: Sequence[float]) -> str:
    """Return what the line at half the highest peak is called, given the peaks of the curves with a marker on it.

    A table says when a curve is down to half of its own peak, which is another time where its peak is lower.

    >>> half_note([0.1, 0.1]), half_note([0.1, 0.08])
    ('half the peak', 'half the highest peak')
    """
    same = all(math.isclose(peak, max(peaks), rel_tol=_SAME) for peak in peaks)
    return "half the peak" if same else "half the highest peak"


def rule(curve: Curve, clock: Clock) -> str:
    """Say in a few words what a curve does."""
    return curve.schedule.description(ClockFormatter(clock))


def brief(curve: Curve, clock: Clock) -> str:
    """Say it in the width of a table's column."""
    return curve.schedule.summary(ClockFormatter(clock))


def headline(plan: Plan) -> str:
    """Say the plan's peak and length, such as ``Peak 0.1, 100 epochs, warmup over 5``."""
    clock = plan.clock
    warmups = {curve.warmup for curve in plan.curves}
    warmup = f", warmup over {time_text(warmups.pop(), clock)}" if len(warmups) == 1 and max(warmups) else ""
    each = f" of {clock.steps_per_epoch} steps" if clock.counts_both and clock.unit == "epoch" else ""
    return f"{_peaks(plan)}, {run_length(clock)}{each}{warmup}"


def _peaks(plan: Plan) -> str:
    peaks = sorted(highest(curve.schedule, plan.clock.total).rate for curve in plan.curves)
    lowest, most = _rate(peaks[0]), _rate(peaks[-1])
    return f"Peak {most}" if lowest == most else f"Peaks {lowest} to {most}"


def _rate(value: float) -> str:
    """Return a rate exactly, where as many digits do as a table gives the peak, else rounded to them."""
    return _exact(value) or number(value, digits=_DIGITS)


def _exact(value: float) -> str | None:
    texts = (number(value, digits=digits) for digits in range(1, _DIGITS + 1))
    return next((text for text in texts if float(text) == value), None)


def run_length(clock: Clock) -> str:
    """Return how long a run is, such as ``100 epochs``."""
    return f"{thousands(clock.length)} {clock.unit}{'s' * (clock.length != 1)}"


def factors(plan: Plan, matched: str | None) -> str:
    """Say in one line what each curve's rates are multiplied with, and what they then have in common."""
    each = ", ".join(f"{visible(curve.label)} {factor(curve)}" for curve in plan.curves if curve.factor is not None)
    return f"{f'equal {matched}' if matched else 'factors'}: {each}"


def factor(curve: Curve) -> str:
    """Return what a curve's rates are multiplied with, such as ``×0.1``, where they are."""
    return "" if curve.factor is None else f"×{number(curve.factor, digits=_DIGITS)}"


def drawn(plan: Plan) -> str:
    """Say in one line what a figure shows."""
    labels = [visible(shorten(curve.label)) for curve in plan.curves]
    shown = either(labels, last="and") if len(labels) <= _MOST_NAMED else f"{len(labels)} curves"
    return f"{shown} over {run_length(plan.clock)}"
