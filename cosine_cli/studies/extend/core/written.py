"""Curves as a config gives them: a way is printed only if its config has its rates when it is read."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from cosine_cli.errors import user_error
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.model.plan import Curve, Plan
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.plans.writer import config_text
from cosine_cli.studies.extend.core.composed import composed
from cosine_cli.studies.extend.core.stopped import Stopped

_SAMPLES = 2000


def as_written(curve: Curve, plan: Plan) -> Curve:
    """Return a curve as it is read from the config of a plan with this curve alone.

    Raises RequestError if such a config is refused.
    """
    alone = replace(plan, title=None, curves=(curve,), groups=(), match=None, remarks=(), origins={})
    return resolve(parse_config_text(config_text(alone), "config")).curves[0]


def check_past(curve: Curve, run: Stopped) -> None:
    """Raise RequestError if a way to go on differs from the curve of the run before the stop."""
    last = np.ceil(run.at) - 1.0
    steps = np.unique(np.round(np.linspace(0.0, last, min(int(last) + 1, _SAMPLES))))
    if not np.array_equal(curve.schedule(steps), run.curve.schedule(steps), equal_nan=True):
        raise user_error(curve.label, "the rates before the stop cannot be written exactly as a config")


def check_rates(curve: Curve, run: Stopped) -> None:
    """Raise RequestError if an update of the longer run has no rate."""
    schedule, total = curve.schedule, float(run.clock.total)
    if gaps := schedule.gaps(total):
        first = run.clock.time(float(math.ceil(gaps[0].t0)))
        raise user_error(curve.label, f"is not possible: the rate is NaN from {first} on: {schedule.why_of_gaps}")
    if schedule.ends < total - 1:
        last = run.clock.time(float(math.floor(schedule.ends)))
        raise user_error(curve.label, f"is not possible: the schedule ends at {last}: then {schedule.why_it_ends}")


def in_one_cycle(run: Stopped) -> Stopped:
    """Return the same run, its curve up to the stop as one cycle of its whole length.

    A part of a schedule must have room for its warmup and its phases; a cycle has.
    """
    cycle = run.clock.time(run.total)
    return replace(run, past=composed("restarts", run.clock, cycle=cycle, of=run.curve))
