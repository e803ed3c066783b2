"""Where curves end before the run does, since there the framework raises, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cosine_cli.plans.clock import Clock, whole
from cosine_cli.plans.plan import Plan
from cosine_cli.render.terminal import Terminal
from cosine_cli.text import number, visible

_OF_MEANS = "its mean and sums are of the updates that have a rate"
_DIGITS = 4


def endings(plan: Plan) -> list[str]:
    """Return a sentence for each curve that ends before the run does, those of a figure's panels too.

    Of several that say the same it is one.
    """
    curves = [*plan.curves, *(curve for panel in plan.panels for curve in panel.curves)]
    ended = [curve for curve in curves if curve.schedule.ends < plan.clock.total]
    said = (
        f"{visible(curve.label)} ends at {_at(curve.schedule.ends, plan.clock)}: then {curve.schedule.why_it_ends}"
        for curve in ended
    )
    return list(dict.fromkeys(said))


def below(plan: Plan, terminal: Terminal) -> Iterator[bytes]:
    """Yield the same as lines under what is shown of the plan, with its means."""
    for sentence in endings(plan):
        yield terminal.encode(f" {sentence}; {_OF_MEANS}\n")


def last_moment(ends: float, clock: Clock) -> str:
    """Return the last time with a rate in the plan's unit: of a stair that lasts an epoch that epoch.

    >>> clock = Clock(unit="epoch", length=100, steps_per_epoch=10)
    >>> last_moment(609.9, clock), last_moment(604.0, clock)
    ('60', '60.4')
    """
    last = math.floor(ends)
    if _is_last_of_its_unit(last, clock):
        return whole(last // clock.unit_steps)
    return number(clock.units(last), digits=_DIGITS)


def _at(ends: float, clock: Clock) -> str:
    said = f"{clock.unit} {last_moment(ends, clock)}"
    return said if _is_last_of_its_unit(math.floor(ends), clock) else f"update {math.floor(ends)} ({said})"


def _is_last_of_its_unit(step: int, clock: Clock) -> bool:
    return (step + 1) % clock.unit_steps == 0
