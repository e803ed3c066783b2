"""The operations of formulas, so that one formula gives both numbers and generated code.

A formula takes an ``Ops`` and a time: NumPy's operations with an array of times, or those of a language with a symbol.
It may also use ``+ - * / **`` and comparisons. Every branch of a formula may be computed for every time of at least 0,
so none may fail there (by a division by 0 or a root of a negative number).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from cosine_cli.schedules.core.arrays import Rates, whole_cycles


class Ops(Protocol):
    """The functions of a formula; ``x``, ``y`` and ``t`` are times, rates, or results of operations on them."""

    def minimum(self, x: Any, y: Any) -> Any:
        """Return the smaller of two."""

    def maximum(self, x: Any, y: Any) -> Any:
        """Return the larger of two."""

    def where(self, condition: Any, x: Any, y: Any) -> Any:
        """Return ``x`` where the condition is true, else ``y``."""

    def floor(self, x: Any) -> Any:
        """Return the whole number at or below ``x``."""

    def sqrt(self, x: Any) -> Any:
        """Return the square root."""

    def exp(self, x: Any) -> Any:
        """Return the exponential."""

    def log(self, x: Any) -> Any:
        """Return the natural logarithm of a value above 0."""

    def sin(self, x: Any) -> Any:
        """Return the sine."""

    def cos(self, x: Any) -> Any:
        """Return the cosine."""

    def tanh(self, x: Any) -> Any:
        """Return the hyperbolic tangent."""

    def cycles(self, t: Any, length: float) -> Any:
        """Return how many whole cycles of ``length`` end at or before ``t``, exact at their boundaries."""

    def count(self, edges: Sequence[float], t: Any, name: str = "edges") -> Any:
        """Return how many of the ascending ``edges``, called ``name`` in generated code, are at or before ``t``."""

    def gather(self, values: Sequence[float], index: Any, name: str = "values") -> Any:
        """Return the value at each index; generated code calls the values ``name``."""

    def lerp(self, high: Any, low: Any, s: Any) -> Any:
        """Return ``low + (high - low) * s``, exact at both ends."""

    def named(self, name: str, x: Any) -> Any:
        """Return ``x``, which generated code calls ``name``."""

    def form(self, exact: Callable[[], Any], plain: Callable[[], Any]) -> Any:
        """Return a value by one of two formulas: ``exact`` keeps all digits, ``plain`` is easier to read.

        The plain one needs to hold only at whole steps.
        """


# Most blocks of times lie on one side of a bound. Finding that out costs a quarter of np.minimum or np.where.


def _lowest(x: Any) -> Any:
    return (x.min() if x.size else np.inf) if isinstance(x, np.ndarray) else x  # initial=inf needs floats


def _highest(x: Any) -> Any:
    return (x.max() if x.size else -np.inf) if isinstance(x, np.ndarray) else x


def _broadcast(x: Any, other: Any) -> Any:
    """Return ``x``, as an array where ``other`` is one: a power of a Python number may be rounded differently."""
    return np.full(1, x, dtype=np.float64) if isinstance(other, np.ndarray) and not isinstance(x, np.ndarray) else x


class Numpy:
    """NumPy's operations, for arrays of times."""

    floor = staticmethod(np.floor)
    sqrt = staticmethod(np.sqrt)
    exp = staticmethod(np.exp)
    log = staticmethod(np.log)
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
        """Return ``x`` where the condition is true, else ``y``."""
        if np.all(condition):
            return _broadcast(x, condition)
        return np.where(condition, x, y) if np.any(condition) else _broadcast(y, condition)

    @staticmethod
    def count(edges: Sequence[float], t: Any, name: str = "") -> Any:
        """Return how many of the ascending ``edges`` are at or before ``t``."""
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
        """Return ``low + (high - low) * s``, exact at both ends."""
        if np.ndim(low) == 0 and low == 0.0:
            return high * s
        # low + (high - low) s misses high for some 3% of pairs. The weighted mean is exact at both ends; between them
        # rounding can carry it past an end.
        return np.clip(high * s + low * (1.0 - s), np.minimum(low, high), np.maximum(low, high))

    @staticmethod
    def named(name: str, x: Any) -> Any:
        """Return ``x``, which generated code calls ``name``."""
        del name
        return x

    @staticmethod
    def form(exact: Callable[[], Any], plain: Callable[[], Any]) -> Any:
        """Return the value by the exact formula."""
        del plain
        return exact()


NUMPY: Ops = Numpy()


def by_interval(m: Ops, t: Any, ends: Sequence[float], formulas: Sequence[Callable[[Any], Any]]) -> Any:
    """Return the rate by one formula per interval: the first up to the first end, and so on, the last without an end.

    In NumPy each formula is evaluated only at the times in its interval.
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
