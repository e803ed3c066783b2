"""Numbers as people choose them: with few digits."""

from __future__ import annotations

import math
from collections.abc import Iterator

_MOST_WHOLE = 4000


def digits(value: float) -> int:
    """Return how many significant digits a number has, at most 15.

    >>> digits(1500.0), digits(0.00025), digits(1 / 3)
    (2, 2, 15)
    """
    mantissa = f"{abs(value):.14e}".partition("e")[0].replace(".", "").rstrip("0")
    return max(len(mantissa), 1)


def short_numbers(low: float, high: float, *, near: float) -> Iterator[float]:
    """Yield numbers from ``low`` to ``high``, those with the fewest digits first; of equally many, the closest.

    >>> [number for number, _ in zip(short_numbers(0.0937, 0.1042, near=0.0981), range(3))]
    [0.1, 0.098, 0.099]
    """
    if low <= 0.0 <= high:
        yield 0.0
    largest = max(abs(low), abs(high))
    if largest == 0.0 or not math.isfinite(largest):
        return
    seen: set[float] = {0.0}
    for count in range(1, 15):
        exponent = math.floor(math.log10(largest)) + 1 - count
        for value in _multiples(exponent, low, high, near):
            if value not in seen:
                seen.add(value)
                yield value


def _multiples(exponent: int, low: float, high: float, near: float) -> list[float]:
    """Return the four multiples of a power of 10 between the bounds that are closest to ``near``."""
    unit = 10.0**exponent
    first = round(near / unit)
    values = (float(f"{first + by}e{exponent}") for by in (0, -1, 1, -2, 2))
    return sorted((value for value in values if low <= value <= high), key=lambda value: abs(value - near))[:4]


def whole_numbers(low: float, high: float, *, near: float) -> list[float]:
    """Return the whole numbers from ``low`` to ``high``, those with the fewest digits first.

    >>> whole_numbers(997.2, 1002.5, near=999.1)[:3]
    [1000.0, 999.0, 998.0]
    """
    first, last = math.ceil(low), math.floor(high)
    if last - first > _MOST_WHOLE:
        return [number for number in short_numbers(low, high, near=near) if number.is_integer()][:40]
    numbers = (float(number) for number in range(first, last + 1))
    return sorted(numbers, key=lambda number: (digits(number) if number else 0, abs(number - near)))
