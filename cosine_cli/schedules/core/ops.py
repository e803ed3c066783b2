"""The operations that formulas are written in, so that one formula gives both numbers and source text.

A formula is given an ``Ops`` and a time: numpy's with an array of times, or that of a language with a symbol.
Besides these functions it may use ``+ - * / **`` and comparisons. All branches of a formula are computed for all
times, so that each has to be free of faults (a division by 0, a root of less than 0) for every time of at least 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from cosine_cli.schedules.core.arrays import whole_cycles


class Ops(Protocol):
    """What a formula may call; ``x`` and the like are times, rates, or what became of them."""

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller of two."""

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger of two."""

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        """Return ``x`` where the condition holds, else ``y``."""

    def floor(self, x: Any) -> Any:
        """Return the whole number at or below ``x``."""

    def sqrt(self, x: Any) -> Any:
        """Return the square root."""

    def exp(self, x: Any) -> Any:
        """Return the exponential."""

    def sin(self, x: Any) -> Any:
        """Return the sine."""

    def cos(self, x: Any) -> Any:
        """Return the cosine."""

    def tanh(self, x: Any) -> Any:
        """Return the hyperbolic tangent."""

    def cycles(self, t: Any, length: float) -> Any:
        """Return how many whole cycles of ``length`` lie before ``t``, exact at their boundaries."""

    def count(self, edges: Sequence[float], t: Any, name: str = "edges") -> Any:
        """Return how many of the rising ``edges``, which a program calls ``name``, are at or before ``t``."""

    def gather(self, values: Sequence[float], index: Any, name: str = "values") -> Any:
        """Return the value at each index; a program calls the values ``name``."""

    def lerp(self, high: Any, low: Any, s: Any) -> Any:
        """Return what lies the share ``s`` of the way from ``low`` up to ``high``, exact at both."""

    def named(self, name: str, x: Any) -> Any:
        """Return ``x``, which a program calls ``name``."""

    def form(self, exact: Callable[[], Any], plain: Callable[[], Any]) -> Any:
        """Return one value that has two formulas: ``exact`` keeps all digits, ``plain`` is the one that people write.

        The second holds for whole numbers of steps.
        """


class Numpy:
    """numpy's, for arrays of times."""

    minimum = staticmethod(np.minimum)
    maximum = staticmethod(np.maximum)
    where = staticmethod(np.where)
    floor = staticmethod(np.floor)
    sqrt = staticmethod(np.sqrt)
    exp = staticmethod(np.exp)
    sin = staticmethod(np.sin)
    cos = staticmethod(np.cos)
    tanh = staticmethod(np.tanh)
    cycles = staticmethod(whole_cycles)

    @staticmethod
    def count(edges: Sequence[float], t: Any, name: str = "") -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        del name
        return np.searchsorted(np.asarray(edges), t, side="right").astype(np.float64)

    @staticmethod
    def gather(values: Sequence[float], index: Any, name: str = "") -> Any:
        """Return the value at each index."""
        del name
        return np.asarray(values)[np.asarray(index).astype(np.intp)]

    @staticmethod
    def lerp(high: Any, low: Any, s: Any) -> Any:
        """Return what lies the share ``s`` of the way from ``low`` up to ``high``, exact at both."""
        if np.ndim(low) == 0 and low == 0.0:
            return high * s
        # low + (high - low) s misses high for some 3% of pairs; the weighted mean is exact at both ends,
        # and only rounding in between can carry it over an end.
        return np.clip(high * s + low * (1.0 - s), np.minimum(low, high), np.maximum(low, high))

    @staticmethod
    def named(name: str, x: Any) -> Any:
        """Return ``x``, which a program calls ``name``."""
        del name
        return x

    @staticmethod
    def form(exact: Callable[[], Any], plain: Callable[[], Any]) -> Any:
        """Return the value by the formula that keeps all digits."""
        del plain
        return exact()


NUMPY: Ops = Numpy()
