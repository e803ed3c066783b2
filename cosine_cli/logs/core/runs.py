"""The runs of one file: repeated rows are merged, other rows whose step goes back begin a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cosine_cli.logs.core.cells import Floats

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Runs:
    """The rows of each run, in the order of their times.

    - ``rows``: the indices of the rows of each run, with strictly increasing times.
    - ``repeated``: how many rows were dropped, as another has the same time and rate.
    """

    rows: tuple[Indices, ...]
    repeated: int = 0


def runs_of(times: Floats, rates: Floats, tolerances: Floats) -> Runs:
    """Return the runs of rows in the order of the file.

    >>> split = runs_of(np.array([0.0, 1, 2, 0, 1]), np.array([0.3, 0.2, 0.1, 0.5, 0.4]), np.full(5, 1e-9))
    >>> [rows.tolist() for rows in split.rows]
    [[0, 1, 2], [3, 4]]
    """
    everything = np.arange(len(times))
    if _increases(times):
        return Runs((everything,))
    if _overlaps(times) and (merged := _merged(everything, times, rates, tolerances)) is not None:
        return Runs((merged,), len(times) - len(merged))
    starts = np.flatnonzero(np.diff(times) < 0) + 1
    rows: list[Indices] = []
    for part in np.split(everything, starts):
        merged = _merged(part, times, rates, tolerances)
        rows.append(part if merged is None else merged)
    return Runs(tuple(rows), len(times) - sum(map(len, rows)))


def _increases(times: Floats) -> bool:
    return bool(np.all(np.diff(times) > 0))


def _overlaps(times: Floats) -> bool:
    """Return whether each row that goes back repeats a time: else no rate shows that it is the same run."""
    starts = np.flatnonzero(np.diff(times) < 0) + 1
    bounds = [0, *starts.tolist(), len(times)]
    earlier = times[: bounds[1]]
    for begin, end in zip(bounds[1:-1], bounds[2:], strict=True):
        part = times[begin:end]
        if not np.isin(part[part <= earlier.max()], earlier).any():
            return False
        earlier = np.union1d(earlier, part)
    return True


def _merged(rows: Indices, times: Floats, rates: Floats, tolerances: Floats) -> Indices | None:
    """Return rows sorted by time, without those that repeat a time; None if rates of the same time differ."""
    by_time = rows[np.argsort(times[rows], kind="stable")]
    sorted_times, sorted_rates = times[by_time], rates[by_time]
    first = np.concatenate(([True], np.diff(sorted_times) > 0))
    group = np.cumsum(first) - 1
    reference = sorted_rates[first][group]
    if np.any(np.abs(sorted_rates - reference) > 2 * tolerances[by_time]):
        return None
    return by_time[first]
