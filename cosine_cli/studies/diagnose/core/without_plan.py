"""The schedule of a log without a plan."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.logs.core.log import Log, Series
from cosine_cli.studies.diagnose.core.joined_runs import JoinedRuns, joined_runs
from cosine_cli.studies.identify.core.fit import Fit
from cosine_cli.studies.identify.core.identified import Identified
from cosine_cli.studies.identify.core.identify import identify

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
        return self.fit is not None and (self.fit.exact or self.fit.error <= NAMED)


def identified(series: Series, log: Log) -> WithoutPlan:
    """Return the schedules of a series."""
    horizon = log.horizon[0] if log.horizon is not None and series.unit == "step" else None
    found = identify(series, horizon=horizon)
    joined = None if _is_one_run(found) else joined_runs(series)
    return WithoutPlan(series=series, identified=found, horizon=log.horizon, joined=joined)


def _is_one_run(found: Identified) -> bool:
    """Return whether a schedule fits that is not only a table of rates."""
    return found.best is not None and found.best.exact and not found.best.spec.startswith("piecewise_")
