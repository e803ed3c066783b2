"""The plan that is given beside a log: a curve or a config. The warmup of a curve may be longer than the run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cosine_cli.errors import RequestError, user_error
from cosine_cli.logs.core.log import Log
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.clock import Clock, TimeUnit
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue, unit_of
from cosine_cli.plans.resolve.warmup_length import warmup_length
from cosine_cli.studies.diagnose.core.epoch_length import epoch_lengths
from cosine_cli.studies.diagnose.core.found_plan import THE_EPOCHS, with_horizon
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.diagnose.core.search import planned_error, updates_of
from cosine_cli.studies.diagnose.core.wording import plural
from cosine_cli.text import quote

_LENGTHS: tuple[TimeUnit, ...] = ("epoch", "step")
_BETTER = 0.2
"""A log has a rate per epoch if its error is at most this share of that of a rate per step."""

_FACTORS = (2, 10, 100, 1000)
"""A run is made so many times longer until the warmup fits."""


def given_plan(line: CommandLine, log: Log) -> tuple[Planned, tuple[str, ...]]:
    """Return the plan of a line and its remarks; without a length, it has that of the log.

    Raises RequestError for several curves, and for a plan that cannot be read.
    """
    given = _loaded(with_horizon(line, log))
    planned = given[0]
    if planned.unit != "epoch" or planned.steps_per_epoch is not None:
        return given
    lengths, reason = _steps_per_epoch(log, planned.total)
    tried = [found for each in lengths if (found := _in_steps(line, each, reason)) is not None]
    if not tried:
        _check_length(line, log, planned)
        return given
    errors = [planned_error(log.runs[0], each[0]) for each in tried]
    least = min(errors)
    return given if planned_error(log.runs[0], planned) < _BETTER * least else tried[errors.index(least)]


def _check_length(line: CommandLine, log: Log, planned: Planned) -> None:
    """Raise RequestError for a curve without a length beside a log of steps that is longer than the default run."""
    if line.files or unit_of(line.options) is not None:
        return
    try:
        updates_of(log.runs[0], planned)
    except RequestError:
        rule = "length of the run unknown: the log counts steps and does not have it"
        raise user_error("--steps", rule, hint="pass --steps, or --epochs with --steps-per-epoch") from None


def _steps_per_epoch(log: Log, epochs: int) -> tuple[Iterable[int], str]:
    """Return the steps that an epoch may have and how they are known, for a run of so many epochs."""
    if log.runs[0].unit == "step" and log.horizon is not None:
        steps, name = log.horizon
        if steps % epochs == 0:
            return (steps // epochs,), f"{name} of the log is {steps} for {plural(epochs, 'epoch')}"
    return epoch_lengths(log.runs[0]), f"from {THE_EPOCHS}"


def _loaded(line: CommandLine) -> tuple[Planned, tuple[str, ...]]:
    """Return the plan of a line that has all its options, and its remarks."""
    try:
        plan = load_plan(line)
    except RequestError:
        found = next(_with_long_warmup(line), None)
        if found is None:
            raise
        return found
    if len(plan.bases) > 1:
        rule = "the plan must have one curve"
        raise user_error(quote([*line.files, *line.curves][0]), rule, got=f"{len(plan.bases)}", hint="give one")
    return Planned.of(plan.bases[0], plan.clock), plan.remarks


def _in_steps(line: CommandLine, steps: int, reason: str) -> tuple[Planned, tuple[str, ...]] | None:
    """Return a plan in epochs of so many steps, None if it cannot have any."""
    given = RawValue(str(steps), THE_EPOCHS, "epoch")
    try:
        planned, remarks = _loaded(replace(line, options={**line.options, "steps_per_epoch": given}))
    except RequestError:
        return None
    return planned, (*remarks, f"{steps} steps per epoch: {reason}")


def _with_long_warmup(line: CommandLine) -> Iterator[tuple[Planned, tuple[str, ...]]]:
    """Yield the plan of a curve whose only problem is a warmup that is not shorter than the run."""
    clock = _clock_of(line)
    if clock is None or clock.unit not in _LENGTHS:
        return
    for factor in _FACTORS:
        plan = _in_longer_run(line, int(clock.length) * factor)
        if plan is None or len(plan.bases) != 1:
            continue
        warmup = warmup_length(plan.bases[0], plan.clock)
        if warmup >= clock.total:
            shortest = _in_longer_run(line, math.floor(plan.clock.units(warmup)) + 1) or plan
            planned = Planned.of(shortest.bases[0], shortest.clock)
            yield replace(planned, total=clock.total), shortest.remarks


def _clock_of(line: CommandLine) -> Clock | None:
    """Return the clock of a line of one curve, None if the run itself is not valid."""
    if line.files or len(line.curves) != 1:
        return None
    lengths = {name: raw for name, raw in line.options.items() if name in ("epochs", "steps", "steps_per_epoch")}
    try:
        return load_plan(replace(line, curves=("constant:lr=1",), options=lengths)).clock
    except RequestError:
        return None


def _in_longer_run(line: CommandLine, length: int) -> Plan | None:
    """Return the plan of a line in a run of another length in its unit, None if it is not valid either."""
    unit = unit_of(line.options) or "epoch"
    name = "steps" if unit == "step" else "epochs"
    try:
        return load_plan(replace(line, options={**line.options, name: RawValue(str(length), f"--{name}", unit)}))
    except RequestError:
        return None
