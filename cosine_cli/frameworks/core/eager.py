"""32-bit arithmetic of frameworks that run one operation at a time: each result is rounded.

Elementary functions are computed in 64 bits and rounded once, which is very near to XLA's; numpy's own 32-bit
functions are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cosine_cli.schedules.core.arrays import Rates
from cosine_cli.schedules.core.ops import Numpy, Ops

Float32Array = NDArray[np.float32]


def to_float32(x: Any) -> Float32Array:
    """Return numbers as 32-bit floats."""
    return np.asarray(x, dtype=np.float32)


def to_float64(x: Any) -> Rates:
    """Return numbers as 64-bit floats."""
    return np.asarray(x, dtype=np.float64)


def power(base: Any, exponent: Any) -> Float32Array:
    """Return a power, rounded once."""
    return to_float32(np.power(to_float64(to_float32(base)), to_float64(to_float32(exponent))))


def logarithm(x: Any) -> Float32Array:
    """Return the natural logarithm, rounded once."""
    return to_float32(np.log(to_float64(to_float32(x))))


def _where(condition: Any, x: Any, y: Any) -> Any:
    return np.where(condition, to_float32(x), to_float32(y))


def _elementary(function: Callable[[Any], Any]) -> Any:
    """Return a function of numpy, computed in 64 bits and rounded once."""

    def rounded_once(x: Any) -> Float32Array:
        return to_float32(function(to_float64(to_float32(x))))

    return staticmethod(rounded_once)


def _cycles(t: Any, length: float) -> Any:
    """Return the whole part of the rounded quotient."""
    return np.floor(t / length)


class Float32Ops(Numpy):
    """numpy's operations for arrays of 32-bit floats; Python numbers are rounded when combined with an array."""

    minimum: Any = staticmethod(np.minimum)
    maximum: Any = staticmethod(np.maximum)
    exp = _elementary(np.exp)
    log = _elementary(np.log)
    sin = _elementary(np.sin)
    cos = _elementary(np.cos)
    tanh = _elementary(np.tanh)

    where: Any = staticmethod(_where)
    cycles: Any = staticmethod(_cycles)

    @staticmethod
    def count(edges: Sequence[float], t: Any, name: str = "") -> Any:
        """Return how many of the rising ``edges`` are at or before ``t``."""
        del name
        return to_float32(np.searchsorted(np.asarray(edges), to_float64(t), side="right"))

    @staticmethod
    def gather(values: Sequence[float], index: Any, name: str = "") -> Any:
        """Return the value at each index."""
        del name
        return to_float32(values)[np.asarray(index).astype(np.intp)]


EAGER: Ops = Float32Ops()
