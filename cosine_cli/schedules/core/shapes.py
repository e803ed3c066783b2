"""Ways down from 1 to 0, and the one place that scales them to rates.

A shape takes ``u`` in [0, 1], may overwrite it, and gives ``s(u)`` with ``s(0) = 1`` and ``s(1) = 0``
exactly, never rising. A warmup is such a shape run upward.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi

import numpy as np

from cosine_cli.schedules.core.arrays import Rates

Shape = Callable[[Rates], Rates]


def cosine(u: Rates) -> Rates:
    """Half a cosine wave, as ``sin^2(pi (1 - u) / 2)``.

    Equal to ``(1 + cos(pi u)) / 2``, but exact at both ends and without cancellation near the end.
    """
    np.subtract(1.0, u, out=u)
    u *= 0.5 * pi
    np.sin(u, out=u)
    u *= u
    return u


def linear(u: Rates) -> Rates:
    """Return a straight line."""
    return np.subtract(1.0, u, out=u)


def power(exponent: float) -> Shape:
    """Return the shape ``(1 - u) ** exponent``."""

    def shape(u: Rates) -> Rates:
        np.subtract(1.0, u, out=u)
        return np.power(u, exponent, out=u)

    return shape


def descend(high: float, low: float, shape: Shape, u: Rates) -> Rates:
    """Return rates from ``high`` at ``u <= 0`` to ``low`` at ``u >= 1``, exact at both; overwrites ``u``."""
    np.minimum(u, 1.0, out=u)
    s = shape(u)
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
