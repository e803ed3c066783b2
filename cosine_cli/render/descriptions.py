"""Descriptions of plans and curves, with times in the unit of the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cosine_cli.plans.model.clock import CONTENT, Clock, TimeUnit
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.schedules.core.search import highest
from cosine_cli.text import abbreviated, either, number, shorten, thousands, visible

_MOST_NAMED = 5
_DIGITS = 6
"""Significant digits of a peak, as in tables."""


def rate_title(plan: Plan) -> str:
    """Return the title of the rate axis, with what matched curves have in common unless the subtitle says it."""
    return "Learning rate" if plan.match is None or plan.title else f"Learning rate, {equality(plan)}"


def axis_name(unit: TimeUnit) -> str:
    """Return the name of a time axis in a unit: ``Epoch`` or ``Step``, ``Samples`` or ``Tokens``."""
    return unit.capitalize() + "s" * (unit in CONTENT)


def time_text(steps: float, clock: Clock) -> str:
    """Return a time in steps as text in the unit of the plan, as in tables, figures and charts.

    >>> time_text(47.5, Clock(unit="epoch", length=100, steps_per_epoch=1))
    '47.5'
    """
    return units_text(clock.units(steps), clock.unit)


def units_text(time: float, unit: TimeUnit) -> str:
    """Return a number of units of time as text; samples and tokens are rounded, as in 2B."""
    return abbreviated(time) if unit in CONTENT else thousands(time)


def moment_text(number: str, unit: TimeUnit) -> str:
    """Return a time with its unit.

    >>> moment_text("30", "epoch"), moment_text("2B", "token")
    ('epoch 30', '2B tokens')
    """
    return f"{number} {unit}s" if unit in CONTENT else f"{unit} {number}"


@dataclass(frozen=True)
class ClockFormatter:
    """Formats the numbers of one curve (the ``Formatter`` of the core): ``start`` and ``stretch`` map its clock.

    >>> words = ClockFormatter(Clock(unit="epoch", length=100, steps_per_epoch=391))
    >>> words.span(391), words.span(3910), words.moment(39100)
    ('an epoch', '10 epochs', 'epoch 100')
    """

    clock: Clock
    start: float = 0.0
    stretch: float = 1.0

    def number(self, value: float) -> str:
        """Return a rate or a factor: exact if six digits suffice, otherwise rounded to three.

        A factor close to 1 has as many digits as distinguish it from 1.
        """
        if (exact := _exact(value)) is not None:
            return exact
        digits = next(n for n in range(3, 18) if number(value, digits=n) != "1")
        return number(value, digits=digits)

    def length(self, steps: float) -> str:
        """Return a length without its unit."""
        return time_text(steps * self.stretch, self.clock)

    def span(self, steps: float) -> str:
        """Return a length with its unit."""
        unit = self.clock.unit
        if unit in CONTENT and steps * self.stretch == 1:
            return "a step"
        if steps * self.stretch == self.clock.unit_steps:
            return f"{'an' if unit == 'epoch' else 'a'} {unit}"
        return f"{self.length(steps)} {unit}s"

    def moment(self, steps: float) -> str:
        """Return a time of the schedule as a time of the run."""
        return moment_text(time_text(self.start + steps * self.stretch, self.clock), self.clock.unit)

    def shifted(self, steps: float) -> ClockFormatter:
        """Return the formatter of a schedule that begins ``steps`` later."""
        return replace(self, start=self.start + steps * self.stretch)

    def stretched(self, factor: float) -> ClockFormatter:
        """Return the formatter of a schedule whose steps are ``factor`` times as long."""
        return replace(self, stretch=self.stretch * factor)


def rule(curve: Curve, clock: Clock) -> str:
    """Return a short description of a curve; of the rows of a log their number."""
    if curve.style.is_points and curve.schedule.family == "tabulated":
        return f"{len(curve.schedule.milestones_given):,} points"
    return curve.schedule.description(ClockFormatter(clock))


def brief(curve: Curve, clock: Clock) -> str:
    """Return a description of a curve that fits a table column."""
    return curve.schedule.summary(ClockFormatter(clock))


def headline(plan: Plan) -> str:
    """Return the peak and the length of a plan, such as ``Peak 0.1, 100 epochs, warmup over 5``."""
    if plan.callouts is not None:  # what is compared with the first curve is not the plan
        plan = replace(plan, curves=plan.curves[:1], callouts=None)
    clock = plan.clock
    warmups = {time_text(curve.warmup, plan.clock_of(curve)) for curve in plan.curves}
    warmup = f", warmup over {warmups.pop()}" if len(warmups) == 1 and plan.curves[0].warmup else ""
    each = f" of {clock.steps_per_epoch} steps" if clock.counts_both and clock.unit == "epoch" else ""
    equal = f", {equality(plan)}" if plan.match is not None else ""
    return f"{_peaks(plan)}, {run_length(clock)}{each}{warmup}{equal}"


def equality(plan: Plan) -> str:
    """Return what matched curves have in common, such as ``equal sum``."""
    within = [*(["panel"] if plan.panels else []), *(["group"] if plan.groups else [])]
    return f"equal {plan.match}" + (f" in each {either(within, last='and')}" if within else "")


def _peaks(plan: Plan) -> str:
    peaks = sorted(highest(curve.schedule, plan.clock_of(curve).total).rate for curve in plan.curves)
    lowest, most = _rate(peaks[0]), _rate(peaks[-1])
    return f"Peak {most}" if lowest == most else f"Peaks {lowest} to {most}"


def _rate(value: float) -> str:
    """Return a rate, rounded to as many digits as tables give a peak."""
    return _exact(value) or number(value, digits=_DIGITS)


def _exact(value: float) -> str | None:
    texts = (number(value, digits=digits) for digits in range(1, _DIGITS + 1))
    return next((text for text in texts if float(text) == value), None)


def run_length(clock: Clock) -> str:
    """Return the length of a run, such as ``100 epochs``."""
    return f"{units_text(clock.length, clock.unit)} {clock.unit}{'s' * (clock.length != 1)}"


def factors(plan: Plan) -> str:
    """Return one line with the factor of each curve, and the quantity that they make equal."""
    each = ", ".join(f"{visible(curve.label)} {factor(curve)}" for curve in plan.curves if curve.factor is not None)
    return f"{equality(plan) if plan.match is not None else 'factors'}: {each}"


def factor(curve: Curve) -> str:
    """Return the factor of a curve, such as ``×0.1``; empty if it does not have one."""
    return "" if curve.factor is None else f"×{number(curve.factor, digits=_DIGITS)}"


def with_factors(plan: Plan) -> Plan:
    """Return the plan with the factor of each matched curve after its label: ``step ×0.83``.

    The curves of panels, whose factors differ from panel to panel, keep their labels.
    """
    return plan if plan.match is None or plan.panels else replace(plan, curves=tuple(map(_with_factor, plan.curves)))


def _with_factor(curve: Curve) -> Curve:
    rounded = "" if curve.factor is None else f" ×{number(curve.factor)}"
    return replace(curve, label=f"{curve.label}{rounded}")


def figure_contents(plan: Plan) -> str:
    """Return one line with the curves of a figure and the length of the run."""
    labels = [visible(shorten(curve.label)) for curve in plan.curves]
    shown = either(labels, last="and") if len(labels) <= _MOST_NAMED else f"{len(labels)} curves"
    return f"{shown} over {run_length(plan.clock)}"
