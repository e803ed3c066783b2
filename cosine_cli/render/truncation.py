"""Notes on curves that end before the run or are NaN, and on the effects of compilation."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosine_cli.plans.model.clock import CONTENT, Clock, whole
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.render.descriptions import moment_text, time_text, units_text
from cosine_cli.render.terminal import Terminal
from cosine_cli.text import either, number, visible

_OF_MEANS = "its mean and sums include only updates with a rate"
_DIGITS, _MOST_DIGITS = 4, 17


def truncation_notes(plan: Plan) -> list[str]:
    """Return notes on curves without a rate in part of the run, and on the effects of compilation.

    The curves of panels are included, without duplicate notes.
    """
    curves = [*plan.curves, *(curve for panel in plan.panels for curve in panel.curves)]
    notes = (note for curve in curves for note in (*_missing(curve, plan), *_compiled(curve, plan.clock_of(curve))))
    return list(dict.fromkeys([*_shorter_runs(plan), *notes]))


def truncation_lines(plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield the notes as lines to print below a table or a chart, which shows means."""
    for sentence in _shorter_runs(plan):
        yield terminal.encode(f" {sentence}\n")
    for curve in plan.curves:
        for sentence in _missing(curve, plan):
            yield terminal.encode(f" {sentence}; {_OF_MEANS}\n")
        for sentence in _compiled(curve, plan.clock_of(curve)):
            yield terminal.encode(f" {sentence}\n")


def _shorter_runs(plan: Plan) -> Iterator[str]:
    """Yield one sentence per run that is shorter than the longest of several."""
    for part in plan.parts:
        length = part.clock.length if part.clock.unit == plan.clock.unit else part.clock.total
        if length < plan.clock.length:
            name = part.name or either([curve.label for curve in part.curves], last="and")
            end = moment_text(units_text(length, plan.clock.unit), plan.clock.unit)
            yield f"{visible(name)}: the run ends at {end}"


def _missing(curve: Curve, plan: Plan) -> Iterator[str]:
    """Yield one sentence per interval without a rate."""
    label, schedule, clock = visible(curve.label), curve.schedule, plan.clock_of(curve)
    for gap in schedule.gaps(clock.total):
        first, last = math.ceil(gap.t0), math.ceil(gap.t1) - 1
        yield f"{label} is NaN from {_at(first, clock)} to {_at(last, clock)}: {schedule.why_of_gaps}"
    if schedule.ends >= clock.total:
        return
    if schedule.ends_in_nan:
        first = math.floor(schedule.ends) + 1
        after = ", after the last update of the run" if first == clock.total else ""
        yield f"{label} is NaN from {_at(first, clock)} on{after}: {schedule.why_it_ends}"
    else:
        yield f"{label} ends at {_last(schedule.ends, clock)}: then {schedule.why_it_ends}"


def _compiled(curve: Curve, clock: Clock) -> Iterator[str]:
    """Yield a sentence if compilation changes the rates of a curve."""
    from cosine_cli.studies.compilation import effect

    if found := effect(curve.schedule, clock.total):
        compiled, called = _told_apart(found.compiled, found.called)
        yield (
            f"{visible(curve.label)}: the rates are those of a compiled training loop; {_at(found.update, clock)} uses "
            f"{compiled}, but a direct call of the schedule gives {called}"
        )


def _told_apart(one: float, other: float) -> tuple[str, str]:
    """Return two rates as texts with enough digits to differ."""
    texts = ((number(one, digits=digits), number(other, digits=digits)) for digits in range(_DIGITS, _MOST_DIGITS + 1))
    return next(((a, b) for a, b in texts if a != b), (repr(one), repr(other)))


def last_moment(ends: float, clock: Clock) -> str:
    """Return the last time with a rate in the plan's unit; a whole epoch for a curve held per epoch.

    >>> clock = Clock(unit="epoch", length=100, steps_per_epoch=10)
    >>> last_moment(609.9, clock), last_moment(604.0, clock)
    ('60', '60.4')
    """
    last = math.floor(ends)
    if clock.unit in CONTENT:
        return time_text(last, clock)
    if _is_last_of_its_unit(last, clock):
        return whole(last // clock.unit_steps)
    return number(clock.units(last), digits=_DIGITS)


def _at(update: int, clock: Clock) -> str:
    """Return an update in the plan's unit, with its number if they differ."""
    if clock.unit_steps == 1:
        return f"{clock.unit} {update}"
    time = time_text(update, clock) if clock.unit in CONTENT else number(clock.units(update), digits=_DIGITS)
    return f"update {update} ({moment_text(time, clock.unit)})"


def _last(ends: float, clock: Clock) -> str:
    time = moment_text(last_moment(ends, clock), clock.unit)
    return time if _is_last_of_its_unit(math.floor(ends), clock) else f"update {math.floor(ends)} ({time})"


def _is_last_of_its_unit(step: int, clock: Clock) -> bool:
    return clock.unit not in CONTENT and (step + 1) % clock.unit_steps == 0
