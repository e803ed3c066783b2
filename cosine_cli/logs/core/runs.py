"""The runs of one file: repeated rows are merged, other rows whose time goes back begin a run."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.cells import Floats

Indices = NDArray[np.intp]

_MOST_DISPLACED = 2
"""So many rows that are written late, as by another thread, do not begin a run."""


@dataclass(frozen=True, eq=False)
class Runs:
    """The rows of each run, in the order of their times.

    - ``rows``: the indices of the rows of each run, with strictly increasing times.
    - ``repeated``: how many rows were dropped, as another has the same time and rate.
    - ``restarts``: how often the times go back in the file.
    """

    rows: tuple[Indices, ...]
    repeated: int = 0
    restarts: int = 0


def runs_of(times: Floats, rates: Floats, tolerances: Floats) -> Runs | None:
    """Return the runs of rows in the order of the file; None if a run has different rates at the same time.

    >>> split = runs_of(np.array([0.0, 1, 2, 0, 1]), np.array([0.3, 0.2, 0.1, 0.5, 0.4]), np.full(5, 1e-9))
    >>> [rows.tolist() for rows in split.rows]
    [[0, 1, 2], [3, 4]]
    """
    everything = np.arange(len(times))
    differences = np.diff(times)
    if np.all(differences > 0):
        return Runs((everything,))
    if np.all(differences < 0):  # the newest row first
        return Runs((everything[::-1],))
    starts = np.flatnonzero(differences < 0) + 1
    merged = _merged(everything, times, rates, tolerances)
    if merged is not None and _is_one_run(starts, times, rates, tolerances):
        return Runs((merged,), len(times) - len(merged), len(starts))
    return _split(starts, times, rates, tolerances)


def runs_by_rates(times: Floats, rates: Floats, tolerances: Floats) -> Runs | None:
    """Return the same, but another rate at the time of the row before begins a run too.

    >>> split = runs_by_rates(np.array([0.0, 1, 2, 2, 3]), np.array([0.3, 0.2, 0.1, 0.5, 0.4]), np.full(5, 1e-9))
    >>> [rows.tolist() for rows in split.rows]
    [[0, 1, 2], [3, 4]]
    """
    differences = np.diff(times)
    differs = np.abs(np.diff(rates)) > tolerances[1:] + tolerances[:-1]
    return _split(np.flatnonzero((differences < 0) | ((differences == 0) & differs)) + 1, times, rates, tolerances)


def _split(starts: Indices, times: Floats, rates: Floats, tolerances: Floats) -> Runs | None:
    """Return the runs that begin at the first row and at others."""
    rows: list[Indices] = []
    for part in np.split(np.arange(len(times)), starts):
        merged = _merged(part, times, rates, tolerances)
        if merged is None:
            return None
        rows.append(merged)
    return Runs(tuple(rows), len(times) - sum(map(len, rows)), len(starts))


def _is_one_run(starts: Indices, times: Floats, rates: Floats, tolerances: Floats) -> bool:
    """Return whether each part that begins with a time before others repeats one of them, or has few such rows.

    If no time is repeated, no rate shows that it is the same run.
    """
    bounds = [0, *starts.tolist(), len(times)]
    earlier = np.unique(times[: bounds[1]])
    for begin, end in pairwise(bounds[1:]):
        late = times[begin:end][times[begin:end] <= earlier[-1]]
        if not np.isin(late, earlier).any() and not (
            len(late) <= _MOST_DISPLACED and _is_between(begin, begin + len(late), times, rates, tolerances)
        ):
            return False
        earlier = np.union1d(earlier, times[begin:end])
    return True


def _is_between(begin: int, end: int, times: Floats, rates: Floats, tolerances: Floats) -> bool:
    """Return whether rows that are late have rates between those of the rows around their times."""
    order = np.argsort(times, kind="stable")
    places = np.flatnonzero((order >= begin) & (order < end))
    for place in places.tolist():
        row = order[place]
        around = rates[order[[max(place - 1, 0), min(place + 1, len(order) - 1)]]]
        if not around.min() - tolerances[row] <= rates[row] <= around.max() + tolerances[row]:
            return False
    return True


def _merged(rows: Indices, times: Floats, rates: Floats, tolerances: Floats) -> Indices | None:
    """Return rows sorted by time, without those that repeat a time; None if rates of the same time differ."""
    by_time = rows[np.argsort(times[rows], kind="stable")]
    sorted_times, sorted_rates = times[by_time], rates[by_time]
    first = np.concatenate(([True], np.diff(sorted_times) > 0))
    reference = sorted_rates[first][np.cumsum(first) - 1]
    if np.any(np.abs(sorted_rates - reference) > 2 * tolerances[by_time]):
        return None
    return by_time[first]
