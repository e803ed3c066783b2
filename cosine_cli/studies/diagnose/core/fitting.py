"""Search for one parameter: golden section, and the roundest value that fits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

Cost = Callable[[float], float]

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


def golden(cost: Cost, low: float, high: float, rounds: int = 60) -> float:
    """Return the place of the minimum of a cost with one minimum between two values.

    >>> round(golden(lambda x: (x - 3) ** 2, 0.0, 10.0), 6)
    3.0
    """
    a, b = low, high
    left, right = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    at_left, at_right = cost(left), cost(right)
    for _ in range(rounds):
        if at_left <= at_right:
            b, right, at_right = right, left, at_left
            left = b - _GOLDEN * (b - a)
            at_left = cost(left)
        else:
            a, left, at_left = left, right, at_right
            right = a + _GOLDEN * (b - a)
            at_right = cost(right)
        if b - a <= 1e-13 * max(abs(a), abs(b)):
            break
    return 0.5 * (a + b)


def round_values(value: float, digits: int = 8) -> Iterator[float]:
    """Yield a value rounded to more and more digits, whole if they suffice.

    >>> list(round_values(1234.56, 6))
    [1000.0, 1200.0, 1230.0, 1235.0, 1234.6, 1234.56]
    """
    for count in range(1, digits + 1):
        yield float(f"{value:.{count - 1}e}")


def roundest(value: float, error: Cost, extra: Iterable[float] = ()) -> float:
    """Return the shortest number near a fitted value that is as good: the value itself if none is.

    - ``error``: the largest difference beyond the digits, 0 if a value fits exactly.
    - ``extra``: values that are preferred to round ones.
    """
    best = error(value)
    nearest = [float(round(value)), *(float(round(value) + by) for by in (-1, 1))]
    for candidate in (*extra, *round_values(value), *nearest):
        if candidate > 0 and error(candidate) <= best * 1.02:
            return candidate
    return value
