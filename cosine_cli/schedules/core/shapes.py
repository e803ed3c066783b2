"""Ways down from 1 to 0, and the one place that scales them to rates.

A shape takes ``left``, the share of the time that is left, from 1 at the start to 0 at the end, may overwrite
it, and gives ``s(left)`` with ``s(1) = 1`` and ``s(0) = 0`` exactly, never rising as time goes on. What is left,
and not what has passed, since ``1 - u`` would lose the digits of the last steps. A warmup is such a shape run
upward: ``s`` of the share that has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np

from cosine_cli.schedules.core.arrays import Rates

Shape = Callable[[Rates], Rates]


def cosine(left: Rates) -> Rates:
    """Half a cosine wave, as ``sin^2(pi left / 2)``.

    Equal to ``(1 + cos(pi (1 - left))) / 2``, but exact at both ends and without cancellation near the end.
    """
    left *= 0.5 * pi
    np.sin(left, out=left)
    left *= left
    return left


def linear(left: Rates) -> Rates:
    """Return a straight line."""
    return left


def power(exponent: float) -> Shape:
    """Return the shape ``left ** exponent``."""

    def shape(left: Rates) -> Rates:
        return np.power(left, exponent, out=left)

    return shape


def descend(high: float, low: float, shape: Shape, t: Rates, total: float) -> Rates:
    """Return rates from ``high`` at time 0 to ``low`` at ``total`` and after it, exact at both."""
    left = total - t
    if left.min(initial=0.0) < 0.0:  # asking costs a quarter of what np.maximum costs
        np.maximum(left, 0.0, out=left)
    left /= total
    s = shape(left)
    if low == 0.0:
        s *= high
        return s
    # low + (high - low) s misses high for some 3% of pairs; the weighted mean is exact at both ends,
    # and only rounding in between can carry it over an end.
    rates = s * high
    np.subtract(1.0, s, out=s)
    s *= low
    rates += s
    return np.clip(rates, low, high, out=rates)
