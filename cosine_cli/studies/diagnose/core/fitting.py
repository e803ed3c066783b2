"""Fit one parameter, and shorten it as far as it fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.studies.diagnose.core.rows import Rows

_POINTS = 24
_ROUNDS = 9
"""Each round divides the interval by about ten."""


def fitted(
    rates: Callable[[Rates, Rates], Rates], rows: Rows, low: float, high: float, *, points: int = 120
) -> float | None:
    """Return the value between two positive ones whose rates have the least squares; None if there are no rates.

    - ``rates``: from times, shape (n,), and values, shape (k, 1), to rates, shape (k, n).
    - ``points``: how many values are tried first; the cost has one minimum between neighbors of the best.
    """
    few = rows.thinned(most=160)
    grid = np.geomspace(low, high, points)
    for _ in range(_ROUNDS):
        costs = few.deviations(rates(few.times, grid[:, None]))
        at = int(np.argmin(costs))
        if not np.isfinite(costs[at]):
            return None
        first, last = grid[max(at - 1, 0)], grid[min(at + 1, grid.size - 1)]
        if last - first <= 1e-12 * last:
            break
        grid = np.linspace(first, last, _POINTS)
    return float(grid[at])


def round_values(value: float, digits: int = 8) -> Iterator[float]:
    """Yield a value rounded to more and more digits.

    >>> list(round_values(1234.56, 6))
    [1000.0, 1200.0, 1230.0, 1235.0, 1234.6, 1234.56]
    """
    for count in range(1, digits + 1):
        yield float(f"{value:.{count - 1}e}")


def roundest(value: float, error: Callable[[float], float], preferred: Iterable[float] = ()) -> float:
    """Return the shortest number near a fitted value that is as good: the value itself if none is.

    - ``error``: the largest difference beyond the digits, 0 if a value fits exactly.
    - ``preferred``: values that are tried before round ones.
    """
    best = error(value)
    nearest = [float(round(value)), *(float(round(value) + by) for by in (-1, 1))]
    for candidate in (*preferred, *round_values(value), *nearest):
        if candidate > 0 and error(candidate) <= best * 1.02:
            return candidate
    return value
