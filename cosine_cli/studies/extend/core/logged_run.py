"""The plan of a run, and its stop, from its log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cosine_cli.errors import user_error
from cosine_cli.logs.core.log import Log, Series
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.model.clock import Clock, Time, whole
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import unit_of
from cosine_cli.studies.diagnose.core.found_plan import find_plan, read_again, with_horizon
from cosine_cli.studies.diagnose.core.without_plan import WithoutPlan, identified, is_rise, typed_length, typed_plan
from cosine_cli.text import visible

_SAME_ROW = 1.0
"""A row has the rate of the update before or after it; a larger offset is that of a run that was resumed."""

_OF_EPOCHS = ("steps_per_epoch", "dataset_size", "at")
"""Options with which a run of epochs may have a log of steps."""


@dataclass(frozen=True, kw_only=True, eq=False)
class LoggedRun:
    """A run of which there is a log.

    - ``line``: the line with all that the plan needs, and ``read``: the plan of such a line.
    - ``offset``: the clock of the plan is ahead of the log by so many units of the log.
    - ``notes``: where the plan was found.
    """

    plan: Plan
    line: CommandLine
    read: Callable[[CommandLine], Plan]
    offset: float = 0.0
    notes: tuple[str, ...] = ()


def logged_run(log: Log, line: CommandLine) -> LoggedRun:
    """Return the plan of a line; else that in the log or beside it; else the schedule of the log.

    Raises RequestError if there is none, and for several runs.
    """
    where = visible(log.path)
    if len(log.runs) > 1:
        raise user_error(where, "must be the log of one run", got=f"{len(log.runs)} runs", hint="pass --run")
    if line.curves or line.files:
        line = with_horizon(line, log)
        _check_length(line, log)
        return LoggedRun(plan=load_plan(line), line=line, read=load_plan)
    found = find_plan(log, line)
    if found.plan is not None and found.config is not None:
        config = found.config
        notes = (*found.notes, f"the plan is {config.where}")
        return LoggedRun(plan=found.plan, line=line, read=lambda other: read_again(config, other), notes=notes)
    named = _identified(log, line)
    return replace(named, notes=(*found.notes, *named.notes))


def _check_length(line: CommandLine, log: Log) -> None:
    """Raise RequestError for a curve without a length, whose epochs are not the steps of the log."""
    known = line.files or unit_of(line.options) or not line.options.keys().isdisjoint(_OF_EPOCHS)
    if log.runs[0].unit == "step" and not known:
        rule = "length of the run unknown: the log counts steps and does not have it"
        raise user_error("--steps", rule, hint="pass --steps")


def _identified(log: Log, line: CommandLine) -> LoggedRun:
    """Return the schedule of a log as a plan; raise RequestError if none fits, or it cannot be typed."""
    where, series = visible(log.path), log.runs[0]
    hint = "give the curve of the run, such as cosine:lr=1e-3"
    for name in ("steps", "epochs", "tokens"):
        if name in line.options:
            raise user_error(line.options[name].where, "needs a plan", hint=hint)
    found = identified(series, log)
    fit = found.fit
    if fit is None or not found.named or found.joined is not None:
        raise user_error(where, "no schedule fits the log", hint=hint)
    if is_rise(fit):
        raise user_error(where, "ends inside the warmup: what follows it is not in the log", hint=hint)
    plan = typed_plan(fit, found)
    if plan is None:
        raise user_error(where, "its schedule cannot be typed as a curve", got=fit.spec, hint=hint)
    name = "epochs" if series.unit == "epoch" else "steps"
    options = {"words": [fit.spec], name: str(typed_length(fit, found))}
    own = CommandLine.of(options)
    given = replace(own, options={**line.options, **own.options}, command=line.command)
    offset = fit.offset if abs(fit.offset) > _SAME_ROW else 0.0
    note = f"the plan is the schedule of the log{_place(found)}: {fit.spec} --{name} {options[name]}{_doubt(found)}"
    return LoggedRun(plan=load_plan(given), line=given, read=load_plan, offset=offset, notes=(note,))


def _place(found: WithoutPlan) -> str:
    """Return from where on the schedule is that of the log, if it is not from its first row on."""
    series, first = found.series, found.identified.first
    return f" from {series.unit} {whole(float(series.times[first]))} on" if first else ""


def _doubt(found: WithoutPlan) -> str:
    """Return in words how sure the schedule is, if another one may have the rates."""
    if found.fit is not None and not found.identified.exact:
        return f", within {found.fit.error:.2g} of the peak"
    return ", or another schedule: its numbers are not round" if found.identified.doubtful else ""


def updates_made(log: Log, run: LoggedRun) -> float:
    """Return the number of updates of a run up to the last row of its log.

    Raises RequestError if the unit of the log does not convert to that of the plan.
    """
    series, clock, where = log.runs[0], run.plan.clock, visible(log.path)
    if series.unit == "row":
        raise user_error(where, "has no steps and no epochs", hint="pass --at")
    if not _converts(series, clock):
        hint = "pass --steps-per-epoch"
        raise user_error(where, f"counts {series.unit}s, and the plan {clock.unit}s", hint=hint)
    return float(round(clock.steps(Time(_elapsed(series) + run.offset, series.unit))))


def _converts(series: Series, clock: Clock) -> bool:
    if series.unit == clock.unit:
        return True
    return clock.steps_per_epoch is not None and (clock.unit != "epoch" or clock.counts_both)


def _elapsed(series: Series) -> float:
    """Return the time of the last row; of epochs that are counted from 0, the last one has passed too."""
    last = float(series.times[-1])
    counted_from_0 = series.unit == "epoch" and series.times[0] == 0 and not (series.times % 1).any()
    return last + 1 if counted_from_0 else last


def stop_note(log: Log, run: LoggedRun) -> str:
    """Return a sentence on the stop."""
    series = log.runs[0]
    time = f"{series.unit} {whole(float(series.times[-1]))}"
    stop = run.plan.clock.time(updates_made(log, run))
    shifted = f", when the schedule was at {stop.unit} {whole(stop.value)}" if run.offset else ""
    return f"the run stopped after {stop}: the last row of the log is {time}{shifted}"
