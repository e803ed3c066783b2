"""Find the plan of a log: in the log itself, or in a config beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.log import Log, Series
from cosine_cli.logs.core.raw_log import Carried
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue, Request, unit_of
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.schedules.core.schedule import Schedule
from cosine_cli.schedules.sequence import Sequence
from cosine_cli.studies.diagnose.core.epoch_length import epoch_lengths
from cosine_cli.studies.diagnose.core.planned import Planned
from cosine_cli.studies.identify.core.identify import identify

LAST_ROW = "the last row of the log"
THE_RATES = "the rates of the log"
THE_EPOCHS = "the epochs of the log"

_WARMUP_EPOCHS = re.compile(r"^ *warmup_epochs *: *([0-9.]+) *$", re.MULTILINE)
"""The warmup of Ultralytics and YOLOv5, which they lengthen to a least number of batches."""

_SINCE_8_1_33 = re.compile(r"^bgr *:.*\n?", re.MULTILINE)

_ALWAYS = "read as YOLOv5"
"""What is said of a config whose program has a least number of warmup batches even without a warmup."""

_BATCHES = tuple(dict.fromkeys([*range(1, 40), *(round(40 * 1.12**at) for at in range(50))]))
"""The numbers of batches per epoch that are tried first."""

_NEAR = 1e-4

_MOST_LAG = 10
"""Rows are read with fewer missed updates than this to choose the length of a run."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FoundPlan:
    """The plan of a log.

    - ``planned``: None if there is none; ``plan`` is the same as it was read, and ``config`` its config.
    - ``notes``: how it was read, and why configs are not used.
    """

    planned: Planned | None = None
    plan: Plan | None = None
    config: Carried | None = None
    notes: tuple[str, ...] = ()


def find_plan(log: Log, line: CommandLine) -> FoundPlan:
    """Return the first plan that a config of a log gives, with the options of the line."""
    notes: list[str] = []
    for each in log.configs:
        try:
            plan, config, source = _read(each, log, line)
        except RequestError as error:
            problem = str(error.problems[0]).removeprefix(f"{each.where}: ")
            notes.append(f"{each.where} is not used as the plan: {problem}")
            continue
        if len(plan.bases) != 1:
            notes.append(f"{config.where} is not used as the plan: it has {len(plan.bases)} curves")
            continue
        notes += plan.remarks
        if source:
            notes.append(f"the length of the run, {plan.clock.total} steps, is from {source}")
        return FoundPlan(planned=_planned(plan, config), plan=plan, config=config, notes=tuple(notes))
    return FoundPlan(notes=tuple(notes))


def _planned(plan: Plan, config: Carried) -> Planned:
    planned = Planned.of(plan.bases[0], plan.clock, where=config.where, lr=plan.lr)
    setting = _WARMUP_EPOCHS.search(config.text)
    if setting is None:
        return planned
    named = float(setting[1]) * (planned.steps_per_epoch or 1)
    used = planned.schedule.lengths[0] if isinstance(planned.schedule, Sequence) else planned.warmup
    if named >= used - 1:
        return planned
    return planned.lengthening_warmup(named, used, always=_ALWAYS in plan.remarks[0])


def _read(config: Carried, log: Log, line: CommandLine) -> tuple[Plan, Carried, str]:
    """Return the plan of a config, the config as read, and what of the log the length is from.

    That is empty if the config or an option has the length.
    """
    fits = log.runs[0].unit == "epoch" and _WARMUP_EPOCHS.search(config.text) is not None
    for each in (config, *_as_earlier(config)) if fits else ():
        fitted = _fitted(each, log.runs[0], line)
        if fitted is not None:
            return fitted, each, ""
    try:
        return _resolved(config, line, {}), config, ""
    except RequestError as error:
        plan, source = _with_length(config, log, line)
        if plan is None:
            raise error from None
    return plan, config, source


def _with_length(config: Carried, log: Log, line: CommandLine) -> tuple[Plan | None, str]:
    """Return the plan of a config that does not have its length, and what of the log has it; None if nothing does."""
    series = log.runs[0]
    if series.unit != "step" or unit_of(line.options):
        return None, ""
    if log.horizon is not None:
        steps, name = log.horizon
        return _if_resolved(
            config, line, {"steps": RawValue(str(steps), f"{name} of the log", "step")}
        ), f"{name} of the log"
    plans = [
        plan
        for length in epoch_lengths(series)
        if (plan := _if_resolved(config, line, {"steps_per_epoch": RawValue(str(length), THE_EPOCHS, "step")}))
    ]
    if plans:
        return min(plans, key=lambda plan: _difference(plan, series)), THE_EPOCHS
    best = identify(series).best
    if best is not None and best.length is not None and best.error <= _NEAR:
        return _of_length(config, line, round(best.length), THE_RATES)
    return _of_length(config, line, round(float(series.times[-1])), LAST_ROW)


