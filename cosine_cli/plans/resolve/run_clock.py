"""Resolve the length of a run: epochs or steps, and steps per epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cosine_cli.errors import RequestError, user_error
from cosine_cli.plans.model.budget import BUDGET, Budget
from cosine_cli.plans.model.clock import MOST_STEPS, Clock, TimeUnit
from cosine_cli.plans.model.options import EPOCHS, RUN
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.parse.values import read
from cosine_cli.plans.resolve.run_budget import missing, read_budget


def resolve_clock(request: Request) -> Clock:
    """Return the clock of a run.

    Raises RequestError for two lengths, for a run over 2^53 steps, and for epochs in a run that has none.
    """
    run = request.run
    if "epochs" in run and "steps" in run:
        raise user_error(f"{run['epochs'].where} and {run['steps'].where}", "cannot be combined: a run has one length")
    budget = read_budget(run)
    clock = _clock(run, budget)
    if clock.total > MOST_STEPS:
        keys = ("tokens", "epochs", "steps", "steps_per_epoch", "dataset_size")
        raise user_error(
            next((run[key].where for key in keys if key in run), "epochs"),
            "a run must be at most 2^53 steps, since float64 does not hold larger integers exactly",
            got=str(clock.total),
        )
    if run.get("update") is not None and clock.steps_per_epoch is None and run["update"].text == "epoch":
        hint = "pass --steps-per-epoch (steps_per_epoch in a config)"
        raise user_error(
            run["update"].where, "cannot be epoch: the steps per epoch are not known", got="'epoch'", hint=hint
        )
    return clock


def _clock(run: Mapping[str, RawValue], budget: Budget | None) -> Clock:
    counted = None if budget is None else budget.steps
    unit: TimeUnit = "step" if "steps" in run or counted is not None else "epoch"
    length = counted or _count(f"{unit}s", run) or EPOCHS
    known = _count("steps_per_epoch", run) or (None if budget is None else budget.steps_per_epoch)
    if unit == "epoch" and budget is not None and known is None:
        raise _no_dataset(run)
    clock = Clock(unit=unit, length=length, steps_per_epoch=known or (1 if unit == "epoch" else None))
    return clock if budget is None else _with_content(clock, budget)


def _no_dataset(run: Mapping[str, RawValue]) -> RequestError:
    """Return the error for a batch size in a run of epochs without a dataset, at a flag if one is given."""
    names = [name for name in ("epochs", *BUDGET) if name in run]
    name = next((name for name in names if run[name].where.startswith("--")), names[0])
    return missing(
        name, run, ["dataset_size"], when=f", {'with a batch size' if name == 'epochs' else 'in a run of epochs'}"
    )


def _count(name: str, run: Mapping[str, RawValue]) -> int | None:
    return int(read(RUN[name], run[name])) if name in run else None


def _with_content(clock: Clock, budget: Budget) -> Clock:
    """Return the clock with the samples and tokens of a step: the mean of an epoch, whose last step may be smaller."""
    samples = float(budget.samples_per_step)
    if budget.samples_per_epoch and budget.steps_per_epoch:
        samples = budget.samples_per_epoch / budget.steps_per_epoch
    tokens = None if budget.sequence_length is None else samples * budget.sequence_length
    return replace(clock, samples_per_step=samples, tokens_per_step=tokens)
