"""A log that follows the plan up to a row, and something else from it on: a resumed run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.case import Case
from cosine_cli.studies.diagnose.core.planned import Planned, Warp
from cosine_cli.studies.diagnose.core.rows import Rows

_LEAST = 2
"""The fewest rows on each side of the change."""

_LEAST_SHARE = 0.01
"""The least share of the rows before the change: a plan is flat at its start, and many stories are as planned there."""

_MOST_PLACES = 500


class Tail(NamedTuple):
    """The rows from the first one that is not as planned.

    - ``rows``: these rows.
    - ``after``, ``by``: the times of the last row as planned and of the first other one: the change is between them.
    - ``since``: the first time of a change that the plan does not show, because it is constant there.
    """

    rows: Rows
    after: float
    by: float
    since: float

    @property
    def places(self) -> Rates:
        """The whole times of a change, at most some hundred of them."""
        low, high = np.floor(self.after) + 1, max(np.floor(self.by), np.floor(self.after) + 1)
        return _spread(low, high)

    @property
    def all_places(self) -> Rates:
        """The same, also where the plan is constant before the first other row."""
        return _spread(np.floor(self.since) + 1, max(np.floor(self.by), np.floor(self.since) + 1))


def _spread(low: float, high: float) -> Rates:
    return np.unique(np.linspace(low, high, int(min(high - low + 1, _MOST_PLACES))).round())


def tail(case: Case) -> Tail | None:
    """Return the tail of a log that begins as planned, None if it does not."""
    at, rows = case.first_other, case.rows
    if at < max(_LEAST, _LEAST_SHARE * len(rows)) or len(rows) - at < _LEAST:
        return None
    return Tail(rows[at:], float(rows.times[at - 1]), float(rows.times[at]), _since(case.planned, rows, at))


def _since(planned: Planned, rows: Rows, at: int) -> float:
    """Return the time of the first row before the change from which on the plan is constant."""
    rates = planned(rows.times[:at])
    others = np.flatnonzero(np.abs(rates - rates[-1]) > rows.tolerances[:at])
    return float(rows.times[others[-1]]) if others.size else float(rows.times[0])


def joined(planned: Planned, at: float, after: Warp) -> Warp:
    """Return the plan before a time and other rates from it on."""

    def rates(t: Rates) -> Rates:
        return np.where(t < at, planned(t), after(np.maximum(t, at)))

    return rates


def best_places(rows: Rows, places: Rates, rates: Callable[[Any, Rates], Rates], *, most: int = 1) -> Iterator[float]:
    """Yield the places of a change for which the rows of a tail fit best, the first of equally good ones first."""
    step = max(len(rows) // 60, 1)
    few = rows[::step]
    errors = few.deviations(rates(places[:, None], few.times))
    order = np.argsort(errors, kind="stable")
    exact = [at for at in order[:5] if rows.error(rates(float(places[at]), rows.times)) == 0]
    for at in exact[:1] or order[:most]:
        yield float(places[at])