def _of_length(config: Carried, line: CommandLine, steps: int, source: str) -> tuple[Plan | None, str]:
    return _if_resolved(config, line, {"steps": RawValue(str(steps), source, "step")}), source


def _if_resolved(config: Carried, line: CommandLine, flags: Mapping[str, RawValue]) -> Plan | None:
    try:
        return _resolved(config, line, flags)
    except RequestError:
        return None


def _difference(plan: Plan, series: Series) -> float:
    """Return the largest difference of rows from a plan, whose updates they may lag behind by a fixed number."""
    schedule = plan.bases[0].schedule
    return min(_error(schedule(np.maximum(series.times - lag, 0.0)), series) for lag in range(_MOST_LAG))


def _as_earlier(config: Carried) -> Iterator[Carried]:
    """Yield a config as earlier releases of its program write it, if it may be of one of them.

    Ultralytics writes ``bgr`` since 8.1.33, and steps its scheduler before each epoch since 8.1.42.
    """
    text = _SINCE_8_1_33.sub("", config.text)
    if text != config.text:
        yield replace(config, text=text)


def with_horizon(line: CommandLine, log: Log) -> CommandLine:
    """Return the line with the number of updates that the log has, if the line of a curve does not give a length."""
    if log.horizon is None or line.files or unit_of(line.options):
        return line
    steps, name = log.horizon
    units = {key: raw._replace(unit="step") for key, raw in line.options.items()}
    return replace(line, options={**units, "steps": RawValue(str(steps), f"{name} of the log", "step")})


def read_again(config: Carried, line: CommandLine) -> Plan:
    """Return the plan of a config with the options of another line."""
    return _resolved(config, line, {})


def _resolved(config: Carried, line: CommandLine, flags: Mapping[str, RawValue]) -> Plan:
    given = replace(line, options={**line.options, **flags})
    return resolve(given.request(parse_config_text(config.text, config.where, given.request(Request()).run)))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Trial:
    """A config with a number of batches per epoch, and its plan.

    - ``lr``: the rate that fits the log best, None if the config or the options have it.
    - ``error``: the largest difference from the log beyond the digits, relative to the peak.
    """

    batches: int
    lr: float | None
    error: float


def _fitted(config: Carried, series: Series, line: CommandLine) -> Plan | None:
    """Return the plan with the batches per epoch, and the rate if it is unknown, that fit the log; None if none do."""
    trials = list(_trials(config, series, line, _counts(line)))
    if not trials:
        return None
    best = min(trials, key=lambda trial: trial.error)
    spread = best.batches // 8 + 1
    while spread:
        stride = max(spread // 20, 1)
        near = range(max(best.batches - spread, 1), best.batches + spread + 1, stride)
        best = min((best, *_trials(config, series, line, near)), key=lambda trial: trial.error)
        spread = stride if stride > 1 else 0
    return _resolved(config, line, _options(line, best.batches, best.lr)) if best.error <= _NEAR else None


def _counts(line: CommandLine) -> Iterable[int]:
    given = line.options.get("steps_per_epoch")
    return _BATCHES if given is None or not given.text.isdigit() else (int(given.text),)


def _options(line: CommandLine, batches: int, lr: float | None) -> dict[str, RawValue]:
    """Return the options that are not given; without a rate if it is known."""
    own = {"steps_per_epoch": RawValue(str(batches), THE_RATES, "epoch")}
    if lr is not None:
        own["lr"] = RawValue(repr(lr), THE_RATES, "epoch")
    return {name: raw for name, raw in own.items() if name not in line.options}


def _trials(config: Carried, series: Series, line: CommandLine, counts: Iterable[int]) -> Iterator[_Trial]:
    """Yield how well a config fits with numbers of batches per epoch with which it can be read."""
    for batches in counts:
        for lr in (None, 1.0):
            try:
                plan = _resolved(config, line, _options(line, batches, lr))
            except RequestError:
                continue
            yield _trial(plan.bases[0].schedule, series, batches, fits_lr=lr is not None)
            break


def _trial(schedule: Schedule, series: Series, batches: int, *, fits_lr: bool) -> _Trial:
    first = 0.0 if series.times[0] >= 1 else 1.0
    shape = schedule((series.times + first) * batches - 1.0)  # the last update of each epoch
    if not fits_lr:
        return _Trial(batches=batches, lr=None, error=_error(shape, series))
    lr = float(shape @ series.rates / (shape @ shape))
    short = (float(f"{lr:.{digits}g}") for digits in range(2, 7))
    lr = next((each for each in short if _error(shape * each, series) == 0), lr)
    return _Trial(batches=batches, lr=lr, error=_error(shape * lr, series))


def _error(rates: np.ndarray[tuple[int], np.dtype[np.float64]], series: Series) -> float:
    """Return the largest difference beyond the digits, relative to the peak."""
    difference = np.abs(rates - series.rates)
    return float(np.where(difference <= series.tolerances * (1 + 1e-6), 0.0, difference).max() / series.rates.max())
