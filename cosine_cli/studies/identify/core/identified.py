"""What a log shows: the schedules that fit its rows."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.logs.core.log import Floats
from cosine_cli.studies.identify.core.first_rows import Factor
from cosine_cli.studies.identify.core.fit import Fit


@dataclass(frozen=True, kw_only=True, eq=False)
class Identified:
    """The schedules that fit the rows of a series.

    - ``best``: the simplest exact fit, or the closest if none is exact; None if no schedule comes near.
    - ``others``: every other fit that is as exact, simplest first; empty if none is exact.
    - ``doubtful``: whether the numbers of the best fit are not round, and rows have so few digits that the rates may be
      those of another schedule.
    - ``seen``: the share of the curve's length that the rows cover, None if the curve has no end.
    - ``reason``: how far off the best fit is, or why there is none; empty if it is exact from ``first`` on.
    - ``first``: the first row that the fits explain, 0 for all rows.
    - ``factor``: the warmup that multiplies the best fit in the rows before, None if there is none.
    - ``missed``: how far the rows before are from the best fit, relative to the peak, if it is near them.
    - ``lags``: by how many updates each row lags behind the best fit, if that changes: the scheduler missed updates.
      The row at time t has the rate of the schedule at ``t - lag``. Shape (n,), over the rows with a rate.
    """

    best: Fit | None
    others: tuple[Fit, ...] = ()
    seen: float | None = None
    reason: str = ""
    doubtful: bool = False
    first: int = 0
    factor: Factor | None = None
    missed: float | None = None
    lags: Floats | None = None

    @property
    def exact(self) -> bool:
        """Whether the best fit is exact from the row ``first`` on."""
        return self.best is not None and not self.reason
