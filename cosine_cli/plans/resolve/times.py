"""Convert times: from percentages, epochs and steps to the plan's clock, and to steps for the core."""

from __future__ import annotations

from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import CONTENT, Clock, Time, TimeUnit, whole
from cosine_cli.plans.model.plan import Curve
from cosine_cli.plans.parse.numbers import Percent, suffix_of
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.context import Resolved
from cosine_cli.schedules.core.fields import Pairs, Param
from cosine_cli.text import either, grouped, question, quote

AT_LEAST_ONE = "must be at least one step"
GIVE_STEPS = "pass --steps-per-epoch (steps_per_epoch in a config)"


def on_clock(value: Any, raw: RawValue, clock: Clock) -> Resolved:
    """Return times in the plan's unit, shares of the run in whole steps, and other values unchanged.

    Raises RequestError for a share of less than one step, and for epochs in a run without steps per epoch.
    """
    if isinstance(value, tuple) and not isinstance(value, Pairs):  # their times count a framework's calls
        parts = [on_clock(part, raw, clock) for part in value]
        return Resolved(tuple(part.value for part in parts), ", ".join(part.note for part in parts if part.note))
    if isinstance(value, Percent):
        exactly = clock.total * value.value / 100
        steps = float(round(exactly))
        if abs(steps) < 1 and value.value:
            raise user_error(raw.where, AT_LEAST_ONE, got=f"{value} of {clock.total}")
        rounded = "" if steps == exactly else f" ({exactly:.6g} steps, rounded)"
        return Resolved(clock.time(steps), f"{value} of the run{rounded}")
    if isinstance(value, Time):
        check_unit(value, raw, clock)
        if value.unit in CONTENT:
            return _of_content(value, raw, clock)
        if value.unit != clock.unit:
            return Resolved(clock.time(clock.steps(value)))
    return Resolved(value)


def check_unit(value: Time, raw: RawValue, clock: Clock) -> None:
    """Raise RequestError for a time in a unit that cannot be converted to that of the clock."""
    if clock.converts(value.unit):
        return
    hint = GIVE_STEPS if value.unit == "epoch" else give_content(value.unit, clock)
    reason = f"the {_size(value.unit)} are not known"
    if clock.of_runs:
        hint = f"give {clock.unit}s, as in {whole(value.value)}{suffix_of(clock.unit)}"
        differing = clock.per_step(clock.unit) is None
        reason = (
            f"the runs have different {_size(clock.unit)}" if differing else f"{reason}, or differ between the runs"
        )
    raise user_error(raw.where, f"cannot be in {value.unit}s: {reason}", got=quote(raw.text), hint=hint)


def _size(unit: TimeUnit) -> str:
    """Return what converts a unit to steps, in words."""
    return "steps per epoch" if unit == "epoch" else f"{unit}s per step"


def give_content(unit: TimeUnit, clock: Clock) -> str:
    """Return the hint to pass the options from which the samples or tokens of a step follow."""
    missing = [] if clock.samples_per_step is not None else ["--batch-size"]
    if missing and clock.unit == "epoch" and not clock.counts_both:
        missing.insert(0, "--dataset-size")
    missing += ["--sequence-length"] if unit == "token" else []
    return f"pass {either(missing, last='and')}"


def _of_content(value: Time, raw: RawValue, clock: Clock) -> Resolved:
    """Return a number of samples or tokens in whole steps; what does not fill a step after the run is its end."""
    exactly = clock.steps(value)
    steps = float(clock.total if clock.total < exactly < clock.total + 1 else round(exactly))
    if abs(steps) < 1 and value.value:
        each = f"a step is {grouped(clock.per_step(value.unit) or 1.0)} {value.unit}s"
        raise user_error(raw.where, f"{AT_LEAST_ONE}, and {each}", got=quote(raw.text))
    rounded = "" if steps == exactly else f" ({exactly:.6g} steps, rounded)"
    return Resolved(clock.time(steps), f"{raw.text}{rounded}")


def read_on_clock(param: Param, raw: RawValue, clock: Clock) -> Resolved:
    """Read a parameter's value and convert its times with :func:`on_clock`.

    Raises RequestError for a time above 0 that is shorter than one update. Most of these are shares of the run without
    a percent sign; the hint then gives the percentage.
    """
    value = read(param, raw)
    resolved = on_clock(value, raw, clock)
    times = resolved.value if isinstance(resolved.value, tuple) else (resolved.value,)
    if param.time is not None and not param.is_offset and any(0 < in_steps(time, clock) < 1 for time in times):
        raise user_error(raw.where, AT_LEAST_ONE, got=raw.echo, hint=_as_shares(value, raw, clock))
    return resolved


def _as_shares(value: Any, raw: RawValue, clock: Clock) -> str | None:
    """Return bare numbers up to 1 as percentages, as they were probably meant; None for other values."""
    times = value if isinstance(value, tuple) else (value,)
    bare = raw.text[-1:].isdigit() or raw.parts is not None
    if not (bare and all(isinstance(time, Time) and time.unit == raw.unit and time.value <= 1 for time in times)):
        return None
    if not all(time.value == 0 or round(clock.total * time.value) for time in times):
        return None
    shares = [f"{time.value * 100:.15g}%" for time in times]
    return question("/".join(shares) if raw.parts is None else f"[{', '.join(shares)}]")


def in_steps(value: Any, clock: Clock) -> Any:
    """Return a value as the core expects it: times in steps, curves as their schedules."""
    if isinstance(value, Time):
        return clock.steps(value)
    if isinstance(value, Curve):
        return value.schedule
    if isinstance(value, tuple) and not isinstance(value, Pairs):
        return tuple(in_steps(part, clock) for part in value)
    return value
