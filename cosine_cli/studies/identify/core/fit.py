"""A schedule that was fitted to the rows of a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cosine_cli.schedules.core.schedule import Schedule


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A schedule whose rates are those of a log.

    - ``spec``: the curve as it is typed on a command line: ``cosine:lr=2e-5,total=1000,warmup=30``.
    - ``length``: the length of the run that the curve belongs to, in the unit of the series; None if rows do not tell.
    - ``schedule``: the schedule, with times in the unit of the series.
    - ``offset``: the row at time t has the rate of the schedule at ``t + offset``.
    - ``ranges``: the parameters that the rows do not determine, each with its lowest and highest value that fits.
    - ``error``: the largest difference from a row, relative to the peak.
    - ``exact``: whether every row agrees to all its digits.
    """

    spec: str
    schedule: Schedule
    error: float
    exact: bool
    length: float | None = None
    offset: float = 0.0
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
