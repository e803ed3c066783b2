"""The schedule of a log without a plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cosine_cli.errors import RequestError
from cosine_cli.logs.core.counted_rows import counted_rows
from cosine_cli.logs.core.log import Log, Series
from cosine_cli.plans.load import load_plan
from cosine_cli.plans.parse.argv import CommandLine
from cosine_cli.studies.diagnose.core.joined_runs import JoinedRuns, joined_runs
from cosine_cli.studies.identify.core.fit import Fit
from cosine_cli.studies.identify.core.identified import Identified
from cosine_cli.studies.identify.core.identify import identify

if TYPE_CHECKING:
    from cosine_cli.plans.model.plan import Plan

NAMED = 0.005
"""A schedule that is off by more than this share of the peak is not named."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WithoutPlan:
    """What a series shows.

    - ``identified``: the schedules that fit.
    - ``joined``: two runs in the series, if no schedule fits it exactly.
    - ``horizon``: the number of updates of the run as the log has it, with its key.
    """

    series: Series
    identified: Identified
    horizon: tuple[int, str] | None = None
    joined: JoinedRuns | None = None

    @property
    def fit(self) -> Fit | None:
        """The schedule that is named, None if none comes near."""
        return self.identified.best

    @property
    def named(self) -> bool:
        """Whether a schedule may be named."""
        if self.joined is not None:
            return True
        return self.fit is not None and (self.identified.exact or self.fit.error <= NAMED)


def identified(series: Series, log: Log) -> WithoutPlan:
    """Return the schedules of a series."""
    horizon = log.horizon[0] if log.horizon is not None and series.unit == "step" else None
    found = identify(series, horizon=horizon)
    counted = None if _is_one_run(found) and found.lags is None else counted_rows(series)
    if counted is not None and _is_one_run(again := identify(counted)) and again.lags is None:
        return WithoutPlan(series=counted, identified=again)
    joined = None if _is_one_run(found) else joined_runs(series)
    return WithoutPlan(series=series, identified=found, horizon=log.horizon, joined=joined)


def _is_one_run(found: Identified) -> bool:
    """Return whether a schedule fits that is not only a table of rates."""
    return found.best is not None and found.best.exact and not found.best.spec.startswith("piecewise_")


def typed_plan(fit: Fit, found: WithoutPlan) -> Plan | None:
    """Return the plan of the curve as it is typed, None if it does not have the rates of the fit."""
    unit = "epochs" if found.series.unit == "epoch" else "steps"
    try:
        plan = load_plan(CommandLine.of({"words": [fit.spec], unit: str(typed_length(fit, found))}))
    except RequestError:
        return None
    times = np.maximum(found.series.times + fit.offset, 0.0)
    same = np.allclose(plan.curves[0].schedule(times), fit.schedule(times), rtol=1e-9, atol=0.0, equal_nan=True)
    return plan if same else None


def is_rise(fit: Fit) -> bool:
    """Return whether a fit is a warmup that the log does not leave."""
    return fit.spec.startswith("piecewise_interpolated:")


def typed_length(fit: Fit, found: WithoutPlan) -> int:
    """Return the length of the run: of the curve, else of the log."""
    if is_rise(fit):  # what follows the last row is not known
        return math.floor(float(found.series.times[-1]) + fit.offset) + 1
    shortest = math.floor(fit.schedule.warmup_length) + 1  # a warmup must be shorter than the run
    if found.horizon is not None and found.series.unit == "step":
        return max(found.horizon[0], shortest)
    last = float(found.series.times[-1]) + 1
    length = fit.length if fit.length is not None and math.isfinite(fit.length) else last
    return max(math.ceil(length - 1e-6), shortest)
