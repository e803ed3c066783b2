"""Times as they were said, placed on the plan's clock, and as steps for the core."""

from __future__ import annotations

from typing import Any

from cosine_cli.errors import refusal
from cosine_cli.plans.clock import Clock, Time
from cosine_cli.plans.numbers import Percent
from cosine_cli.plans.plan import Curve
from cosine_cli.plans.said import Said
from cosine_cli.plans.setting import Settled
from cosine_cli.schedules.core.fields import Pairs
from cosine_cli.text import quote

GIVE_STEPS = "give --steps-per-epoch (steps_per_epoch in a config)"


def placed(value: Any, said: Said, clock: Clock) -> Settled:
    """Return a time, or each of several, in the plan's unit; a share of the run in whole steps; all else as it is.

    Raises RequestError where a share is less than a step, and where epochs mean nothing.
    """
    if isinstance(value, tuple) and not isinstance(value, Pairs):  # whose times are a framework's, which counts calls
        parts = [placed(part, said, clock) for part in value]
        return Settled(tuple(part.value for part in parts), ", ".join(part.note for part in parts if part.note))
    if isinstance(value, Percent):
        exactly = clock.total * value.value / 100
        steps = float(round(exactly))
        if steps < 1:
            raise refusal(said.where, "a share must be at least one update", got=f"{value} of {clock.total}")
        rounded = "" if steps == exactly else f" ({exactly:.6g} steps, rounded)"
        return Settled(clock.time(steps), f"{value} of the run{rounded}")
    if isinstance(value, Time) and value.unit != clock.unit:
        if value.unit == "epoch" and clock.steps_per_epoch is None:
            raise refusal(said.where, "epochs mean nothing here", got=quote(said.text), mend=GIVE_STEPS)
        return Settled(clock.time(clock.steps(value)))
    return Settled(value)


def in_steps(value: Any, clock: Clock) -> Any:
    """Return a value as the core takes it: times in steps, curves as their schedules."""
    if isinstance(value, Time):
        return clock.steps(value)
    if isinstance(value, Curve):
        return value.schedule
    if isinstance(value, tuple) and not isinstance(value, Pairs):
        return tuple(in_steps(part, clock) for part in value)
    return value
