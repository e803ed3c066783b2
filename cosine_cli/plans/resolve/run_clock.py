"""Resolve the length of a run: epochs or steps, and steps per epoch."""

from __future__ import annotations

from cosine_cli.errors import user_error
from cosine_cli.plans.model.clock import MOST_STEPS, Clock, Unit
from cosine_cli.plans.model.options import RUN
from cosine_cli.plans.parse.raw import Request
from cosine_cli.plans.parse.values import read


def resolve_clock(request: Request) -> Clock:
    """Return the clock of a run.

    Raises RequestError for two lengths, for a run over 2^53 steps, and for epochs in a run that has none.
    """
    if "epochs" in request.run and "steps" in request.run:
        epochs, steps = request.run["epochs"].where, request.run["steps"].where
        raise user_error(f"{epochs} and {steps}", "cannot be combined: a run has one length")
    unit: Unit = "step" if "steps" in request.run else "epoch"
    name = f"{unit}s"
    length = read(RUN[name], request.run[name]) if name in request.run else RUN[name].default
    each = request.run.get("steps_per_epoch")
    known = read(RUN["steps_per_epoch"], each) if each is not None else None
    clock = Clock(unit=unit, length=length, steps_per_epoch=known or (1 if unit == "epoch" else None))
    if clock.total > MOST_STEPS:
        where = next((request.run[key].where for key in (name, "steps_per_epoch") if key in request.run), name)
        raise user_error(
            where,
            "a run must be at most 2^53 steps, since float64 does not hold larger integers exactly",
            got=str(clock.total),
        )
    if (
        request.run.get("update") is not None
        and clock.steps_per_epoch is None
        and request.run["update"].text == "epoch"
    ):
        hint = "pass --steps-per-epoch (steps_per_epoch in a config)"
        raise user_error(
            request.run["update"].where, "cannot be epoch: the steps per epoch are not known", got="'epoch'", hint=hint
        )
    return clock
