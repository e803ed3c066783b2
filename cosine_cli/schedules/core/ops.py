"""The operations that formulas are written in, so that one formula gives both numbers and source text.

A formula is given an ``Ops`` and a time: numpy's with an array of times, or that of a language with a symbol.
Besides these functions it may use ``+ - * / **`` and comparisons. All branches of a formula are computed for all
times, so that each has to be free of faults (a division by 0, a root of less than 0) for every time of at least 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from cosine_cli.schedules.core.arrays import Rates, whole_cycles


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


# Most blocks of times lie on one side of a bound; finding that out costs a quarter of taking a minimum.


def _lowest(x: Any) -> Any:
    return x.min(initial=np.inf) if isinstance(x, np.ndarray) else x


def _highest(x: Any) -> Any:
    return x.max(initial=-np.inf) if isinstance(x, np.ndarray) else x


def _broadcast(x: Any, other: Any) -> Any:
    """Return ``x``, as an array where ``other`` is one: a power of a Python number may be rounded differently."""
    return np.full(1, x, dtype=np.float64) if isinstance(other, np.ndarray) and not isinstance(x, np.ndarray) else x


class Numpy:
    """numpy's, for arrays of times."""

    floor = staticmethod(np.floor)
    sqrt = staticmethod(np.sqrt)
    exp = staticmethod(np.exp)
    sin = staticmethod(np.sin)
    cos = staticmethod(np.cos)
    tanh = staticmethod(np.tanh)
    cycles = staticmethod(whole_cycles)

    @staticmethod
    def minimum(x: Any, y: Any) -> Any:
        """Return the smaller of two."""
        return _broadcast(x, y) if _highest(x) <= _lowest(y) else np.minimum(x, y)

    @staticmethod
    def maximum(x: Any, y: Any) -> Any:
        """Return the larger of two."""
        return _broadcast(y, x) if _highest(x) <= _lowest(y) else np.maximum(x, y)

    @staticmethod
    def where(condition: Any, x: Any, y: Any) -> Any:
        """Return ``x`` where the condition holds, else ``y``."""
        if np.all(condition):
            return _broadcast(x, condition)
        return np.where(condition, x, y) if np.any(condition) else _broadcast(y, condition)

    @staticmethod
    def count(edges: Sequence[float], t: Any, name: str = "") -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        del name
        first, last = np.searchsorted(edges, (_lowest(t), _highest(t)), side="right")
        if first >= last:
            return np.array([float(last)])
        return np.searchsorted(edges, t, side="right").astype(np.float64)

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


def by_interval(m: Ops, t: Any, ends: Sequence[float], formulas: Sequence[Callable[[Any], Any]]) -> Any:
    """Return at each time the rate of the formula in whose interval it lies: until the first end, the second, ...

    The last formula has no end. In NumPy each formula is evaluated only at the times of its own interval.
    """
    if m is NUMPY:
        return _by_interval(t, ends, formulas)
    rate = formulas[-1](t)
    for end, formula in reversed(list(zip(ends, formulas, strict=False))):
        rate = m.where(t < end, formula(t), rate)
    return rate


def _by_interval(t: Rates, ends: Sequence[float], formulas: Sequence[Callable[[Any], Any]]) -> Any:
    first, last = np.searchsorted(ends, (_lowest(t), _highest(t)), side="right").tolist()
    if first >= last:  # as for most blocks of times
        return formulas[last](t)
    index = np.searchsorted(ends, t, side="right")
    rates = np.empty_like(t)
    for i in range(first, last + 1):
        rates[index == i] = formulas[i](t[index == i])
    return rates
