"""What a log shows: the schedules that fit its rows."""

from __future__ import annotations

from dataclasses import dataclass

from cosine_cli.studies.identify.core.fit import Fit


@dataclass(frozen=True, kw_only=True)
class Identified:
    """The schedules that fit the rows of a series.

    - ``best``: the simplest exact fit, or the closest if none is exact; None if no schedule comes near.
    - ``others``: every other fit that is as exact, simplest first; empty if none is exact.
    - ``seen``: the share of the curve's length that the rows cover, None if the curve has no end.
    - ``reason``: why no fit is exact, empty if one is.
    """

    best: Fit | None
    others: tuple[Fit, ...] = ()
    seen: float | None = None
    reason: str = ""
