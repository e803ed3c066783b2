"""Resolve the warmup before a curve.

For example ``warmup: 5%`` of a run of 2,000 steps: ``values.read`` parses it as ``Percent(5)``, ``times.on_clock``
turns it into 100 steps as a ``Time`` in the plan's unit, and ``times.in_steps`` gives the core 100.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import Clock, Time
from cosine_cli.plans.model.curve_options import WARMUP
from cosine_cli.plans.parse.raw import RawValue
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.parse.warmup_spec import unfold_warmup
from cosine_cli.plans.resolve.context import Resolved
from cosine_cli.plans.resolve.times import read_on_clock


def resolve_warmup(given: Mapping[str, RawValue], clock: Clock, run: float) -> dict[str, Resolved]:
    """Return the parameters of the warmup before a curve that has ``run`` steps; empty without a warmup.

    Raises RequestError for a warmup shorter than one step or as long as the run, and for a shape without a warmup.
    """
    params = unfold_warmup(given)
    if "warmup" not in params:
        for value in params.values():
            raise user_error(value.where, "needs a warmup", hint="add warmup=, as in warmup=5")
        return {}
    resolved = read_on_clock(WARMUP["warmup"], params["warmup"], clock)
    if resolved.value.value == 0:
        return {}
    _check(resolved.value, raw=params["warmup"], clock=clock, run=run)
    others = {name: param for name, param in WARMUP.items() if name != "warmup"}
    found: dict[str, Any] = {name: read(p, params[name]) if name in params else p.default for name, p in others.items()}
    return {"warmup": resolved, **{name: Resolved(value) for name, value in found.items()}}


def check_unshaped(given: Mapping[str, RawValue]) -> None:
    """Raise if a curve without a warmup, or with one of length 0, is given the shape or the start of one."""
    for name, value in unfold_warmup(given).items():
        if name != "warmup":
            raise user_error(value.where, f"{name} needs a warmup longer than 0", got=value.echo)


def _check(length: Time, *, raw: RawValue, clock: Clock, run: float) -> None:
    """Raise if a warmup leaves no update to the curve after it."""
    steps = clock.steps(length)
    if steps >= run:
        rule = f"a warmup must be shorter than the run of {clock.time(run)}"
        raise user_error(raw.where, rule, got=str(length))
    if steps > run - 1:
        rule = f"a warmup must leave at least one step of the run of {clock.time(run)}"
        raise user_error(raw.where, rule, got=str(length))
