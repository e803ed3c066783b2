"""Two runs in one log without a plan: the rate jumps up, and each part has a schedule of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from cosine_cli.logs.core.log import Series
from cosine_cli.studies.identify.core.fit import Fit
from cosine_cli.studies.identify.core.identify import identify

_JUMP = 1.2
"""The least factor by which the rate jumps up."""

_MOST_JOINS = 3
_LEAST_ROWS = 5
_NEAR = 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """One of two runs, and its schedule; the times of the schedule count from ``begin``."""

    series: Series
    fit: Fit
    begin: float = 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class JoinedRuns:
    """Two runs in one log, in the order of the log."""

    first: Part
    second: Part


def joined_runs(series: Series) -> JoinedRuns | None:
    """Return the two runs of a series whose rate jumps up once, None if their schedules are not both found."""
    for at in _joins(series):
        first, second = _part(_rows(series, slice(0, at))), _part(_rows(series, slice(at, None)))
        if first is not None and second is not None:
            return JoinedRuns(first=first, second=second)
    return None


def _joins(series: Series) -> Iterator[int]:
    """Yield the rows at which the rate jumps up to what it has been before, the largest jump first."""
    rates = series.rates
    with np.errstate(divide="ignore", invalid="ignore"):
        jumps = rates[1:] / rates[:-1]
    highest = np.maximum.accumulate(rates)[:-1]
    fallen = (rates[:-1] < highest * (1 - 1e-6)) & (jumps >= _JUMP) & np.isfinite(jumps)
    places = np.flatnonzero(fallen)
    for at in places[np.argsort(-jumps[places], kind="stable")][:_MOST_JOINS]:
        if _LEAST_ROWS <= at + 1 <= rates.size - _LEAST_ROWS:
            yield int(at) + 1


def _rows(series: Series, rows: slice) -> Series:
    """Return some rows of a series."""
    return replace(
        series,
        times=series.times[rows],
        rates=series.rates[rows],
        tolerances=series.tolerances[rows],
        epochs=None if series.epochs is None else series.epochs[rows],
        skipped=None if series.skipped is None else series.skipped[rows],
    )


def _part(series: Series) -> Part | None:
    """Return a run with its schedule, on the clock of the log or on one that begins with the run."""
    for begin in (0.0, float(series.times[0])):
        found = identify(replace(series, times=series.times - begin))
        if found.best is not None and (found.best.exact or found.best.error <= _NEAR):
            return Part(series=series, fit=found.best, begin=begin)
    return None
