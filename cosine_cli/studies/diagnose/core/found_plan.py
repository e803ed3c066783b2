"""Find the plan of a log: in the log itself, or in a config beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.log import Log, Series
from cosine_cli.logs.core.raw_log import Carried
from cosine_cli.plans.config_file import parse_config_text
from cosine_cli.plans.model.plan import Plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.plans.parse.raw import RawValue, Request
from cosine_cli.plans.resolve.request import resolve
from cosine_cli.studies.diagnose.core.planned import Planned

LAST_ROW = "the last row of the log"
THE_LOG = "the rates of the log"

_WARMUP_EPOCHS = re.compile(r"^ *warmup_epochs *: *([0-9.]+) *$", re.MULTILINE)
"""The warmup of Ultralytics and YOLOv5, which they lengthen to a least number of batches."""

_BATCHES = tuple(dict.fromkeys([*range(1, 40), *(round(40 * 1.12**at) for at in range(50))]))
"""The numbers of batches per epoch that are tried first."""

_NEAR = 1e-4


@dataclass(frozen=True, kw_only=True, eq=False)
class FoundPlan:
    """The plan of a log.

    - ``planned``: None if there is none.
    - ``notes``: how it was read, and why configs are not used.
    """

    planned: Planned | None = None
    notes: tuple[str, ...] = ()


def find_plan(log: Log, line: CommandLine) -> FoundPlan:
    """Return the first plan that a config of a log gives, with the options of the line."""
    notes: list[str] = []
    for config in log.configs:
        try:
            plan = _read(config, log, line)
        except RequestError as error:
            notes.append(f"{config.where} is not used as the plan: {error.problems[0]}")
            continue
        if len(plan.bases) != 1:
            notes.append(f"{config.where} is not used as the plan: it has {len(plan.bases)} curves")
            continue
        return FoundPlan(planned=_planned(plan, config), notes=(*notes, *plan.remarks))
    return FoundPlan(notes=tuple(notes))


def _planned(plan: Plan, config: Carried) -> Planned:
    planned = Planned.of(plan.bases[0], plan.clock, where=config.where, lr=plan.lr)
    named = _WARMUP_EPOCHS.search(config.text)
    length = float(named[1]) * (planned.steps_per_epoch or 1) if named else planned.warmup
    return planned.naming_warmup(length) if length < planned.warmup - 1 else planned


def _read(config: Carried, log: Log, line: CommandLine) -> Plan:
    """Return the plan of a config: with the options given, else with the length or the rates that the log has."""
    first: RequestError | None = None
    for flags in _lengths(line, log):
        try:
            return _resolved(config, line, flags)
        except RequestError as error:
            first = first or error
    fitted = _fitted(config, log.runs[0], line) if log.runs[0].unit == "epoch" else None
    if fitted is not None:
        return fitted
    assert first is not None  # noqa: S101 - there is at least one attempt
    raise first


def _resolved(config: Carried, line: CommandLine, flags: Mapping[str, RawValue]) -> Plan:
    given = replace(line, options={**line.options, **flags})
    return resolve(given.request(parse_config_text(config.text, config.where, given.request(Request()).run)))


def _lengths(line: CommandLine, log: Log) -> Iterator[Mapping[str, RawValue]]:
    """Yield the options to add: none, the number of updates that the log has, the step of its last row."""
    yield {}
    if log.runs[0].unit != "step" or not {"steps", "epochs"}.isdisjoint(line.options):
        return
    if log.horizon is not None:
        steps, name = log.horizon
        yield {"steps": RawValue(str(steps), f"{name} of the log", "step")}
    else:
        yield {"steps": RawValue(str(round(float(log.runs[0].times[-1]))), LAST_ROW, "step")}


@dataclass(frozen=True, kw_only=True, eq=False)
class _Trial:
    """A config with a number of batches per epoch, and the rate that then fits the log best."""

    batches: int
    lr: float
    error: float


def _fitted(config: Carried, series: Series, line: CommandLine) -> Plan | None:
    """Return the plan with the rate and the batches per epoch that fit the log; None if none does."""
    trials = [trial for batches in _counts(line) if (trial := _trial(config, series, line, batches)) is not None]
    if not trials:
        return None
    best = min(trials, key=lambda trial: trial.error)
    near = range(max(best.batches * 8 // 9, 1), best.batches * 9 // 8 + 1)
    step = max(len(near) // 40, 1)
    closer = [trial for batches in near[::step] if (trial := _trial(config, series, line, batches)) is not None]
    best = min((*trials, *closer), key=lambda trial: trial.error)
    return _resolved(config, line, _options(line, best.batches, best.lr)) if best.error <= _NEAR else None


def _counts(line: CommandLine) -> tuple[int, ...]:
    given = line.options.get("steps_per_epoch")
    return _BATCHES if given is None or not given.text.isdigit() else (int(given.text),)


def _options(line: CommandLine, batches: int, lr: float) -> dict[str, RawValue]:
    """Return the options that are not given."""
    own = {"lr": RawValue(repr(lr), THE_LOG, "epoch"), "steps_per_epoch": RawValue(str(batches), THE_LOG, "epoch")}
    return {name: raw for name, raw in own.items() if name not in line.options}


def _trial(config: Carried, series: Series, line: CommandLine, batches: int) -> _Trial | None:
    """Return how well a config with so many batches per epoch fits; None if it cannot be read like that."""
    try:
        plan = _resolved(config, line, _options(line, batches, 1.0))
    except RequestError:
        return None
    times = np.maximum(series.times * batches - 1.0, 0.0)  # the last update of each epoch, from 1
    shape = plan.bases[0].schedule(times)
    lr = 1.0 if "lr" in line.options else float(shape @ series.rates / (shape @ shape))
    lr = next(
        (short for digits in range(2, 7) if _error(shape * (short := float(f"{lr:.{digits}g}")), series) == 0), lr
    )
    return _Trial(batches=batches, lr=lr, error=_error(shape * lr, series))


def _error(rates: np.ndarray[tuple[int], np.dtype[np.float64]], series: Series) -> float:
    """Return the largest difference beyond the digits, relative to the peak."""
    difference = np.abs(rates - series.rates)
    return float(np.where(difference <= series.tolerances * (1 + 1e-6), 0.0, difference).max() / series.rates.max())
